use super::*;
use crate::OutcomeKind;
use crate::store::Item;
use crate::summary::{Part, Told};
use scrimp::Arm;

fn row(number: usize) -> Row {
    let outcome = OutcomeKind::ALL[number % 5];
    let is_written = outcome == OutcomeKind::Saved;
    Row {
        key: format!("s3://photos/{number}.jpg"),
        source_etag: (number != 4).then(|| format!("etag{number}")),
        output_key: is_written.then(|| format!("s3://smaller/{number}.jpg")),
        output_etag: is_written.then(|| format!("new{number}")),
        bytes_before: 1000,
        bytes_after: is_written.then_some(400),
        score: is_written.then_some(80.25),
        quality: is_written.then_some(77),
        rollout: part(number),
        outcome,
        code: Some("code".to_owned()),
        error: (outcome == OutcomeKind::Failed).then(|| "it is not there".to_owned()),
        cpu_seconds: 0.5,
        settings: "5e77".to_owned(),
    }
}

/// Some of the treatment, some of the control, some told of, and some of no rollout.
fn part(number: usize) -> Option<Part> {
    let told =
        Told { outcome: OutcomeKind::Kept, output_bytes: (number > 9).then_some(300), score: Some(79.5) };
    let shadow = (number % 4 == 3).then_some(told);
    let arm = if number % 4 == 1 { Arm::Treatment } else { Arm::Control };
    (!number.is_multiple_of(4)).then_some(Part { arm, shadow })
}

fn results(rows: usize) -> Results {
    let shard = shard(rows).hash().to_owned();
    Results { shard, settings: "5e77".to_owned(), rows: (0..rows).map(row).collect() }
}

fn shard(rows: usize) -> Shard {
    Shard::new((0..rows).map(|number| Item::of_key(&row(number).key).unwrap()).collect())
}

#[test]
fn results_come_back_as_they_were_written() {
    for rows in [0, 1, 10, 1500] {
        let results = results(rows);
        let bytes = results.to_parquet().unwrap();
        assert_eq!(bytes, results.to_parquet().unwrap());
        assert_eq!(Results::of_parquet("r.parquet", bytes.into()).unwrap(), results);
    }
}

#[test]
fn the_file_tells_what_its_photos_come_to() {
    let summary = results(10).summary();
    assert_eq!((summary.photos, summary.undone()), (10, 6));
    assert_eq!((summary.bytes_before, summary.bytes_after), (10_000, 8 * 1000 + 2 * 400));
    assert_eq!(summary.cpu_seconds, Some(5.0));
    let bytes = results(10).to_parquet().unwrap();
    let table = Table::open("r.parquet", Bytes::from(bytes)).unwrap();
    assert_eq!(table.note(Results::SUMMARY), Some(serde_json::to_string(&summary).unwrap().as_str()));
}

#[test]
fn only_whole_results_of_the_same_shard_and_settings_settle_it() {
    let shard = shard(10);
    assert!(results(10).settle(&shard, "5e77"));
    assert!(!results(10).settle(&shard, "other"));
    assert!(!results(9).settle(&shard, "5e77"));
    let torn = Results { rows: results(9).rows, ..results(10) };
    assert!(!torn.settle(&shard, "5e77"));
}

#[test]
fn a_bit_changed_anywhere_is_noticed_or_changes_nothing() {
    let results = results(10);
    let bytes = results.to_parquet().unwrap();
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        match Results::of_parquet("r.parquet", damaged.into()) {
            Ok(read) => assert_eq!(read, results, "at {place}"),
            Err(error) => assert_eq!(error.code(), "store_unreadable", "at {place}"),
        }
    }
}

#[test]
fn what_holds_no_results_is_told() {
    let bytes = shard(3).to_parquet().unwrap();
    let error = Results::of_parquet("s.parquet", bytes.into()).unwrap_err().to_string();
    assert!(error.contains("s.parquet") && error.contains("no results"), "{error}");
    let error = Results::of_parquet("s.parquet", Bytes::from_static(b"PAR1")).unwrap_err().to_string();
    assert!(error.contains("no Parquet file"), "{error}");
}
