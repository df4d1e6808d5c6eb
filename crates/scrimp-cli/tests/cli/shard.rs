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
    room.scrimp("shard list.txt -o https://host/shards")
        .exits(2)
        .complains("https://host/shards cannot be written to");
    room.put("empty.txt", b"\n");
    room.scrimp("shard empty.txt -o shards").exits(0).says("no photos");
}

#[test]
fn a_folder_of_shards_is_worked_by_the_number_and_a_shard_with_results_is_done() {
    let room = Room::with_photos();
    let names = room.files("photos").into_iter().filter(|name| name.ends_with(".jpg"));
    let list: String = names.map(|name| format!("{name}\n")).collect();
    let count = list.lines().count();
    assert!(count >= 2, "{list}");
    room.put("list.txt", list.as_bytes());
    room.scrimp("shard list.txt --rows 1 -o shards").exits(0);
    for number in 0..count {
        let shrink =
            format!("shrink photos --manifest shards --index {number} -o new/ --results results --json");
        let record = &room.scrimp(&shrink).exits(0).json()[0];
        assert!(record["output"].as_str().unwrap().starts_with("file:///"), "{record}");
        let again = room.scrimp(&shrink).exits(0).complains("was done before, by its results");
        assert!(again.json().is_empty());
    }
    assert_eq!(room.files("new").len(), count);
    let whole = room.scrimp("shrink photos --manifest list.txt -o other/").exits(0);
    whole.says(&format!("{count} photos"));
    assert_eq!(
        room.bytes(&format!("new/{}", list.lines().next().unwrap())),
        room.bytes(&format!("other/{}", list.lines().next().unwrap()))
    );
    room.scrimp("summary results").exits(0).says(&format!("{count} photos"));
}

#[test]
fn what_is_not_there_for_stores_is_refused_with_the_reason() {
    let room = Room::empty();
    for (arguments, why) in [
        ("shrink s3://bucket/x --in-place --backup old", "--backup is for files of this machine"),
        ("shrink --manifest list.txt --in-place", "name the prefix of a store"),
        ("shrink s3://bucket/x -o s3://other/x --resume", "the same command goes on by itself"),
        ("shrink s3://bucket/x", "say with -o to which URL or folder"),
        ("shrink s3://a/x s3://b/x -o s3://c/", "--manifest"),
        ("shrink s3://a/x -o https://host/x", "cannot be written to"),
        ("shrink s3://name:word@a/x -o new/", "credentials come from the environment alone"),
        ("shrink --index 3 x -o new/", "--manifest"),
    ] {
        room.scrimp(arguments).exits(2).complains(why);
    }
}
