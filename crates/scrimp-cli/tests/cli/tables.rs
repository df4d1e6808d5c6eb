//! Tables that others write and read: pyarrow, as `scripts/setup --with-clients` gets it.

use crate::room::Room;
use crate::summary::results;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// None where there is no pyarrow; says so.
fn python() -> Option<PathBuf> {
    let folder = std::env::var_os("SCRIMP_CLIENTS");
    if folder.is_none() {
        eprintln!("client test NOT RUN: scripts/test says what is missing");
    }
    Some(PathBuf::from(folder?).join("python/bin/python"))
}

fn pyarrow(python: &Path, what: &str, path: &Path) -> Vec<u8> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/tables.py");
    let output = Command::new(python).arg(script).arg(what).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn read(python: &Path, path: &Path) -> Value {
    serde_json::from_slice(&pyarrow(python, "read", path)).unwrap()
}

#[test]
fn manifests_of_pyarrow_give_the_shards_that_the_same_list_in_csv_gives() {
    let Some(python) = python() else { return };
    let room = Room::empty();
    room.put("lists/here", b"");
    pyarrow(&python, "write", &room.path("lists"));
    room.scrimp("shard lists/list.csv -o shards").exits(0).says("3000 photos");
    for kind in
        ["default", "plain", "pages2", "old", "delta", "large", "dictionary", "int32", "uint64", "double"]
    {
        // Not a byte is different, or it would be told.
        let run = room.scrimp(&format!("shard lists/{kind}.parquet -o shards")).exits(0);
        run.says("3 of them were there before");
    }
    for kind in ["zstd", "gzip"] {
        room.scrimp(&format!("shard lists/{kind}.parquet -o shards")).exits(1).complains("Snappy");
    }
}

#[test]
fn pyarrow_reads_shards_and_results() {
    let Some(python) = python() else { return };
    let room = Room::empty();
    room.put("list.csv", "key,etag,size\na é.jpg,abc,12\nb.jpg,,\n".as_bytes());
    room.scrimp("shard list.csv -o shards").exits(0);
    let shard = read(&python, &room.path("shards/shard-000000.parquet"));
    assert_eq!(shard["types"], serde_json::json!({"key": "string", "etag": "string", "size": "int64"}));
    let rows = serde_json::json!([
        {"key": "a é.jpg", "etag": "abc", "size": 12},
        {"key": "b.jpg", "etag": null, "size": null},
    ]);
    assert_eq!(shard["rows"], rows);
    assert_eq!(shard["notes"]["scrimp.shard"].as_str().unwrap().len(), 32);

    room.put("results.parquet", &results(3));
    let results = read(&python, &room.path("results.parquet"));
    assert_eq!(results["types"]["bytes_after"], "int64");
    assert_eq!(results["types"]["cpu_seconds"], "double");
    assert_eq!(results["rows"][1]["bytes_after"], 500);
    assert_eq!(results["rows"][2]["outcome"], "failed");
    assert!(results["rows"][2]["output_key"].is_null());
    let summary: Value = serde_json::from_str(results["notes"]["scrimp.summary"].as_str().unwrap()).unwrap();
    assert_eq!(summary["photos"], 3);
}
