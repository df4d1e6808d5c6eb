"""Shards on a Ray cluster, or on this machine alone: `python -m scrimp.ray MANIFEST --to URL`.

Ray only says which machine works on which shard. That nothing is lost or done twice lies in `scrimp.shrink_shard`, whose
result file is the commit: Ray, as all engines, runs some work more than once. docs/cluster.md is the operator's guide.
"""
