use super::*;

const COLUMNS: [Column; 3] = [
    Column::needed("name", Kind::Text),
    Column::optional("count", Kind::Whole),
    Column::optional("share", Kind::Real),
];

fn read(bytes: Vec<u8>, columns: &[Column]) -> Vec<Vec<Option<Cell>>> {
    let table = Table::open("t.parquet", bytes::Bytes::from(bytes)).unwrap();
    table.into_rows(columns).unwrap().map(Result::unwrap).collect()
}

#[test]
fn cells_come_back_as_they_were_also_the_empty_ones() {
    let rows = [
        vec![Some(Cell::Text("a".into())), Some(Cell::Whole(u64::MAX / 2)), None],
        vec![Some(Cell::Text(String::new())), None, Some(Cell::Real(0.1))],
        vec![Some(Cell::Text("é\0".into())), Some(Cell::Whole(0)), Some(Cell::Real(f64::MIN_POSITIVE))],
    ];
    assert_eq!(read(write(&COLUMNS, &rows, &[]).unwrap(), &COLUMNS), rows);
    let all_empty = [vec![None], vec![None]];
    let column = [Column::optional("x", Kind::Text)];
    assert_eq!(read(write(&column, &all_empty, &[]).unwrap(), &column), all_empty);
    assert!(read(write(&COLUMNS, &[], &[]).unwrap(), &COLUMNS).is_empty());
}

#[test]
fn columns_are_found_by_name_and_missing_ones_are_empty() {
    let bytes =
        write(&COLUMNS, &[vec![Some(Cell::Text("a".into())), Some(Cell::Whole(1)), None]], &[]).unwrap();
    let columns =
        [Column::optional("none", Kind::Real), Column::needed("total", Kind::Whole).or_named("count")];
    assert_eq!(read(bytes, &columns), [[None, Some(Cell::Whole(1))]]);
}

#[test]
fn whole_numbers_are_also_taken_from_fractions_that_are_none() {
    let shares = |share| {
        write(&[Column::optional("share", Kind::Real)], &[vec![Some(Cell::Real(share))]], &[]).unwrap()
    };
    let wanted = [Column::optional("share", Kind::Whole)];
    assert_eq!(read(shares(12.0), &wanted), [[Some(Cell::Whole(12))]]);
    for wrong in [0.5, -1.0, 1e300, f64::NAN] {
        let table = Table::open("t.parquet", bytes::Bytes::from(shares(wrong))).unwrap();
        assert!(table.into_rows(&wanted).unwrap().next().unwrap().is_err(), "{wrong}");
    }
}

#[test]
fn what_does_not_fit_its_column_is_not_written() {
    let name = [Column::needed("name", Kind::Text)];
    assert!(write(&name, &[vec![None]], &[]).is_err());
    assert!(write(&name, &[vec![Some(Cell::Whole(1))]], &[]).is_err());
    let count = [Column::optional("count", Kind::Whole)];
    assert!(write(&count, &[vec![Some(Cell::Whole(u64::MAX))]], &[]).is_err());
}

#[test]
fn notes_are_kept_beside_the_rows() {
    let bytes = write(&COLUMNS, &[], &[("one", "1".to_owned()), ("two", String::new())]).unwrap();
    let table = Table::open("t.parquet", bytes::Bytes::from(bytes)).unwrap();
    assert_eq!((table.note("one"), table.note("two"), table.note("three")), (Some("1"), Some(""), None));
}

#[test]
fn a_hash_tells_values_and_their_places_apart() {
    let text = |text: &str| Some(Cell::Text(text.to_owned()));
    let hash_of = |row: [Option<Cell>; 2]| hash(std::iter::once(row.as_slice()));
    let hashes = [
        hash_of([text("ab"), text("c")]),
        hash_of([text("a"), text("bc")]),
        hash_of([text("abc"), None]),
        hash_of([None, text("abc")]),
        hash_of([Some(Cell::Whole(0)), None]),
        hash_of([Some(Cell::Real(0.0)), None]),
    ];
    let different: std::collections::HashSet<_> = hashes.iter().collect();
    assert_eq!(different.len(), hashes.len());
}
