"""Tables of pyarrow for the tests of `scrimp shard`: `write FOLDER` makes manifests, `read FILE` prints what a file holds."""

import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq

KEYS = [f"album/{number} é.jpg" for number in range(3000)]
ETAGS = [f"etag{number % 10}" if number % 3 else None for number in range(3000)]
SIZES = [number * 1000 if number % 5 else None for number in range(3000)]


def manifest(text=pa.string(), size=pa.int64()):
    columns = {
        "modified": pa.array([None] * 3000, pa.timestamp("ms")),
        "tags": pa.array([["a", "b"]] * 3000, pa.list_(pa.string())),
        "key": pa.array(KEYS, text),
        "etag": pa.array(ETAGS, text),
        "size": pa.array(SIZES, pa.int64()).cast(size),
    }
    return pa.table(columns)


def write(folder):
    kinds = {
        "default": {},
        "plain": {"compression": "none", "use_dictionary": False},
        "pages2": {"data_page_version": "2.0", "data_page_size": 4096},
        "old": {"version": "1.0", "row_group_size": 700},
        "delta": {"use_dictionary": False, "column_encoding": {"key": "DELTA_BYTE_ARRAY", "size": "DELTA_BINARY_PACKED"}},
        "zstd": {"compression": "zstd"},
        "gzip": {"compression": "gzip"},
    }
    for name, options in kinds.items():
        pq.write_table(manifest(), f"{folder}/{name}.parquet", **options)
    for name, table in {
        "large": manifest(text=pa.large_string()),
        "dictionary": manifest(text=pa.dictionary(pa.int32(), pa.string())),
        "int32": manifest(size=pa.int32()),
        "uint64": manifest(size=pa.uint64()),
        "double": manifest(size=pa.float64()),
    }.items():
        pq.write_table(table, f"{folder}/{name}.parquet")
    with open(f"{folder}/list.csv", "w", encoding="utf-8") as file:
        print("key,etag,size", file=file)
        for key, etag, size in zip(KEYS, ETAGS, SIZES, strict=True):
            print(key, etag or "", "" if size is None else size, sep=",", file=file)


def read(path):
    file = pq.ParquetFile(path)
    notes = {key.decode(): value.decode() for key, value in (file.metadata.metadata or {}).items()}
    types = {field.name: str(field.type) for field in file.schema_arrow}
    print(json.dumps({"types": types, "notes": notes, "rows": file.read().to_pylist()}))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
