//! A server of photos that does what its paths say, and what the service makes of it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A web server with one photo.
pub(crate) struct Web {
    pub(crate) address: SocketAddr,
    /// Connections that were taken.
    pub(crate) taken: Arc<AtomicUsize>,
}

impl Web {
    pub(crate) fn open(photo: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                let (photo, address) = (photo.clone(), address);
                thread::spawn(move || answer(stream.unwrap(), &photo, address));
            }
        });
        Self { address, taken }
    }
}

fn answer(mut stream: TcpStream, photo: &[u8], address: SocketAddr) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let redirect = |to: &str| format!("302 Found\r\nlocation: {to}\r\ncontent-length: 0");
    let ok = |length: usize| format!("200 OK\r\ncontent-length: {length}");
    let (head, body) = match &*path {
        "/photo.png" | "/a%20b.png?x=1" => (ok(photo.len()), photo),
        "/redirect" => (redirect("/photo.png"), &[][..]),
        "/round" => (redirect("/round"), &[][..]),
        "/elsewhere" => (redirect(&format!("http://localhost:{}/photo.png", address.port())), &[][..]),
        "/metadata" => (redirect("http://169.254.169.254/latest"), &[][..]),
        "/file" => (redirect("file:///etc/passwd"), &[][..]),
        "/short" => (ok(photo.len() + 10), photo),
        "/huge" => (ok(1_000_000_000), &[][..]),
        "/endless" => ("200 OK".to_owned(), &[][..]),
        "/broken" => ("500 Oh".to_owned(), &[][..]),
        "/text" => (ok(5), &b"hello"[..]),
        "/slow" => {
            thread::sleep(Duration::from_secs(20));
            return;
        }
        _ => ("404 Not Found\r\ncontent-length: 0".to_owned(), &[][..]),
    };
    let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n");
    if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).is_err() {
        return;
    }
    while path == "/endless" && stream.write_all(&[0; 4096]).is_ok() {}
}
