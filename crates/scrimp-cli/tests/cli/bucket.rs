//! A store of objects in this process that speaks as much of S3 as scrimp asks for, and that can be made to fail.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    pub(crate) etag: String,
    /// What was said of it, by names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    /// What listings and answers to HEAD tell, whatever is true.
    pub(crate) size: u64,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Bucket and key, decoded.
    pub(crate) path: String,
    query: String,
    pub(crate) headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// What it answers instead, if anything: a status, and a code.
type Fault = dyn Fn(&Request) -> Option<(u16, &'static str)> + Send + Sync;

#[derive(Default)]
struct State {
    objects: Mutex<BTreeMap<String, Object>>,
    asked: Mutex<Vec<Request>>,
    fault: Mutex<Option<Box<Fault>>>,
    ignores_conditions: Mutex<bool>,
}

/// The store. It ends with the process.
pub(crate) struct Store {
    state: Arc<State>,
    pub(crate) endpoint: String,
}

impl Store {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let of_thread = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&of_thread);
                thread::spawn(move || serve(&state, stream));
            }
        });
        Self { state, endpoint }
    }

    /// Puts an object with metadata that is to be kept; `path` is bucket and key.
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let headers =
            [("content-type", "image/jpeg"), ("cache-control", "max-age=60"), ("x-amz-meta-author", "Ada")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        store(&mut self.objects(), path, bytes.to_vec(), headers);
    }

    /// Has an object said to be of another size.
    pub(crate) fn claim_size(&self, path: &str, size: u64) {
        self.objects().get_mut(path).unwrap().size = size;
    }

    pub(crate) fn get(&self, path: &str) -> Object {
        self.objects().get(path).unwrap_or_else(|| panic!("{path} is not there")).clone()
    }

    /// Names that begin so.
    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        self.objects().keys().filter(|name| name.starts_with(prefix)).cloned().collect()
    }

    /// What was asked since the last time, by method and path.
    pub(crate) fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut *self.state.asked.lock().unwrap())
    }

    pub(crate) fn fails(
        &self,
        fault: impl Fn(&Request) -> Option<(u16, &'static str)> + Send + Sync + 'static,
    ) {
        *self.state.fault.lock().unwrap() = Some(Box::new(fault));
    }

    /// As some stores do.
    pub(crate) fn ignores_conditions(&self) {
        *self.state.ignores_conditions.lock().unwrap() = true;
    }

    fn objects(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Object>> {
        self.state.objects.lock().unwrap()
    }
}

fn store(
    objects: &mut BTreeMap<String, Object>,
    path: &str,
    bytes: Vec<u8>,
    headers: BTreeMap<String, String>,
) -> String {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let etag = format!("\"{number:032x}\"");
    let size = bytes.len() as u64;
    objects.insert(path.to_owned(), Object { bytes, etag: etag.clone(), headers, size });
    etag
}

/// An answer: status, headers, body, and the length to tell where it is another one.
struct Answer(u16, Vec<(String, String)>, Vec<u8>, Option<u64>);

fn failure(status: u16, code: &str) -> Answer {
    Answer(status, Vec::new(), format!("<Error><Code>{code}</Code></Error>").into_bytes(), None)
}

fn serve(state: &State, stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        state.asked.lock().unwrap().push(request.clone());
        let fault = state.fault.lock().unwrap().as_ref().and_then(|fault| fault(&request));
        let Answer(status, headers, body, length) = match fault {
            Some((status, code)) => failure(status, code),
            None => answer(state, &request),
        };
        let length = length.unwrap_or(body.len() as u64);
        let mut text = format!("HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "Last-Modified: Mon, 23 Nov 2026 12:00:00 GMT\r\n\r\n";
        let body = if request.method == "HEAD" { &[][..] } else { &body };
        if stream.write_all(text.as_bytes()).and_then(|()| stream.write_all(body)).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split(' ');
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Request { method, path: decoded(path.trim_matches('/')), query: decoded(query), headers, body })
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn answer(state: &State, request: &Request) -> Answer {
    let mut objects = state.objects.lock().unwrap();
    let there = objects.get(&request.path).cloned();
    match request.method.as_str() {
        "GET" if request.query.contains("list-type=2") => listing(&objects, request),
        "GET" | "HEAD" => match there {
            None => failure(404, "NoSuchKey"),
            Some(object) if !still(request, "if-match", &object) => failure(412, "PreconditionFailed"),
            Some(object) => {
                let mut headers: Vec<_> = object.headers.into_iter().collect();
                headers.push(("ETag".to_owned(), object.etag));
                let length = (request.method == "HEAD").then_some(object.size);
                let status = if request.headers.contains_key("range") { 206 } else { 200 };
                if status == 206 {
                    headers.push(("Content-Range".to_owned(), format!("bytes 0-0/{}", object.size)));
                    return Answer(206, headers, object.bytes[..1.min(object.bytes.len())].to_vec(), None);
                }
                Answer(status, headers, object.bytes, length)
            }
        },
        "PUT" => {
            let is_new = request.headers.get("if-none-match").is_none_or(|_| there.is_none());
            let is_same = match (request.headers.get("if-match"), &there) {
                (Some(etag), Some(object)) => *etag == object.etag,
                (Some(_), None) => false,
                (None, _) => true,
            };
            if !(is_new && is_same || *state.ignores_conditions.lock().unwrap()) {
                return failure(412, "PreconditionFailed");
            }
            let is_kept = |name: &str| {
                name.starts_with("x-amz-meta-")
                    || (name.starts_with("content-") && name != "content-length")
                    || name == "cache-control"
            };
            let headers = request.headers.iter().filter(|(name, _)| is_kept(name));
            let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
            let etag = store(&mut objects, &request.path, request.body.clone(), headers);
            Answer(200, vec![("ETag".to_owned(), etag)], Vec::new(), None)
        }
        "DELETE" => {
            objects.remove(&request.path);
            Answer(204, Vec::new(), Vec::new(), None)
        }
        // Several are removed at once, by the keys in the body.
        "POST" => {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            for key in body.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>")) {
                objects.remove(&format!("{}/{}", request.path, key.0));
            }
            Answer(200, Vec::new(), b"<DeleteResult></DeleteResult>".to_vec(), None)
        }
        other => panic!("{other}"),
    }
}

fn still(request: &Request, name: &str, object: &Object) -> bool {
    request.headers.get(name).is_none_or(|etag| *etag == object.etag)
}

/// Two of a page, so that there are several.
fn listing(objects: &BTreeMap<String, Object>, request: &Request) -> Answer {
    let value = |name: &str| {
        request
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|pair| pair.0 == name)
            .map(|pair| pair.1)
    };
    let bucket = format!("{}/", request.path);
    let prefix = format!("{bucket}{}", value("prefix").unwrap_or_default());
    let after = value("continuation-token").unwrap_or_default();
    let mut found = objects.iter().filter(|(name, _)| name.starts_with(&prefix) && name.as_str() > after);
    let page: Vec<_> = found.by_ref().take(2).collect();
    let mut text = "<ListBucketResult>".to_owned();
    for (name, object) in &page {
        let key = name[bucket.len()..].replace('&', "&amp;");
        let etag = object.etag.replace('"', "&quot;");
        text += &format!(
            "<Contents><Key>{key}</Key><Size>{}</Size><LastModified>2026-11-23T12:00:00.000Z</LastModified><ETag>{etag}</ETag></Contents>",
            object.size
        );
    }
    if found.next().is_some() {
        text += &format!("<NextContinuationToken>{}</NextContinuationToken>", page.last().unwrap().0);
    }
    Answer(200, Vec::new(), (text + "</ListBucketResult>").into_bytes(), None)
}
