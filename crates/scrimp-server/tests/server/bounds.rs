//! What one request, or many, may take of the machine: seen from outside, on a process of its own.

use crate::child::Child;
use crate::hostile::files_in;
use crate::room::{Client, Request, form};
use scrimp_testkit::{Noise, jpeg, png, riders, scenes};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// What the process takes beside the photos in hand: its code, stacks, buffers of connections, and what the allocator
/// does not give back at once.
const BESIDE: u64 = 64 << 20;

/// `SCRIMP_FAULTS=full` tries at full length.
fn is_full() -> bool {
    std::env::var_os("SCRIMP_FAULTS").is_some_and(|wish| wish == "full")
}

/// Tells a figure to whoever looks: `--nocapture` shows it.
fn tell(number: &str, figure: &str) {
    println!("{number}: {figure}");
}

fn small() -> Vec<u8> {
    jpeg(&scenes::landscape(160, 120, 1), 95)
}

/// S2, S3: pictures that claim or are more than may be.
#[test]
fn s02_bombs_are_refused_at_once_and_take_no_memory() {
    let bombs = files_in(&["bomb-dimensions", "generated-bomb", "many-scans"]);
    if bombs.is_empty() {
        return;
    }
    let child = Child::serve(&[("memory", "512M")]);
    let slowest = Mutex::new(Duration::ZERO);
    let send = |bomb: &[u8], name: &str| {
        let began = Instant::now();
        let answer = child.post("/v1/shrink?effort=fast", bomb);
        assert!((200..500).contains(&answer.status), "{name}: {answer:?}");
        let mut slowest = slowest.lock().unwrap();
        *slowest = began.elapsed().max(*slowest);
    };
    bombs.iter().for_each(|(name, bomb)| send(bomb, name));
    scope(|scope| {
        for (name, bomb) in bombs.iter().cycle().take(8.max(bombs.len())) {
            scope.spawn(|| send(bomb, name));
        }
    });
    assert_eq!(child.post("/v1/shrink", &small()).status, 200);
    let (slowest, most) = (slowest.into_inner().unwrap(), child.memory("VmHWM"));
    tell("S2, S3", &format!("slowest answer {slowest:?}, memory {} MiB", most >> 20));
    assert!(slowest < 2 * SECOND && most < 512_000_000, "{slowest:?}, {most} bytes");
}

/// S4: when the time is over the processor is free.
#[test]
fn s04_work_that_was_given_up_uses_no_processor() {
    let child = Child::serve(&[("limit_time", "1")]);
    let large = jpeg(&scenes::landscape(3000, 2000, 1), 97);
    let began = Instant::now();
    let answer = child.post("/v1/shrink?effort=max", &large);
    let took = began.elapsed();
    answer.is_problem(422, "limit_time");
    // The same by a client that goes away.
    let mut stream = child.connect();
    stream.write_all(&Request::new("POST", "/v1/shrink?effort=max").body(&large).bytes()).unwrap();
    sleep(SECOND / 5);
    drop(stream);
    sleep(2 * SECOND);
    let before = child.processor();
    sleep(SECOND);
    let used = child.processor() - before;
    tell("S4", &format!("answered after {took:?}, then {used:?} of the processor in a second"));
    assert!(used < SECOND / 20, "{used:?}");
}

/// S5: a goal that no setting reaches costs a bounded number of probes.
#[test]
fn s05_a_goal_out_of_reach_is_told_after_few_probes() {
    let child = Child::serve(&[]);
    let mut noise = Noise::seeded(5);
    let mut scene = scenes::landscape(if is_full() { 4000 } else { 800 }, 600, 1);
    scene.samples.iter_mut().for_each(|sample| *sample = noise.below(256) as u8);
    let wish = Request::new("POST", "/v1/shrink?goal=ssimulacra2=100&floor=none")
        .header("accept", "application/json");
    let began = Instant::now();
    let answer = child.ask(&wish.body(&png(&scene)));
    let decision = answer.json();
    let probes = decision["probes"].as_array().unwrap().len();
    tell("S5", &format!("{} after {probes} probes and {:?}", decision["code"], began.elapsed()));
    assert_eq!(decision["outcome"], "best_effort");
    assert!(probes < 40, "{probes}");
}

