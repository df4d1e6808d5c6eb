use crate::room::Room;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn settings_are_checked_without_serving() {
    let room = Room::empty();
    room.put("good.toml", b"queue = 3\nkeys = [\"one\", \"two\"]\nmemory = \"1G\"\n");
    room.put("bad.toml", b"quue = 3\n");
    room.scrimp("serve --check-config --config good.toml").exits(0).says("sound");
    room.scrimp("serve --check-config --config bad.toml").exits(2).complains("no setting is called \"quue\"");
    room.scrimp("serve --check-config --config none.toml").exits(2).complains("none.toml");
    room.scrimp("serve --check-config --set threads=0").exits(2).complains("--set threads: it takes");
    room.scrimp("serve --check-config --listen nowhere").exits(2).complains("an address and a port");
    room.scrimp("serve --check-config --set profile=p.toml")
        .exits(1)
        .complains("a setting cannot be met: profile: p.toml cannot be taken for a profile");
}

/// A service of the built program, which is killed when this is dropped.
struct Served {
    child: Child,
    told: BufReader<std::process::ChildStderr>,
    address: String,
}

impl Served {
    fn begin(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .args([env!("CARGO_BIN_EXE_scrimp"), "serve", "--listen", "127.0.0.1:0", "--log", "json"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        let address = line.trim().rsplit("http://").next().unwrap().to_owned();
        Self { child, told, address }
    }

    fn ask(&self, request: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request).unwrap();
        stream
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn post(photo: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /v1/shrink HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        photo.len()
    );
    [head.as_bytes(), photo].concat()
}

fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn when_it_is_to_end_it_answers_what_it_has_in_hand() {
    let mut served = Served::begin("env", &[]);
    let photo = scrimp_testkit::jpeg(&scrimp_testkit::scenes::landscape(640, 480, 1), 95);
    let mut streams: Vec<_> = (0..8).map(|_| served.ask(&post(&photo))).collect();
    // The first answer is there: so all bodies are, or nearly.
    let first = answer(streams.remove(0));
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    served.signal("-TERM");
    for stream in streams {
        let told = answer(stream);
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    }
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    let mut told = String::new();
    served.told.read_to_string(&mut told).unwrap();
    let requests = told.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    assert_eq!(
        requests.filter(|line| line["status"] == 200 && line["route"] == "/v1/shrink").count(),
        8,
        "{told}"
    );
}

#[test]
fn whether_a_service_is_alive_can_be_asked() {
    let served = Served::begin("env", &[]);
    let room = Room::empty();
    room.scrimp(&format!("serve --check-health --listen {}", served.address)).exits(0).says("alive");
    let address = served.address.clone();
    drop(served);
    room.scrimp(&format!("serve --check-health --listen {address}"))
        .exits(1)
        .complains("no service is alive at");
}

/// Many more connections than the program may have files open: it waits until there are handles again.
#[cfg(target_os = "linux")]
#[test]
fn a_flood_of_connections_passes() {
    let served = Served::begin("prlimit", &["--nofile=64"]);
    let health = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let flood: Vec<_> = (0..300).map(|_| served.ask(b"GET ")).collect();
    std::thread::sleep(Duration::from_millis(500));
    drop(flood);
    let began = Instant::now();
    assert!(answer(served.ask(health)).starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
