//! `scrimp summary`.

use crate::room::Room;
use scrimp_batch::OutcomeKind;
use scrimp_batch::store::{Results, Row};

/// Results of a shard of so many photos, of which every third was not found.
pub(crate) fn results(photos: u64) -> Vec<u8> {
    let row = |number: u64| {
        let is_lost = number % 3 == 2;
        Row {
            key: format!("s3://photos/{number}.jpg"),
            source_etag: None,
            output_key: None,
            output_etag: None,
            bytes_before: 1000,
            bytes_after: (!is_lost).then_some(500),
            score: None,
            quality: None,
            rollout: None,
            outcome: if is_lost { OutcomeKind::Failed } else { OutcomeKind::Saved },
            code: Some(if is_lost { "store_not_found" } else { "goal_met" }.to_owned()),
            error: None,
            cpu_seconds: 30.0,
            settings: "5e77".to_owned(),
        }
    };
    let rows = (0..photos).map(row).collect();
    Results { shard: "5aad".to_owned(), settings: "5e77".to_owned(), rows }.to_parquet().unwrap()
}

#[test]
fn results_of_shards_and_lines_of_json_are_added_up() {
    let room = Room::with_photos();
    let printed = room.scrimp("shrink photos -o out --json").exits(0);
    room.put("results/run.jsonl", printed.stdout().as_bytes());
    room.put("results/results-000000.parquet", &results(3));
    room.put("results/results-000001.parquet", &results(6));
    room.put("results/notes.txt", b"not looked at");
    let summary = room.scrimp("summary results --json").exits(0).json().remove(0);
    assert_eq!(summary["photos"], 12);
    assert_eq!(summary["cpu_seconds"], 270.0);
    let inputs: u64 = printed.json().iter().map(|record| record["input_bytes"].as_u64().unwrap()).sum();
    assert_eq!(summary["bytes_before"], 9000 + inputs);
    assert_eq!(summary["outcomes"]["saved"]["codes"]["goal_met"]["photos"], 9);
    let lost = &summary["outcomes"]["failed"]["codes"]["store_not_found"];
    assert_eq!((lost["photos"].as_u64(), lost["example"].as_str()), (Some(3), Some("s3://photos/2.jpg")));

    let text = room.scrimp("summary results/results-000000.parquet results/results-000001.parquet").exits(0);
    text.says("9 photos, 4.5 min of CPU time")
        .says("failed store_not_found: 3 photos, the first is s3://photos/2.jpg");
    room.scrimp_with_input("summary - --json", printed.stdout().as_bytes()).exits(0).says("\"photos\":3");
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_added_up() {
    let room = Room::empty();
    let whole = results(3);
    room.put("results/a.parquet", &whole[..whole.len() - 1]);
    room.put("results/b.parquet", &whole);
    room.put("results/c.jsonl", b"nothing\n");
    let run = room.scrimp("summary results none.parquet --json").exits(1);
    assert_eq!(run.json()[0]["photos"], 3);
    run.complains("a.parquet cannot be read")
        .complains("c.jsonl cannot be read: line 1 is no record")
        .complains("none.parquet");
}
