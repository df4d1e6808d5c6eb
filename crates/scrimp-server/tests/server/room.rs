//! A service on a free port of this machine, and a client that may misbehave: it writes the bytes that it is told to.

use scrimp_batch::Engine;
use scrimp_server::{Access, Config, Event, Service, app, metrics_app, run};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A running service; it is gone when this is dropped.
pub(crate) struct Room {
    client: Client,
    metrics: SocketAddr,
    told: Arc<Mutex<Vec<Access>>>,
    runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    ended: Mutex<Receiver<()>>,
}

impl Room {
    /// A service with these settings beside the defaults.
    pub(crate) fn open(settings: &[(&str, &str)]) -> Self {
        Self::with_engine(scrimp::shrink, settings)
    }

    /// One that shrinks photos by this.
    pub(crate) fn with_engine(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let two = NonZeroUsize::new(2).unwrap();
        let flags = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::new(two, 1 << 30).read(None, [], flags).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let metrics_listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let metrics = metrics_listener.local_addr().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let service = Service::new(config).with_engine(engine).telling(move |event| {
            if let Event::Request(access) = event {
                heard.lock().unwrap().push(access.clone());
            }
        });
        let service = runtime.block_on(service.opened()).unwrap();
        let for_metrics = service.clone();
        runtime.spawn(async move {
            let app = metrics_app(for_metrics.clone());
            run(metrics_listener, app, &for_metrics, std::future::pending()).await;
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, ended) = mpsc::channel();
        runtime.spawn(async move {
            run(listener, app(service.clone()), &service, async { drop(stopped.await) }).await;
            let _ = tell.send(());
        });
        Self {
            client: Client { address },
            metrics,
            told,
            runtime,
            stop: Some(stop),
            ended: Mutex::new(ended),
        }
    }

    pub(crate) fn plain() -> Self {
        Self::open(&[])
    }

    /// Asks the service to end, as SIGTERM does.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Whether the service has ended by itself within this time.
    pub(crate) fn has_ended_within(&self, time: Duration) -> bool {
        self.ended.lock().unwrap().recv_timeout(time).is_ok()
    }

    /// What is served for Prometheus.
    pub(crate) fn figures(&self) -> String {
        let mut stream = TcpStream::connect(self.metrics).unwrap();
        stream.write_all(&Request::new("GET", "/metrics").bytes()).unwrap();
        String::from_utf8(Answer::read(&mut stream).body).unwrap()
    }

    /// The requests that were told of.
    pub(crate) fn told(&self) -> Vec<Access> {
        self.told.lock().unwrap().clone()
    }
}

impl Deref for Room {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let empty = tokio::runtime::Builder::new_current_thread().build().unwrap();
        std::mem::replace(&mut self.runtime, empty).shutdown_background();
    }
}

/// One who asks a service at this address.
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
}

impl Client {
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&Request::new("GET", path))
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.ask(&Request::new("POST", path).body(body))
    }

    pub(crate) fn ask(&self, request: &Request) -> Answer {
        let mut stream = self.connect();
        // A refusal may come before all is sent.
        let _ = stream.write_all(&request.bytes());
        Answer::read(&mut stream)
    }
}

/// A request for one connection.
pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        Self { head, body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head += &format!("{name}: {value}\r\n");
        self
    }

    pub(crate) fn body(self, body: &[u8]) -> Self {
        let with_length = self.header("content-length", &body.len().to_string());
        Self { body: body.to_vec(), ..with_length }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), b"\r\n", &self.body].concat()
    }
}

/// A form with these parts.
pub(crate) fn form(path: &str, parts: &[(&str, &[u8])]) -> Request {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        let head = format!(
            "--limes\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"../../x\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limes--\r\n");
    Request::new("POST", path).header("content-type", "multipart/form-data; boundary=limes").body(&body)
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads until the service closes the connection.
    pub(crate) fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_lowercase(), body: bytes.split_off(end + 4) }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The parts of a form, each with its headers and its content.
    pub(crate) fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let boundary =
            self.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
        let border = format!("\r\n--{boundary}").into_bytes();
        let body = [b"\r\n".as_slice(), &self.body].concat();
        let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
        let mut rest = &body[find(&body, &border).unwrap() + border.len()..];
        let mut parts = Vec::new();
        while let Some(end) = find(rest, &border) {
            let split = find(rest, b"\r\n\r\n").unwrap();
            parts.push((String::from_utf8(rest[..split].to_vec()).unwrap(), rest[split + 4..end].to_vec()));
            rest = &rest[end + border.len()..];
        }
        assert_eq!(rest, b"--\r\n");
        parts
    }

    /// Whether a header holds this.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.head.contains(text)
    }

    /// That it is a problem with this status and code.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{body}");
        let details = self.json();
        assert_eq!((&details["code"], &details["status"]), (&code.into(), &status.into()), "{body}");
        assert!(!details["detail"].as_str().unwrap().is_empty() && !details["title"].is_null());
    }
}