/// S6: as many slow clients as there are connections to spare, with the settings as they come.
#[test]
fn s06_slow_clients_do_not_keep_others_from_being_served() {
    let child = Child::serve(&[]);
    let head = b"POST /v1/shrink HTTP/1.1\r\nhost: a\r\nx: ";
    let body = [head, b"y\r\ncontent-length: 50000\r\n\r\n".as_slice()].concat();
    let open = |begun: &[u8]| {
        let mut stream = child.connect();
        stream.write_all(begun).unwrap();
        stream
    };
    let mut slow: Vec<_> = (0..250).flat_map(|_| [open(head), open(&body)]).collect();
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    while began.elapsed() < 14 * SECOND {
        for stream in &mut slow {
            // Those that were cut off cannot be written to.
            let _ = stream.write_all(b"z");
        }
        let asked = Instant::now();
        assert_eq!(child.post("/v1/shrink?effort=fast", &small()).status, 200);
        slowest = slowest.max(asked.elapsed());
        sleep(SECOND);
    }
    let (handles, _) = child.handles_and_threads();
    tell("S6", &format!("slowest of others {slowest:?}; {handles} handles after 14 s"));
    assert!(slowest < SECOND, "{slowest:?}");
    // Those that were slow with their headers are gone, those with bodies have 30 seconds.
    assert!((250..300).contains(&handles), "{handles}");
}

/// S8: far more than can be done, all at once.
#[test]
fn s08_what_is_too_much_is_refused_soon_and_health_is_answered() {
    let (count, width, height) = if is_full() { (200, 4000, 3000) } else { (60, 1600, 1200) };
    let child = Child::serve(&[]);
    let photo = jpeg(&scenes::landscape(width, height, 1), 92);
    let load = Load::default();
    // How long an answer takes on this machine now, with nothing to do.
    let idle = (0..50).map(|_| time_of_health(&child)).max().unwrap_or_default();
    load.press(&child, &photo, count);
    let Load { done, refused, given_up, refusal, health } = load;
    let [done, refused, given_up] = [done, refused, given_up].map(AtomicUsize::into_inner);
    let (refusal, health) = (refusal.into_inner().unwrap(), health.into_inner().unwrap());
    let most = child.memory("VmHWM");
    tell(
        "S8",
        &format!(
            "{done} done, {given_up} waited too long, {refused} refused, the last after {refusal:?}; health within {health:?}, idle within {idle:?}; memory {} MiB",
            most >> 20
        ),
    );
    assert_eq!(done + given_up + refused, count);
    assert!(done + given_up >= 18, "threads and queue are used: {done}");
    assert!(most < (1 << 30) + BESIDE, "{most}");
    assert!(refusal < SECOND + 10 * idle, "{refusal:?}");
    assert!(health < SECOND / 10 + 2 * idle, "{health:?}");
}

fn time_of_health(client: &Client) -> Duration {
    let asked = Instant::now();
    assert_eq!(client.get("/healthz").status, 200);
    let took = asked.elapsed();
    sleep(SECOND / 50);
    took
}

/// What came of many requests, and how long the slowest took.
#[derive(Default)]
struct Load {
    done: AtomicUsize,
    /// As many photos were in the queue as may be.
    refused: AtomicUsize,
    /// No thread became free in `queue_seconds`.
    given_up: AtomicUsize,
    refusal: Mutex<Duration>,
    health: Mutex<Duration>,
}

