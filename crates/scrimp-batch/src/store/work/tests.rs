use super::*;
use crate::OutcomeKind;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attribute, AttributeValue, Attributes, CopyOptions, Error, GetOptions, GetResult, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload,
    PutResult,
};
use scrimp_testkit::{jpeg, scenes};
use std::sync::{Arc, Mutex};

/// What a store does in the place of what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// Nothing: it does as it was asked.
    None,
    /// It answers that it has troubles, and has done nothing.
    Fails,
    /// It does as it was asked, and the answer is lost.
    AnswerLost,
    /// It does not know who asks.
    Unknown,
}

type Faults = Box<dyn Fn(usize, &str, &Path) -> Fault + Send + Sync>;

/// A store in memory with faults, and what it was asked for.
#[derive(Clone)]
struct Flaky(Arc<State>);

struct State {
    inner: InMemory,
    faults: Mutex<Faults>,
    /// Methods and names.
    asked: Mutex<Vec<(&'static str, String)>>,
}

impl Flaky {
    fn new() -> Self {
        let faults: Faults = Box::new(|_, _, _| Fault::None);
        Self(Arc::new(State { inner: InMemory::new(), faults: Mutex::new(faults), asked: Mutex::default() }))
    }

    fn with_faults(&self, faults: impl Fn(usize, &str, &Path) -> Fault + Send + Sync + 'static) {
        *self.0.faults.lock().unwrap() = Box::new(faults);
        self.0.asked.lock().unwrap().clear();
    }

    fn asked(&self, method: &str) -> Vec<String> {
        let asked = self.0.asked.lock().unwrap();
        asked.iter().filter(|(how, _)| *how == method).map(|(_, name)| name.clone()).collect()
    }

    fn fault(&self, method: &'static str, place: &Path) -> Fault {
        let mut asked = self.0.asked.lock().unwrap();
        asked.push((method, place.to_string()));
        (self.0.faults.lock().unwrap())(asked.len(), method, place)
    }
}

impl std::fmt::Debug for Flaky {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flaky")
    }
}

impl std::fmt::Display for Flaky {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Flaky")
    }
}

fn failing() -> Error {
    #[derive(Debug, thiserror::Error)]
    #[error("Server returned non-2xx status code: 503 Service Unavailable: <Code>SlowDown</Code>")]
    struct Answer;
    Error::Generic { store: "S3", source: Box::new(Answer) }
}

fn unknown(place: &Path) -> Error {
    Error::Unauthenticated { path: place.to_string(), source: "who is that".into() }
}

#[async_trait::async_trait]
impl ObjectStore for Flaky {
    async fn put_opts(
        &self,
        place: &Path,
        bytes: PutPayload,
        options: PutOptions,
    ) -> object_store::Result<PutResult> {
        match self.fault("PUT", place) {
            Fault::None => self.0.inner.put_opts(place, bytes, options).await,
            Fault::Fails => Err(failing()),
            Fault::AnswerLost => {
                self.0.inner.put_opts(place, bytes, options).await?;
                Err(failing())
            }
            Fault::Unknown => Err(unknown(place)),
        }
    }

    async fn put_multipart_opts(
        &self,
        place: &Path,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.0.inner.put_multipart_opts(place, options).await
    }

    async fn get_opts(&self, place: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        match self.fault(if options.head { "HEAD" } else { "GET" }, place) {
            Fault::None => self.0.inner.get_opts(place, options).await,
            Fault::Fails | Fault::AnswerLost => Err(failing()),
            Fault::Unknown => Err(unknown(place)),
        }
    }

    fn delete_stream(
        &self,
        places: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.0.inner.delete_stream(places)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.0.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.0.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        self.0.inner.copy_opts(from, to, options).await
    }
}

/// A bucket with photos and whatever else stands in such, and the job to shrink them.
struct Room {
    store: Flaky,
    stores: Arc<Stores>,
    shard: Shard,
    job: Job,
}

