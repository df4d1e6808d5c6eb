//! What must hold when there is more to do than can be done, or clients misbehave.

use crate::room::{Answer, Request, Room};
use scrimp::{Decision, Error, Kept, Options, Outcome};
use scrimp_testkit::{jpeg, scenes};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

fn photo() -> Vec<u8> {
    jpeg(&scenes::landscape(160, 120, 1), 95)
}

/// Keeps every photo.
fn keep(_: &[u8], options: &Options) -> Result<Outcome, Error> {
    Ok(Outcome::Kept(Kept::NotAJpeg, Decision::nothing_tried(options)))
}

/// Waits as an engine would that looks at its flag: until `open`, or as long as somebody wants the result.
fn wait_for(open: &AtomicBool, options: &Options) -> Result<(), Error> {
    let stop = options.interrupt.as_ref().unwrap();
    while !open.load(Ordering::SeqCst) {
        if stop.load(Ordering::SeqCst) {
            return Err(Error::Interrupted);
        }
        sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Waits for something that is to happen soon.
#[track_caller]
fn soon(what: &str, happens: impl Fn() -> bool) {
    let began = Instant::now();
    while !happens() {
        assert!(began.elapsed() < 20 * SECOND, "not within 20 s: {what}");
        sleep(Duration::from_millis(10));
    }
}

fn send(room: &Room, bytes: &[u8]) -> TcpStream {
    let mut stream = room.connect();
    stream.write_all(bytes).unwrap();
    stream
}

fn post() -> Vec<u8> {
    Request::new("POST", "/v1/shrink").body(&photo()).bytes()
}

#[test]
fn what_does_not_fit_into_the_queue_is_refused_at_once() {
    static OPEN: AtomicBool = AtomicBool::new(false);
    static WORKING: AtomicUsize = AtomicUsize::new(0);
    fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
        WORKING.fetch_add(1, Ordering::SeqCst);
        wait_for(&OPEN, options)?;
        keep(bytes, options)
    }
    let room = Room::with_engine(engine, &[("threads", "1"), ("queue", "2"), ("queue_seconds", "60")]);
    let mut first = send(&room, &post());
    soon("the first is worked on", || WORKING.load(Ordering::SeqCst) == 1);
    let mut waiting = [send(&room, &post()), send(&room, &post())];
    soon("the queue is full", || room.get("/readyz").status == 503);
    for _ in 0..20 {
        let began = Instant::now();
        let refused = room.post("/v1/shrink", &photo());
        refused.is_problem(503, "busy");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(room.get("/healthz").status, 200);
        assert!(began.elapsed() < SECOND);
    }
    OPEN.store(true, Ordering::SeqCst);
    assert_eq!(Answer::read(&mut first).status, 200);
    waiting.iter_mut().for_each(|stream| assert_eq!(Answer::read(stream).status, 200));
    assert_eq!(room.get("/readyz").status, 200);
}

#[test]
fn who_waits_too_long_is_told_so() {
    static OPEN: AtomicBool = AtomicBool::new(false);
    fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
        wait_for(&OPEN, options)?;
        keep(bytes, options)
    }
    let room = Room::with_engine(engine, &[("threads", "1"), ("queue_seconds", "1")]);
    let mut both = [send(&room, &post()), send(&room, &post())];
    // Which of the two came first is not known; the other one is given up on.
    sleep(2 * SECOND);
    OPEN.store(true, Ordering::SeqCst);
    let mut statuses = both.each_mut().map(|stream| Answer::read(stream).status);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
}

#[test]
fn the_work_of_a_client_that_went_away_stops() {
    static STOPPED: AtomicUsize = AtomicUsize::new(0);
    static WORKING: AtomicUsize = AtomicUsize::new(0);
    fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
        WORKING.fetch_add(1, Ordering::SeqCst);
        if WORKING.load(Ordering::SeqCst) > 20 {
            return keep(bytes, options);
        }
        wait_for(&AtomicBool::new(false), options).inspect_err(|_| {
            STOPPED.fetch_add(1, Ordering::SeqCst);
        })?;
        keep(bytes, options)
    }
    let room = Room::with_engine(engine, &[("threads", "2"), ("queue", "0")]);
    for round in 1..=10 {
        let clients = [send(&room, &post()), send(&room, &post())];
        soon("both are worked on", || WORKING.load(Ordering::SeqCst) == 2 * round);
        drop(clients);
        soon("both are stopped", || STOPPED.load(Ordering::SeqCst) == 2 * round);
        soon("both places are free", || room.get("/readyz").status == 200);
    }
    assert_eq!(room.post("/v1/shrink", &photo()).status, 200);
}

#[test]
fn a_worker_that_breaks_off_fails_its_request_alone() {
    fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
        assert!(bytes.len() > 100, "on purpose");
        keep(bytes, options)
    }
    let room = Room::with_engine(engine, &[("threads", "1"), ("queue", "0")]);
    for _ in 0..5 {
        room.post("/v1/shrink", b"short").is_problem(500, "defect");
        assert_eq!(room.post("/v1/shrink", &photo()).status, 200);
    }
}