impl Load {
    fn press(&self, client: &Client, photo: &[u8], count: usize) {
        let over = AtomicBool::new(false);
        scope(|all| {
            all.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    let took = time_of_health(client);
                    let mut health = self.health.lock().unwrap();
                    *health = took.max(*health);
                }
            });
            scope(|clients| {
                (0..count).for_each(|_| drop(clients.spawn(|| self.ask(client, photo))));
            });
            over.store(true, Ordering::SeqCst);
        });
    }

    fn ask(&self, client: &Client, photo: &[u8]) {
        // They stand for as many machines; on this one they would take turns with whoever asks for health.
        #[cfg(target_os = "linux")]
        rustix::process::nice(10).unwrap();
        let asked = Instant::now();
        let answer = client.post("/v1/shrink?effort=fast", photo);
        if answer.status == 200 {
            self.done.fetch_add(1, Ordering::SeqCst);
            return;
        }
        answer.is_problem(503, "busy");
        assert!(answer.header("retry-after").is_some());
        if answer.json()["detail"].as_str().unwrap().contains("in time") {
            self.given_up.fetch_add(1, Ordering::SeqCst);
            return;
        }
        self.refused.fetch_add(1, Ordering::SeqCst);
        let mut refusal = self.refusal.lock().unwrap();
        *refusal = asked.elapsed().max(*refusal);
    }
}

/// S9, S22: good and bad photos and clients that go away, for long: nothing grows.
#[test]
fn s22_nothing_grows_while_it_goes_on() {
    let minutes = if is_full() { 30 } else { 0 };
    let child = Child::serve(&[("queue", "4")]);
    let good = jpeg(&scenes::landscape(320, 240, 1), 95);
    let round = |number: usize| {
        assert_eq!(child.post("/v1/shrink?effort=fast", &good).status, 200);
        child.post("/v1/shrink", &good[..good.len() * (number % 9) / 10 + 20]).is_problem(422, "damaged");
        let mut gone = child.connect();
        let _ = gone.write_all(&Request::new("POST", "/v1/shrink?effort=max").body(&good).bytes());
        drop(gone);
        let pair = form("/v1/score", &[("original", &good), ("candidate", &good)]);
        assert_eq!(child.ask(&pair).status, 200);
    };
    (0..200).for_each(round);
    sleep(SECOND);
    let (handles, threads) = child.handles_and_threads();
    let (began, mut number, mut memory) = (Instant::now(), 0, Vec::new());
    let whole = minutes * 60 * SECOND;
    while number < 600 || began.elapsed() < whole {
        round(number);
        number += 1;
        if number % 20 == 0 && began.elapsed() >= whole / 30 * u32::try_from(memory.len()).unwrap() {
            memory.push(child.memory("VmRSS"));
        }
    }
    sleep(SECOND);
    let (late_handles, late_threads) = child.handles_and_threads();
    // What allocators of threads keep comes and goes, and takes a while until it has come: what leaks shows from third to third.
    let third = memory.len() / 3;
    let early = *memory[..third].iter().max().unwrap();
    let late = *memory[2 * third..].iter().min().unwrap();
    tell(
        "S9, S22",
        &format!(
            "{number} rounds in {:?}: memory at most {} KiB in the first third, {} to {} in the last, handles {handles} to {late_handles}, threads {threads} to {late_threads}",
            began.elapsed(),
            early >> 10,
            late >> 10,
            memory[2 * third..].iter().max().unwrap() >> 10
        ),
    );
    assert!(late < early + early / 10 + (4 << 20), "{memory:?}");
    assert!(late_handles <= handles + 2 && late_threads <= threads + 1);
    child.end();
}

/// S15: what memory held before shows nowhere.
#[test]
fn s15_answers_do_not_depend_on_what_memory_held() {
    let filled = [("MALLOC_PERTURB_", "165")];
    let (plain, filled) = (Child::serve(&[]), Child::serve_under(&[], &[], &filled));
    let good = jpeg(&scenes::landscape(240, 160, 1), 90);
    let made = (1..8).map(|part| ("cut".to_owned(), good[..good.len() * part / 8].to_vec()));
    let damaged = files_in(&["jpeg-damaged"]).into_iter().step_by(7).chain(made);
    for (name, bytes) in damaged {
        let answers = [&plain, &filled].map(|child| child.post("/v1/shrink?effort=fast&salvage", &bytes));
        assert_eq!(answers[0].status, answers[1].status, "{name}");
        assert!(answers[0].body == answers[1].body, "{name}");
    }
}

