"""Willow, and with it Wagtail: JPEGs are shrunk once more when they have been written.

    WILLOW_OPTIMIZERS = ["scrimp"]  # in the settings, and where the application starts:
    import scrimp.contrib.willow

Willow has compressed by then, and the goal counts from what it wrote: raise its quality (WAGTAILIMAGES_JPEG_QUALITY) to
95 or more.
"""

from __future__ import annotations

from pathlib import Path

import scrimp
from scrimp._wish import Options
from willow.optimizers.base import OptimizerBase
from willow.registry import registry


class Scrimp(OptimizerBase):  # type: ignore[misc]
    """Optimises JPEGs."""

    library_name = "scrimp"
    image_format = "jpeg"
    options: Options = {}

    @classmethod
    def check_library(cls) -> bool:
        return True

    @classmethod
    def process(cls, file_path: str) -> None:
        try:
            result = scrimp.shrink(Path(file_path), **cls.options)
        except scrimp.errors.Refused:
            return
        if result.outcome == "saved":
            result.save(file_path)


registry.register_optimizer(Scrimp)
