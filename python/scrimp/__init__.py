"""Saves a photo as the smallest JPEG that still looks the same, and proves it.

>>> import scrimp
>>> result = scrimp.shrink("photo.jpg", look="high")  # doctest: +SKIP
>>> result.save("smaller.jpg")  # doctest: +SKIP

Errors are `scrimp.Error`, with a type and a `code` for each cause: `scrimp.errors`.
"""

from scrimp._batch import shrink_many
from scrimp._photo import inspect, score, shrink
from scrimp._shards import cut_shards, shrink_shard
from scrimp._wish import Effort, Look, Strip
from scrimp.errors import Error
from scrimp.records import (
    Comparison,
    Decision,
    Goal,
    Inspection,
    Milliseconds,
    Probe,
    Record,
    Result,
    Rollout,
    Segment,
    Setting,
    Shadow,
    ShardSum,
    WorstCell,
)

__all__ = [
    "Comparison",
    "Decision",
    "Effort",
    "Error",
    "Goal",
    "Inspection",
    "Look",
    "Milliseconds",
    "Probe",
    "Record",
    "Result",
    "Rollout",
    "Segment",
    "Setting",
    "Shadow",
    "ShardSum",
    "Strip",
    "WorstCell",
    "cut_shards",
    "inspect",
    "score",
    "shrink",
    "shrink_many",
    "shrink_shard",
]
