use super::*;
use crate::store::table::{Source, write};

fn items(count: usize) -> Vec<Item> {
    let item = |number| Item {
        key: format!("album/{} é{number}.jpg", number % 7),
        etag: (number % 3 > 0).then(|| format!("{number:032x}")),
        size: (number % 5 > 0).then_some(number as u64 * 1000),
    };
    (0..count).map(item).collect()
}

#[test]
fn a_shard_comes_back_as_it_was_written() {
    for count in [0, 1, 7, 1000, 2500] {
        let shard = Shard::new(items(count));
        let bytes = shard.to_parquet().unwrap();
        assert_eq!(Shard::of_parquet("a.parquet", bytes.into()).unwrap(), shard, "{count} photos");
    }
}

#[test]
fn the_same_photos_give_the_same_bytes_and_others_another_hash() {
    let shard = Shard::new(items(100));
    assert_eq!(shard.to_parquet().unwrap(), Shard::new(items(100)).to_parquet().unwrap());
    let mut others = items(100);
    others[50].etag = None;
    assert_ne!(Shard::new(others).hash(), shard.hash());
    // What the names of results are made of must not change from one version to the next.
    assert_eq!(Shard::new(vec![Item::of_key("a.jpg").unwrap()]).hash(), "eb1f5161d9f4dd7ada5eceee2d0e6508");
}

#[test]
fn names_have_six_digits_or_more() {
    assert_eq!(Shard::file_name(0), "shard-000000.parquet");
    assert_eq!(Shard::file_name(12_345_678), "shard-12345678.parquet");
}

#[test]
fn a_manifest_too_long_for_a_shard_says_what_to_do() {
    let rows: Vec<_> =
        (0..=Shard::MOST).map(|number| vec![Some(Cell::Text(number.to_string())), None, None]).collect();
    let bytes = write(&Shard::COLUMNS, &rows, &[]).unwrap();
    let error = Shard::of_parquet("long.parquet", bytes.into()).unwrap_err().to_string();
    assert!(error.contains("long.parquet") && error.contains("scrimp shard"), "{error}");
}

/// What is read of a shard of which one bit was changed, for each of its bits.
fn flipped(bytes: &[u8], mut look: impl FnMut(Bytes)) {
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.to_vec();
            damaged[place] ^= 1 << bit;
            look(damaged.into());
        }
    }
}

#[test]
fn a_bit_changed_anywhere_is_noticed_or_changes_nothing() {
    let shard = Shard::new(items(20));
    let bytes = shard.to_parquet().unwrap();
    let mut errors = 0;
    flipped(&bytes, |damaged| match Shard::of_parquet("a.parquet", damaged) {
        Ok(read) => assert_eq!(read, shard),
        Err(error) => {
            assert_eq!(error.code(), "store_unreadable");
            errors += 1;
        }
    });
    assert!(errors > bytes.len(), "{errors} of {} bits", bytes.len() * 8);
}

#[test]
fn a_damaged_table_of_others_gives_rows_or_an_error() {
    let rows: Vec<_> = items(20).iter().map(cells).collect();
    let bytes = write(&Shard::COLUMNS, &rows, &[]).unwrap();
    let read = |bytes: Bytes| {
        let table = Table::open("a.parquet", Source::from(bytes))?;
        crate::store::manifest::items_of(table)?.collect::<Result<Vec<_>, StoreError>>()
    };
    assert_eq!(read(bytes.clone().into()).unwrap(), items(20));
    flipped(&bytes, |damaged| {
        if let Ok(read) = read(damaged) {
            assert!(read.len() <= 20, "{} rows", read.len());
        }
    });
    for length in 0..bytes.len() {
        assert!(read(bytes[..length].to_vec().into()).is_err(), "cut at {length}");
    }
}

#[test]
fn bytes_changed_at_random_give_a_shard_or_an_error() {
    let bytes = Shard::new(items(50)).to_parquet().unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    let mut errors = 0;
    for _ in 0..20_000 {
        let mut damaged = bytes.clone();
        for _ in 0..random.usize(1..6) {
            // The index at the end, which says how large all else is, is the more delicate half.
            let first = if random.bool() { 0 } else { bytes.len() / 2 };
            let byte = [0, 0x7f, 0x80, 0xff, random.u8(..)][random.usize(..5)];
            damaged[random.usize(first..bytes.len())] = byte;
        }
        errors += usize::from(Shard::of_parquet("a.parquet", damaged.into()).is_err());
    }
    assert!(errors > 10_000, "{errors}");
}