impl Room {
    fn new() -> Self {
        let store = Flaky::new();
        let stores = Stores::new().unwrap();
        stores.set("s3://bucket", Arc::new(store.clone()));
        let stores = Arc::new(stores);
        let put = |name: &str, bytes: Vec<u8>| {
            let mut attributes = Attributes::new();
            attributes.insert(Attribute::Metadata("author".into()), AttributeValue::from("Ada"));
            attributes.insert(Attribute::CacheControl, AttributeValue::from("max-age=60"));
            let options = PutOptions { attributes, ..PutOptions::default() };
            let place = Path::parse(format!("old/{name}")).unwrap();
            stores.wait(store.0.inner.put_opts(&place, bytes.into(), options)).unwrap();
        };
        for seed in 0..5 {
            put(&format!("{seed}/é + {seed}.jpg"), jpeg(&scenes::facade(64, 48, seed), 95));
        }
        put("empty.jpg", Vec::new());
        put("text", b"no photo".to_vec());
        put("small.gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec());
        put("notes.txt", b"left out by its name".to_vec());
        let items = stores.list(&place("old")).unwrap().collect::<Result<_, _>>().unwrap();
        let job = Job {
            from: Some(place("old")),
            to: place("new"),
            options: Options::default(),
            writing: Writing::New,
            dry_run: false,
            threads: NonZeroUsize::new(2).unwrap(),
            memory: 1 << 30,
        };
        Self { store, stores, shard: Shard::new(items), job }
    }

    fn work(&self) -> Result<Done, StoreError> {
        self.work_with(scrimp::shrink)
    }

    fn work_with(&self, engine: Engine) -> Result<Done, StoreError> {
        let results = place("results/shard.parquet");
        let interrupt = AtomicBool::new(false);
        let run = ShardRun { job: &self.job, stores: &self.stores, engine, interrupt: &interrupt };
        run.work(&self.shard, Some(&results), |_| {})
    }

    fn rows(&self) -> Vec<Row> {
        self.stores.results(&place("results/shard.parquet")).unwrap().rows
    }

    /// All outputs: name, ETag, bytes.
    fn outputs(&self) -> Vec<(String, Bytes)> {
        let get = |item: Item| {
            let key = item.key.parse::<Place>().unwrap().key().unwrap();
            let found = self.stores.wait(self.store.0.inner.get(&key)).unwrap();
            (item.key, self.stores.wait(found.bytes()).unwrap())
        };
        self.stores.list(&place("new")).unwrap().map(|item| get(item.unwrap())).collect()
    }
}

fn place(name: &str) -> Place {
    format!("s3://bucket/{name}").parse().unwrap()
}

fn never(_: &[u8], _: &Options) -> Result<scrimp::Outcome, scrimp::Error> {
    panic!("a photo that was done is worked on again");
}

#[test]
fn each_photo_has_an_output_or_a_reason_and_what_is_done_is_not_done_again() {
    let room = Room::new();
    let done = room.work().unwrap();
    assert!(!done.before);
    let rows = room.rows();
    let of = |outcome: OutcomeKind| -> Vec<_> {
        rows.iter()
            .filter(|row| row.outcome == outcome)
            .map(|row| row.key.rsplit('/').next().unwrap())
            .collect()
    };
    assert_eq!(of(OutcomeKind::Saved).len(), 5, "{rows:?}");
    assert_eq!(of(OutcomeKind::Refused), ["empty.jpg", "small.gif", "text"]);
    assert_eq!((done.summary.photos, done.summary.undone()), (8, 3));
    for row in rows.iter().filter(|row| row.is_done()) {
        let output: Place = row.output_key.as_deref().unwrap().parse().unwrap();
        let known = room.stores.look(&output).unwrap().unwrap();
        assert_eq!((known.etag, Some(known.size)), (row.output_etag.clone(), row.bytes_after));
        assert!(row.bytes_after.unwrap() < row.bytes_before && row.score.unwrap() > 50.0);
        assert_eq!(known.attributes.get(&Attribute::Metadata("author".into())), Some(&"Ada".into()));
        assert_eq!(known.attributes.get(&Attribute::CacheControl), Some(&"max-age=60".into()));
        assert_eq!(known.attributes.get(&Attribute::ContentType), Some(&"image/jpeg".into()));
    }
    // By its results.
    room.store.with_faults(|_, _, _| Fault::None);
    let again = room.work_with(never).unwrap();
    assert!(again.before && again.summary == done.summary);
    assert!(room.store.asked("GET").iter().all(|name| name.starts_with("results/")));
    // By its outputs.
    let results = Path::from("results/shard.parquet");
    room.stores.wait(room.store.0.inner.delete(&results)).unwrap();
    room.store.with_faults(|_, _, _| Fault::None);
    let again = room.work().unwrap();
    assert!(!again.before);
    assert_eq!(room.rows(), rows);
    assert_eq!(room.store.asked("PUT"), ["results/shard.parquet"]);
    assert_eq!(
        room.store.asked("GET").iter().filter(|name| name.starts_with("old/")).count(),
        3,
        "of no output"
    );
    // Other settings are other work, and what is there stays.
    let other = Room {
        job: Job {
            options: {
                let mut options = Options::default();
                options.min_saving = scrimp::MinSaving::percent(5.0).unwrap();
                options
            },
            ..room.job.clone()
        },
        ..room
    };
    let before = other.outputs();
    let done = other.work().unwrap();
    assert_eq!(done.summary.outcomes[&OutcomeKind::Failed].codes["output_exists"].photos, 5);
    assert_eq!(other.outputs(), before);
    let replacing = Room { job: Job { writing: Writing::Over, ..other.job.clone() }, ..other };
    let results = Path::from("results/shard.parquet");
    replacing.stores.wait(replacing.store.0.inner.delete(&results)).unwrap();
    assert_eq!(replacing.work().unwrap().summary.outcomes[&OutcomeKind::Saved].photos, 5);
}

#[test]
fn killed_at_any_request_it_ends_as_in_peace_and_writes_nothing_twice() {
    let peace = Room::new();
    peace.work().unwrap();
    let mut tried = 0;
    for fault in [Fault::Fails, Fault::AnswerLost] {
        for last in 1.. {
            let room = Room::new();
            // As where the worker is killed: from there on nothing is asked for any more.
            room.store.with_faults(move |number, _, _| match number.cmp(&last) {
                std::cmp::Ordering::Less => Fault::None,
                std::cmp::Ordering::Equal => fault,
                std::cmp::Ordering::Greater => Fault::Unknown,
            });
            if room.work().is_ok() {
                break;
            }
            let before = room.outputs();
            let results = Path::from("results/shard.parquet");
            let had_results = room.stores.wait(room.store.0.inner.head(&results)).is_ok();
            room.store.with_faults(|_, _, _| Fault::None);
            room.work().unwrap();
            assert_eq!(room.outputs(), peace.outputs(), "{fault:?} at {last}");
            assert_eq!(
                room.store.asked("PUT").len(),
                5 - before.len() + usize::from(!had_results),
                "{fault:?} at {last}"
            );
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn a_lost_answer_is_no_second_output() {
    let room = Room::new();
    room.store.with_faults(|_, method, _| if method == "PUT" { Fault::AnswerLost } else { Fault::None });
    // The results too are there, and their answer is lost.
    let _ = room.work();
    assert_eq!(room.outputs().len(), 5);
    room.store.with_faults(|_, _, _| Fault::None);
    assert!(room.work_with(never).unwrap().before);
    assert!(
        room.rows()
            .iter()
            .filter(|row| row.outcome == OutcomeKind::Saved)
            .all(|row| row.output_etag.is_some())
    );
}

#[test]
fn a_photo_that_changed_or_is_gone_is_told_and_ends_no_other() {
    let room = Room::new();
    let mut items = room.shard.items().to_vec();
    items[0].etag = Some("another".to_owned());
    items[1].key = place("old/gone.jpg").to_string();
    items[2].size = Some(5 << 30);
    items[3] = Item { key: "3/é + 3.jpg".to_owned(), etag: None, size: None };
    let room = Room { shard: Shard::new(items), ..room };
    room.work().unwrap();
    let rows = room.rows();
    let codes: Vec<_> = rows[..4].iter().map(|row| row.code.as_deref().unwrap()).collect();
    assert_eq!(codes, ["changed", "store_not_found", "limit_file_bytes", "goal_met"]);
    assert_eq!(room.outputs().len(), 2);
    assert!(rows[2].error.as_deref().unwrap().contains("5368709120"));
}

#[test]
fn who_is_not_known_is_told_once_and_storms_end_the_shard_without_results() {
    let room = Room::new();
    room.store.with_faults(
        |_, _, place| if place.as_ref().starts_with("old") { Fault::Unknown } else { Fault::None },
    );
    assert_eq!(room.work().unwrap_err().code(), "store_credentials");
    let items: Vec<_> = room.shard.items().iter().cycle().take(100).cloned().collect();
    let room = Room { shard: Shard::new(items), ..room };
    room.store.with_faults(
        |_, _, place| if place.as_ref().starts_with("old") { Fault::Fails } else { Fault::None },
    );
    assert_eq!(room.work().unwrap_err().code(), "store_throttled");
    assert_eq!(room.store.asked("PUT"), [""; 0]);
    let asked = room.store.asked("GET").len();
    assert!(asked < 30, "{asked}");
}

#[test]
fn a_failure_of_the_store_is_tried_again_by_the_next_run() {
    let room = Room::new();
    room.store.with_faults(|_, method, place| match method {
        "GET" if place.as_ref().contains("/1.jpg") || place.as_ref().contains("+ 1") => Fault::Fails,
        _ => Fault::None,
    });
    let done = room.work().unwrap();
    assert_eq!(done.summary.outcomes[&OutcomeKind::Failed].codes["store_throttled"].photos, 1);
    room.store.with_faults(|_, _, _| Fault::None);
    let done = room.work().unwrap();
    assert!(!done.before && !done.summary.outcomes.contains_key(&OutcomeKind::Failed));
    assert_eq!(room.store.asked("PUT").len(), 2, "the photo and the results");
    assert!(room.work().unwrap().before);
}

#[test]
fn an_interrupted_shard_leaves_no_results() {
    let room = Room::new();
    let results = place("results/shard.parquet");
    let interrupt = AtomicBool::new(true);
    let run =
        ShardRun { job: &room.job, stores: &room.stores, engine: scrimp::shrink, interrupt: &interrupt };
    let error = run.work(&room.shard, Some(&results), |_| {}).unwrap_err();
    assert_eq!((error, room.outputs().len()), (StoreError::Interrupted, 0));
    assert!(room.stores.look(&results).unwrap().is_none());
}

#[test]
fn files_are_a_store_too() {
    let room = tempfile::tempdir().unwrap();
    std::fs::create_dir(room.path().join("old")).unwrap();
    std::fs::write(room.path().join("old/a b.jpg"), jpeg(&scenes::facade(64, 48, 1), 95)).unwrap();
    let at = |name: &str| Place::of_path(&room.path().join(name));
    let stores = Arc::new(Stores::new().unwrap());
    let items: Vec<_> = stores.list(&at("old")).unwrap().collect::<Result<_, _>>().unwrap();
    let shard = Shard::new(items);
    let job = Job {
        from: Some(at("old")),
        to: at("new"),
        options: Options::default(),
        writing: Writing::New,
        dry_run: false,
        threads: NonZeroUsize::MIN,
        memory: 1 << 30,
    };
    let interrupt = AtomicBool::new(false);
    let run = ShardRun { job: &job, stores: &stores, engine: scrimp::shrink, interrupt: &interrupt };
    let work = || run.work(&shard, None, |_| {}).unwrap().summary;
    let first = work();
    assert_eq!(first.outcomes[&OutcomeKind::Saved].photos, 1, "{first:?}");
    let written = std::fs::read(room.path().join("new/a b.jpg")).unwrap();
    assert_eq!(work().outcomes[&OutcomeKind::Saved].photos, 1, "the same bytes are as good");
    assert_eq!(std::fs::read(room.path().join("new/a b.jpg")).unwrap(), written);
    std::fs::write(room.path().join("new/a b.jpg"), b"someone else's").unwrap();
    assert_eq!(work().outcomes[&OutcomeKind::Failed].codes["output_exists"].photos, 1);
    assert_eq!(std::fs::read(room.path().join("new/a b.jpg")).unwrap(), b"someone else's");
}

impl Room {
    fn in_place(self) -> Self {
        Self { job: Job { to: place("old"), writing: Writing::InPlace, ..self.job.clone() }, ..self }
    }

    fn forget_results(&self) {
        let results = Path::from("results/shard.parquet");
        self.stores.wait(self.store.0.inner.delete(&results)).unwrap();
        self.store.with_faults(|_, _, _| Fault::None);
    }

    fn listed_again(self) -> Self {
        let items = self.stores.list(&place("old")).unwrap().collect::<Result<_, _>>().unwrap();
        Self { shard: Shard::new(items), ..self }
    }
}

#[test]
fn in_place_each_photo_is_replaced_once_and_never_again_whatever_list_names_it() {
    let room = Room::new().in_place();
    let done = room.work().unwrap();
    assert_eq!(done.summary.outcomes[&OutcomeKind::Saved].photos, 5, "{:?}", done.summary);
    assert!(room.outputs().is_empty());
    let rows = room.rows();
    for row in rows.iter().filter(|row| row.outcome == OutcomeKind::Saved) {
        let known = room.stores.look(&row.key.parse().unwrap()).unwrap().unwrap();
        assert_eq!((known.etag, Some(known.size)), (row.output_etag.clone(), row.bytes_after));
        assert_eq!(row.output_key.as_ref(), Some(&row.key));
        assert_eq!(known.attributes.get(&Attribute::Metadata("author".into())), Some(&"Ada".into()));
    }
    // Killed before the results were written: the list still names the photos as they were.
    room.forget_results();
    room.work().unwrap();
    assert_eq!((room.store.asked("PUT"), room.rows()), (vec!["results/shard.parquet".to_owned()], rows));
    let room = room.listed_again();
    room.forget_results();
    let done = room.work().unwrap();
    assert_eq!(room.store.asked("PUT"), ["results/shard.parquet"]);
    assert_eq!(done.summary.outcomes[&OutcomeKind::Saved].photos, 5);
}

#[test]
fn a_photo_that_others_change_during_the_work_is_not_replaced() {
    let room = Room::new().in_place();
    let inner = Arc::clone(&room.store.0);
    // Others are faster, between the reading and the writing.
    room.store.with_faults(move |_, method, place| {
        if method == "PUT" && place.as_ref().starts_with("old/") {
            let put = inner.inner.put(place, PutPayload::from_static(b"theirs"));
            futures_util::FutureExt::now_or_never(put).unwrap().unwrap();
        }
        Fault::None
    });
    let done = room.work().unwrap();
    assert_eq!(done.summary.outcomes[&OutcomeKind::Failed].codes["changed"].photos, 5);
    for item in room.shard.items().iter().filter(|item| item.key.ends_with(".jpg") && item.size != Some(0)) {
        let there = room.stores.fetch(&item.key.parse().unwrap(), None, 1000).unwrap();
        assert_eq!(there.bytes.unwrap(), "theirs");
    }
}

#[test]
fn photos_are_replaced_only_where_the_store_keeps_conditions() {
    let room = Room::new();
    room.stores.ensure_conditions(&place("old")).unwrap();
    let left =
        room.stores.list(&place("old")).unwrap().filter(|item| item.as_ref().unwrap().key.contains("probe"));
    assert_eq!(left.count(), 0);
    let folder = tempfile::tempdir().unwrap();
    let error = room.stores.ensure_conditions(&Place::of_path(folder.path())).unwrap_err();
    assert_eq!(error.code(), "store_unconditional");
}

#[test]
fn a_dry_run_writes_nothing_and_leaves_no_results() {
    let room = Room::new();
    let room = Room { job: Job { dry_run: true, ..room.job.clone() }, ..room };
    let done = room.work().unwrap();
    let saved = &done.summary.outcomes[&OutcomeKind::Saved];
    assert!(saved.photos == 5 && saved.bytes_after < saved.bytes_before, "it tells what would be");
    assert!(room.store.asked("PUT").is_empty());
}

#[test]
fn no_photo_is_its_own_output_unless_it_is_to_be_replaced() {
    let room = Room::new();
    let job = Job { to: place("old"), writing: Writing::Over, ..room.job.clone() };
    let room = Room { job, ..room };
    let done = room.work_with(never).unwrap();
    assert_eq!(done.summary.outcomes[&OutcomeKind::Failed].codes["output_is_input"].photos, 8);
}
