use super::*;
use crate::store::table::write;

fn read(name: &str, bytes: &[u8]) -> Result<Vec<Item>, StoreError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    Manifest::open(&path)?.collect()
}

fn keys(name: &str, text: &str) -> Vec<String> {
    read(name, text.as_bytes()).unwrap().into_iter().map(|item| item.key).collect()
}

fn complaint(name: &str, bytes: &[u8]) -> String {
    let error = read(name, bytes).unwrap_err();
    assert_eq!(error.code(), "store_unreadable");
    assert!(error.to_string().contains(name), "{error}");
    error.to_string()
}

#[test]
fn the_end_of_its_name_tells_how_a_manifest_is_written() {
    assert_eq!(Manifest::by_name("s3://b/list.Parquet"), Manifest::Parquet);
    assert_eq!(Manifest::by_name("list.pq"), Manifest::Parquet);
    assert_eq!(Manifest::by_name("a.parquet/list.csv"), Manifest::Csv);
    assert_eq!(Manifest::by_name("list.txt"), Manifest::Text);
    assert_eq!(Manifest::by_name("list"), Manifest::Text);
}

#[test]
fn lines_of_text_are_keys_exactly_as_they_are() {
    assert_eq!(keys("l.txt", "a.jpg\nb.jpg"), ["a.jpg", "b.jpg"]);
    assert_eq!(keys("l.txt", "\u{feff}a.jpg\r\n\r\n\nb.jpg\r\n\n"), ["a.jpg", "b.jpg"]);
    let odd = ["# 1.jpg", " x .jpg ", "a,b\".jpg", "a%20b.jpg", "é.jpg", "s3://bucket/a%20b.jpg"];
    assert_eq!(keys("l.txt", &odd.join("\n")), odd);
    assert!(keys("l.txt", "").is_empty());
}

#[test]
fn a_line_that_is_none_is_told_by_its_number() {
    assert!(complaint("l.txt", b"a.jpg\n\nftp://host/b\n").contains("line 3: ftp:// is none"));
    assert!(complaint("l.txt", b"a.jpg\n\xff.jpg\n").contains("line 2: it is no UTF-8"));
    let long = "x".repeat(Item::LONGEST);
    assert_eq!(keys("l.txt", &format!("{long}\r\n{long}")), [long.clone(), long.clone()]);
    assert!(complaint("l.txt", format!("a\n{long}x\nb").as_bytes()).contains("line 2"));
    assert!(
        complaint("l.txt", "y".repeat(1 << 20).as_bytes()).contains("line 1: it is longer than 8192 bytes")
    );
}

#[test]
fn nothing_comes_after_a_line_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.txt");
    std::fs::write(&path, "a\nftp://b\nc\n").unwrap();
    let items: Vec<_> = Manifest::open(&path).unwrap().map(|item| item.is_ok()).collect();
    assert_eq!(items, [true, false]);
}

#[test]
fn columns_of_csv_are_found_by_their_names() {
    let text = "size, Key ,other,etag\n12,a.jpg,x,\"\"\"abc\"\"\"\n,\"b,c \"\"d\"\".jpg\",,\n";
    let expected =
        [Item::new("a.jpg", Some("abc"), Some(12)).unwrap(), Item::of_key("b,c \"d\".jpg").unwrap()];
    assert_eq!(read("l.csv", text.as_bytes()).unwrap(), expected);
    assert_eq!(keys("l.csv", "\u{feff}key\r\na.jpg\r\n"), ["a.jpg"]);
    assert_eq!(keys("l.csv", "bucket,key\nphotos,a b.jpg\n"), ["s3://photos/a%20b.jpg"]);
}

#[test]
fn a_csv_that_is_none_is_told_by_its_line() {
    assert!(complaint("l.csv", b"name,etag\na.jpg,\n").contains("no column key"));
    assert!(complaint("l.csv", b"").contains("no column key"));
    assert!(complaint("l.csv", b"key,size\na.jpg,12\nb.jpg,big\n").contains("line 3: \"big\" is no size"));
    assert!(complaint("l.csv", b"key,size\na.jpg,12\nb.jpg\n").contains("line 3: it has 1 values"));
    assert!(complaint("l.csv", b"key,size\n,12\n").contains("line 2: there is no key"));
    assert!(complaint("l.csv", b"key\na\n\xff\n").contains("line 3: it is no UTF-8"));
    let open = format!("key\na.jpg\n\"b.jpg\n{}", "c.jpg\n".repeat(1 << 20));
    assert!(complaint("l.csv", open.as_bytes()).contains("quotation mark"));
}

fn text(text: &str) -> Option<Cell> {
    Some(Cell::Text(text.to_owned()))
}

#[test]
fn an_inventory_of_s3_names_buckets_and_etags_its_own_way() {
    let columns = [
        Column::needed("bucket", Kind::Text),
        Column::needed("key", Kind::Text),
        Column::optional("e_tag", Kind::Text),
    ];
    let rows = [vec![text("photos"), text("a b.jpg"), text("abc")], vec![text("photos"), text("é"), None]];
    let expected =
        [Item::new("s3://photos/a%20b.jpg", Some("abc"), None), Item::of_key("s3://photos/%C3%A9")]
            .map(Result::unwrap);
    assert_eq!(read("l.parquet", &write(&columns, &rows, &[]).unwrap()).unwrap(), expected);
}

#[test]
fn tables_are_read_piece_by_piece_whatever_their_length() {
    let columns = [Column::needed("key", Kind::Text), Column::optional("size", Kind::Whole)];
    let rows: Vec<_> = (0..5000_u64)
        .map(|number| vec![text(&format!("{number}.jpg")), (number % 2 > 0).then_some(Cell::Whole(number))])
        .collect();
    let items = read("l.parquet", &write(&columns, &rows, &[]).unwrap()).unwrap();
    assert_eq!(items.len(), 5000);
    assert!(items.iter().enumerate().all(|(number, item)| item.key == format!("{number}.jpg")));
    assert_eq!((items[4998].size, items[4999].size), (None, Some(4999)));
}

#[test]
fn a_table_that_is_no_manifest_is_told() {
    let table =
        |name, kind, cell| write(&[Column::optional(name, kind)], &[vec![text("a")], vec![cell]], &[]);
    assert!(complaint("l.parquet", &table("name", Kind::Text, None).unwrap()).contains("no column key"));
    assert!(
        complaint("l.parquet", &table("key", Kind::Text, None).unwrap()).contains("row 2: there is no key")
    );
    let numbers = write(&[Column::needed("key", Kind::Whole)], &[vec![Some(Cell::Whole(1))]], &[]).unwrap();
    assert!(complaint("l.parquet", &numbers).contains("column key does not hold texts"));
    assert!(complaint("l.parquet", b"key\na.jpg\n").contains("no Parquet file"));
    assert!(complaint("l.parquet", b"").contains("no Parquet file"));
}

#[test]
fn what_cannot_be_opened_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let error = |path: &Path| Manifest::open(path).err().unwrap();
    assert_eq!(error(folder.path()).code(), "store_unreadable");
    assert!(error(&folder.path().join("no.txt")).to_string().contains("no.txt"));
}
