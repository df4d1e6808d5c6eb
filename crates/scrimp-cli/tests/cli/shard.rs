//! `scrimp shard`.

use crate::room::Room;

#[test]
fn a_list_becomes_shards_and_doing_it_again_changes_nothing() {
    let room = Room::empty();
    let list: String = (0..2500).map(|number| format!("s3://photos/{number}.jpg\n")).collect();
    room.put("list.txt", list.as_bytes());
    room.scrimp("shard list.txt -o shards")
        .exits(0)
        .says("2500 photos in 3 shards, ")
        .says("shards/shard-000000.parquet to shard-000002.parquet");
    let names = ["shard-000000.parquet", "shard-000001.parquet", "shard-000002.parquet"];
    assert_eq!(room.files("shards"), names);
    let bytes = room.bytes("shards/shard-000001.parquet");
    room.scrimp("shard list.txt -o shards").exits(0).says("3 of them were there before");
    assert_eq!(room.bytes("shards/shard-000001.parquet"), bytes);
    assert_eq!(room.files("shards"), names);
    room.scrimp("shard list.txt -o shards --rows 500").exits(1).complains("with other photos; remove");
    // Shards are manifests: cut again in the same way they come out the same.
    room.scrimp(
        "shard shards/shard-000000.parquet shards/shard-000001.parquet shards/shard-000002.parquet -o again",
    )
    .exits(0);
    assert_eq!(room.bytes("again/shard-000001.parquet"), bytes);
}

#[test]
fn a_list_of_any_kind_gives_the_same_shards() {
    let room = Room::empty();
    room.put("list.csv", b"key,etag,size\na.jpg,,100\nb c.jpg,,\n");
    let run = room.scrimp("shard list.csv -o csv").exits(0);
    run.says("2 photos of 100 B and, for 1, of unknown size in 1 shard, ");
    room.put("list.txt", b"a.jpg\nb c.jpg\n");
    room.scrimp("shard list.txt -o txt").exits(0).says("2 photos in 1 shard, ");
    room.scrimp_with_input("shard - -o stdin", b"a.jpg\r\nb c.jpg").exits(0);
    assert_eq!(room.bytes("txt/shard-000000.parquet"), room.bytes("stdin/shard-000000.parquet"));
    let sum = room.scrimp("shard list.csv list.txt --rows 3 -o both --json").exits(0).json();
    assert_eq!(sum[0]["shards"], 2);
    assert_eq!(sum[0]["photos"], 4);
    assert_eq!(sum[0]["bytes"], 100);
    assert_eq!(sum[0]["of_unknown_size"], 3);
}

#[test]
fn what_cannot_be_cut_is_told_and_nothing_lies_about() {
    let room = Room::empty();
    room.put("list.txt", b"a.jpg\nftp://host/b.jpg\n");
    room.scrimp("shard list.txt -o shards")
        .exits(1)
        .complains("list.txt cannot be read: line 2: ftp:// is none");
    assert!(!room.has("shards"));
    room.scrimp("shard none.txt -o shards").exits(1).complains("none.txt cannot be read");
    room.scrimp("shard list.txt -o shards --rows 0").exits(2).complains("--rows");
    room.scrimp("shard list.txt -o s3://bucket/shards")
        .exits(2)
        .complains("s3://bucket/shards is no file or folder of this machine");
    room.scrimp("shard s3://bucket/list.txt -o shards").exits(2).complains("fetch the manifest");
    room.put("empty.txt", b"\n");
    room.scrimp("shard empty.txt -o shards").exits(0).says("no photos");
}
