use crate::room::{Answer, Request, Room};
use scrimp::{Error, Options, Outcome};
use scrimp_testkit::{png, scenes};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

fn photo(seed: u64) -> Vec<u8> {
    png(&scenes::landscape(120, 80, seed))
}

fn room(folder: &Path, engine: scrimp_batch::Engine, settings: &[(&str, &str)]) -> Room {
    let folder = [("cache_folder", folder.to_str().unwrap())];
    Room::with_engine(engine, &[&folder, settings].concat())
}

fn take(room: &Room, photo: &[u8]) -> Answer {
    let answer = room.post("/shrink", photo);
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    answer
}

/// The files of results in the cache's folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let inside =
        |path: &Path| fs::read_dir(path).unwrap().map(|file| file.unwrap().path()).collect::<Vec<_>>();
    inside(folder).iter().filter(|path| path.is_dir()).flat_map(|path| inside(path)).collect()
}

/// Waits for what the end of a service sets free.
fn room_after(room: Room, folder: &Path, engine: scrimp_batch::Engine) -> Room {
    drop(room);
    let is_free = || fs::File::open(folder.join("lock")).unwrap().try_lock().is_ok();
    while !is_free() {
        thread::sleep(Duration::from_millis(20));
    }
    self::room(folder, engine, &[])
}

#[test]
fn a_result_outlives_the_service() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fn counting(photo: &[u8], options: &Options) -> Result<Outcome, Error> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        scrimp::shrink(photo, options)
    }
    let folder = tempfile::tempdir().unwrap();
    let (first, photo) = (room(folder.path(), counting, &[]), photo(1));
    let place = take(&first, &photo).header("location").unwrap().to_owned();
    assert_eq!(take(&first, &photo).header("location"), Some(&*place));
    let before = first.get(&place);
    let second = room_after(first, folder.path(), counting);
    let after = second.get(&place);
    assert!(after.status == 200 && after.body == before.body);
    assert_eq!(after.header("scrimp-score"), before.header("scrimp-score"));
    assert_eq!(take(&second, &photo).header("location"), Some(&*place));
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
}

#[test]
fn a_damaged_result_is_made_anew() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fn counting(photo: &[u8], options: &Options) -> Result<Outcome, Error> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        scrimp::shrink(photo, options)
    }
    let folder = tempfile::tempdir().unwrap();
    let (room, photo) = (room(folder.path(), counting, &[]), photo(2));
    let place = take(&room, &photo).header("location").unwrap().to_owned();
    let whole = room.get(&place).body;
    let damages: [fn(&Path, Vec<u8>); 3] = [
        |path, mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        },
        |path, bytes| fs::write(path, &bytes[..bytes.len() - 1]).unwrap(),
        |path, _| fs::remove_file(path).unwrap(),
    ];
    for (damaged, damage) in damages.iter().enumerate() {
        let [file] = &*files(folder.path()) else { panic!("not one file") };
        damage(file, fs::read(file).unwrap());
        assert_eq!(room.get(&place).status, 404, "a damaged result is none");
        assert_eq!(take(&room, &photo).header("location"), Some(&*place));
        assert!(room.get(&place).body == whole);
        assert_eq!(RUNS.load(Ordering::SeqCst), damaged + 2);
    }
}

#[test]
fn simultaneous_requests_share_the_work() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fn slow(photo: &[u8], options: &Options) -> Result<Outcome, Error> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(500));
        scrimp::shrink(photo, options)
    }
    let folder = tempfile::tempdir().unwrap();
    // More than threads and queue would take one by one.
    let (room, photo) = (room(folder.path(), slow, &[("queue", "2")]), photo(3));
    let places: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(|| take(&room, &photo))).collect();
        asking
            .into_iter()
            .map(|answer| answer.join().unwrap().header("location").unwrap().to_owned())
            .collect()
    });
    assert!(places.iter().all(|place| *place == places[0]));
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
}

#[test]
fn who_goes_away_takes_nobody_along() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    fn slow(photo: &[u8], options: &Options) -> Result<Outcome, Error> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        for _ in 0..50 {
            thread::sleep(Duration::from_millis(10));
            if options.interrupt.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(Error::Interrupted);
            }
        }
        scrimp::shrink(photo, options)
    }
    let folder = tempfile::tempdir().unwrap();
    let (room, photo) = (room(folder.path(), slow, &[]), photo(4));
    let mut first = room.connect();
    std::io::Write::write_all(&mut first, &Request::new("POST", "/shrink").body(&photo).bytes()).unwrap();
    thread::scope(|scope| {
        thread::sleep(Duration::from_millis(100));
        let second = scope.spawn(|| take(&room, &photo));
        thread::sleep(Duration::from_millis(200));
        drop(first);
        assert_eq!(second.join().unwrap().status, 201);
    });
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}

#[test]
fn results_take_no_more_than_their_room() {
    let folder = tempfile::tempdir().unwrap();
    let room = room(folder.path(), scrimp::shrink, &[("cache_bytes", "20K")]);
    let places: Vec<_> =
        (10..30).map(|seed| take(&room, &photo(seed)).header("location").unwrap().to_owned()).collect();
    let bytes: u64 = files(folder.path()).iter().map(|file| file.metadata().unwrap().len()).sum();
    assert!(bytes <= 20_000 && bytes > 5_000, "{bytes}");
    assert_eq!((room.get(&places[19]).status, room.get(&places[0]).status), (200, 404));
}

#[test]
fn a_result_goes_when_it_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let room = room(folder.path(), scrimp::shrink, &[("cache_seconds", "2")]);
    let place = take(&room, &photo(5)).header("location").unwrap().to_owned();
    let old = files(folder.path());
    assert_eq!((room.get(&place).status, old.len()), (200, 1));
    thread::sleep(Duration::from_millis(2500));
    assert_eq!(room.get(&place).status, 404);
    // It goes from the disk too, as others come.
    assert!((50..80).any(|seed| {
        take(&room, &photo(seed));
        thread::sleep(Duration::from_millis(200));
        !old[0].exists()
    }));
}

#[test]
fn what_an_earlier_run_left_unfinished_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("unfinished-abc"), "half").unwrap();
    fs::write(folder.path().join("README"), "mine").unwrap();
    let room = room(folder.path(), scrimp::shrink, &[]);
    take(&room, &photo(7));
    assert!(!folder.path().join("unfinished-abc").exists() && folder.path().join("README").exists());
    #[cfg(unix)]
    for file in files(folder.path()) {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn two_services_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _first = room(folder.path(), scrimp::shrink, &[]);
    let settings = [("cache_folder".to_owned(), folder.path().to_str().unwrap().to_owned())];
    let config =
        scrimp_server::Config::new(std::num::NonZeroUsize::MIN, 1 << 30).read(None, [], settings).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(scrimp_server::Service::new(config).opened()).unwrap_err().to_string();
    assert!(told.contains("cache_folder") && told.contains("another service"), "{told}");
}

#[test]
fn a_result_that_cannot_be_kept_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (room, photo) = (room(folder.path(), scrimp::shrink, &[]), photo(8));
    // In place of the folders of results, files.
    for name in 0..=255 {
        fs::write(folder.path().join(format!("{name:02x}")), "").unwrap();
    }
    let answer = room.post("/shrink", &photo);
    assert_eq!((answer.status, &answer.json()["error"]), (503, &"cache_failed".into()));
}
