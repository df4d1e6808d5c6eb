"""Shards of a manifest on Spark: one task each, by the same function as on Ray.

    pip install scrimp pyspark      (and scrimp on every machine of the cluster)
    spark-submit spark_shards.py s3://lists/manifest.parquet s3://new/photos/ s3://lists/run [PHOTOS A SHARD]

Credentials of the store come from the environment of each executor. The same command again goes on where one ended.
"""

import sys
from collections import Counter
from dataclasses import asdict

import scrimp
from pyspark.sql import SparkSession


def shrink(shard, to, results):
    # Spark's own share: spark.executor.memory says nothing of what native code takes beside the JVM.
    return asdict(scrimp.shrink_shard(shard, to=to, results=results, memory=2_000_000_000, look="high"))


def main(manifest, to, results, rows="1000"):
    results = results.rstrip("/")
    spark = SparkSession.builder.appName("scrimp").getOrCreate()
    shards = scrimp.cut_shards(manifest, into=f"{results}/shards", rows=int(rows))
    # A partition a shard; Spark tries a task again whose executor was lost, and what was done of it is recognised.
    apart = spark.sparkContext.parallelize(shards, max(len(shards), 1))
    total = Counter()
    for done in apart.map(lambda shard: shrink(shard, to, f"{results}/results")).collect():
        total.update({name: number for name, number in done.items() if isinstance(number, int)})
    print(dict(total))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