#[test]
fn slow_headers_and_bodies_are_cut_off_while_others_are_served() {
    let room = Room::with_engine(keep, &[("header_seconds", "1"), ("body_seconds", "1")]);
    let headers: Vec<_> =
        (0..250).map(|_| send(&room, b"POST /v1/shrink HTTP/1.1\r\nhost: a\r\nx: ")).collect();
    let begun =
        b"POST /v1/shrink HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 50000\r\n\r\nbody";
    let mut bodies: Vec<_> = (0..250).map(|_| send(&room, begun)).collect();
    let began = Instant::now();
    assert_eq!(room.post("/v1/shrink", &photo()).status, 200);
    assert!(began.elapsed() < SECOND, "{:?}", began.elapsed());
    for mut stream in headers {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&rest));
    }
    bodies.iter_mut().for_each(|stream| Answer::read(stream).is_problem(408, "body_timeout"));
    assert!(began.elapsed() < 10 * SECOND, "{:?}", began.elapsed());
}

#[test]
fn a_client_that_does_not_take_its_answer_is_cut_off() {
    // More than the buffers of both ends hold.
    let large = [photo(), vec![0; 30_000_000]].concat();
    let room = Room::with_engine(keep, &[("stall_seconds", "1"), ("connections", "1")]);
    let lazy = send(&room, &Request::new("POST", "/v1/shrink").body(&large).bytes());
    // The only connection: this one is taken when the other is given up.
    let began = Instant::now();
    assert_eq!(room.get("/healthz").status, 200);
    assert!(began.elapsed() < 15 * SECOND, "{:?}", began.elapsed());
    drop(lazy);
}

#[test]
fn bodies_that_come_in_count_against_their_memory() {
    // A quarter of it: 32 MB.
    let room = Room::with_engine(keep, &[("memory", "128M")]);
    let half = vec![0; 20_000_000];
    let head = Request::new("POST", "/v1/shrink").header("content-length", "30000000").bytes();
    let first = send(&room, &[&head, &*half].concat());
    soon("the second does not fit", || {
        let answer = room.post("/v1/shrink", &half);
        answer.status == 503 && answer.json()["code"] == "busy"
    });
    drop(first);
    soon("its memory is free again", || room.post("/v1/shrink", &half).status == 200);
    // What is only announced takes nothing.
    let announced: Vec<_> = (0..50).map(|_| send(&room, &head)).collect();
    assert_eq!(room.post("/v1/shrink", &half).status, 200);
    drop(announced);
}

#[test]
fn what_is_in_hand_is_answered_before_the_end() {
    static OPEN: AtomicBool = AtomicBool::new(false);
    static WORKING: AtomicUsize = AtomicUsize::new(0);
    fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
        WORKING.fetch_add(1, Ordering::SeqCst);
        wait_for(&OPEN, options)?;
        keep(bytes, options)
    }
    let mut room = Room::with_engine(engine, &[("threads", "2"), ("queue_seconds", "60")]);
    let mut clients: Vec<_> = (0..10).map(|_| send(&room, &post())).collect();
    soon("two are worked on", || WORKING.load(Ordering::SeqCst) == 2);
    // All the others wait.
    sleep(SECOND / 2);
    room.stop();
    soon("no connection is taken", || TcpStream::connect(room.address).is_err());
    assert!(!room.has_ended_within(SECOND / 2));
    OPEN.store(true, Ordering::SeqCst);
    clients.iter_mut().for_each(|stream| assert_eq!(Answer::read(stream).status, 200));
    assert!(room.has_ended_within(10 * SECOND));
}

#[test]
fn what_takes_longer_than_the_grace_is_given_up() {
    static STOPPED: AtomicBool = AtomicBool::new(false);
    static WORKING: AtomicBool = AtomicBool::new(false);
    fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
        WORKING.store(true, Ordering::SeqCst);
        wait_for(&AtomicBool::new(false), options).inspect_err(|_| STOPPED.store(true, Ordering::SeqCst))?;
        keep(bytes, options)
    }
    let mut room = Room::with_engine(engine, &[("grace_seconds", "1")]);
    let client = send(&room, &post());
    soon("it is worked on", || WORKING.load(Ordering::SeqCst));
    room.stop();
    assert!(room.has_ended_within(10 * SECOND));
    soon("the work is stopped", || STOPPED.load(Ordering::SeqCst));
    drop(client);
}

#[test]
fn work_over_its_time_is_refused_and_the_thread_is_free() {
    let large = jpeg(&scenes::landscape(3000, 2000, 1), 97);
    let room = Room::open(&[("threads", "1"), ("limit_time", "1")]);
    let answer = room.post("/v1/shrink?effort=max", &large);
    // A fast machine may do it within the second.
    if answer.status != 200 {
        answer.is_problem(422, "limit_time");
    }
    let began = Instant::now();
    room.post("/v1/shrink", b"no photo").is_problem(415, "not_an_image");
    assert!(began.elapsed() < SECOND);
}

#[test]
fn many_at_once_are_answered_or_refused_and_nothing_stays_taken() {
    let room = Room::open(&[("threads", "2"), ("queue", "8")]);
    let (done, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    scope(|scope| {
        for _ in 0..60 {
            scope.spawn(|| match room.post("/v1/shrink?effort=fast", &photo()) {
                answer if answer.status == 200 => done.fetch_add(1, Ordering::SeqCst),
                answer => {
                    answer.is_problem(503, "busy");
                    refused.fetch_add(1, Ordering::SeqCst)
                }
            });
        }
    });
    assert_eq!(done.load(Ordering::SeqCst) + refused.load(Ordering::SeqCst), 60);
    assert!(done.load(Ordering::SeqCst) >= 10);
    assert_eq!(room.get("/readyz").status, 200);
}