/// S16, S19: the service opens no file, makes no connection and starts no program; names that clients give are not used.
#[test]
fn s16_nothing_of_a_request_reaches_the_file_system() {
    let folder = scrimp_testkit::Folder::empty();
    let log = folder.path("calls");
    let calls =
        "trace=open,openat,openat2,creat,connect,execve,unlink,unlinkat,rename,renameat2,mkdir,mkdirat";
    let strace = ["strace", "-f", "-o", log.to_str().unwrap(), "-e", calls];
    if std::process::Command::new("strace").arg("-V").output().is_err() {
        eprintln!("SKIPPED: no strace");
        return;
    }
    let child = Child::serve_under(&strace, &[], &[("TMPDIR", folder.root().to_str().unwrap())]);
    child.get("/healthz");
    let before = std::fs::read_to_string(&log).unwrap().lines().count();
    for path in
        ["/../../etc/passwd", "/%2e%2e%2fetc%2fpasswd", "/etc\\passwd", "/%00", "/v1/shrink?look=../../x"]
    {
        assert!(child.get(path).status >= 400, "{path}");
    }
    let (good, cut) = (small(), &small()[..500]);
    child.ask(&form("/v1/shrink", &[("photo", &good)]));
    child.ask(&form("/v1/score", &[("original", &good), ("candidate", &good)]).header("accept", "image/png"));
    for photo in [&*good, &*png(&scenes::landscape(100, 60, 1)), cut, b"II*\0\x08\0\0\0", b""] {
        child.post("/v1/shrink", photo);
    }
    let told = std::fs::read_to_string(&log).unwrap();
    let later: Vec<_> = told.lines().skip(before).filter(|line| !is_of_the_runtime(line)).collect();
    assert!(later.is_empty(), "{later:#?}");
    assert!(told.lines().count() > 10, "strace saw nothing");
}

/// What a runtime does for itself: it looks how many processors and how much memory there are.
/// The end of a thread is no call.
fn is_of_the_runtime(line: &str) -> bool {
    ["\"/proc/", "\"/sys/", "+++ exited with 0 +++"].iter().any(|mark| line.contains(mark))
}

/// S18: metadata that is there to cost.
#[test]
fn s18_metadata_is_bounded_and_never_logged() {
    let child = Child::serve(&[]);
    let good = small();
    let many = vec![(0xFE, b"x".to_vec()); 20_000];
    let large = vec![(0xE5, vec![7; 65_000]); 900];
    let profile: Vec<_> = (1..=255u8)
        .map(|number| (0xE2, [b"ICC_PROFILE\0".as_slice(), &[number, 255], &[0; 60_000]].concat()))
        .collect();
    let entities =
        b"http://ns.adobe.com/xap/1.0/\0<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\">]><a>&b;&b;</a>\n\x1b[2J"
            .to_vec();
    let began = Instant::now();
    let send = |segments: &[(u8, Vec<u8>)]| {
        let answer = child.post("/v1/shrink?effort=fast", &riders::with_segments(&good, segments));
        (answer.status, answer)
    };
    send(&many).1.is_problem(422, "limit_metadata_segments");
    for segments in [large, profile, vec![(0xE1, entities)]] {
        let (status, answer) = send(&segments);
        assert!(matches!(status, 200 | 422), "{answer:?}");
        assert!(!answer.has("\u{1b}"));
    }
    let most = child.memory("VmHWM");
    tell("S18", &format!("{:?}, memory {} MiB", began.elapsed(), most >> 20));
    assert!(began.elapsed() < 20 * SECOND && most < 512 << 20);
}
