//! Receiving the body of a request, within bounds that hold while it comes in.

use crate::Service;
use crate::cache::Key;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt;
use scrimp::{Error, LimitKind, Options};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

/// Memory is counted in pieces of 1 KiB.
pub(crate) const PIECE: u64 = 1024;

/// A body that is being received.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    counted: Counted<'a>,
    body: Body,
    announced: u64,
    deadline: Instant,
}

/// Bytes that are being received. They count as taken from the memory for bodies as they come, not as they are
/// announced: who announces much and sends little takes little.
#[derive(Debug)]
pub(crate) struct Counted<'a> {
    service: &'a Service,
    received: u64,
    taken: Option<OwnedSemaphorePermit>,
}

/// A body in memory, or the files in it. What they take is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Received<T = Vec<u8>> {
    pub(crate) bytes: T,
    taken: Option<OwnedSemaphorePermit>,
}

impl<'a> Incoming<'a> {
    /// Looks at what is announced before anything is read.
    pub(crate) fn begin(service: &'a Service, headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let is_plain = |value: &axum::http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
        if !headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
            let detail = "bodies are read as they are; send it without Content-Encoding";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_encoding", detail));
        }
        let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let announced = announced.unwrap_or(0);
        let counted = Counted::begin(service, announced)?;
        let deadline = Instant::now() + service.config.body_timeout();
        Ok(Self { counted, body, announced, deadline })
    }

    /// The next piece; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let frame = timeout_at(self.deadline, self.body.frame()).await.map_err(|_| {
                let seconds = self.counted.service.config.body_seconds;
                let detail = format!("the body did not come within {seconds} seconds");
                Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", detail)
            })?;
            let Some(frame) = frame else { return Ok(None) };
            let broken = |_| Problem::bad_request("body_broken", "the body ended before its end");
            let Ok(bytes) = frame.map_err(broken)?.into_data() else { continue };
            self.counted.take(bytes.len() as u64)?;
            return Ok(Some(bytes));
        }
    }

    /// The whole body.
    pub(crate) async fn whole(mut self) -> Result<Received, Problem> {
        let mut bytes = Vec::new();
        // Only addresses are taken for it, and memory as it comes in; grown bit by bit it would leave holes behind. Where
        // there are no addresses it grows all the same.
        let _ = bytes.try_reserve_exact(usize::try_from(self.announced).unwrap_or(0));
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(&piece);
            // Of a fast client the next piece is always there: without this, hundreds of them would keep the threads that
            // answer for a body each before anybody else had his turn.
            tokio::task::yield_now().await;
        }
        Ok(self.received(bytes))
    }

    /// Bytes that were made of this body, which answer for its memory from now on.
    pub(crate) fn received<T>(self, bytes: T) -> Received<T> {
        self.counted.received(bytes)
    }
}

impl<'a> Counted<'a> {
    /// Nothing yet of bytes whose number is announced; 0 where it is not known.
    pub(crate) fn begin(service: &'a Service, announced: u64) -> Result<Self, Problem> {
        check_length(service, announced)?;
        Ok(Self { service, received: 0, taken: None })
    }

    /// So many bytes more.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), Problem> {
        let before = self.received.div_ceil(PIECE);
        self.received += bytes;
        check_length(self.service, self.received)?;
        let more = self.received.div_ceil(PIECE) - before;
        let more = self.service.pool.take_for_body(more)?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// What was made of the bytes answers for their memory from now on.
    pub(crate) fn received<T>(self, bytes: T) -> Received<T> {
        Received { bytes, taken: self.taken }
    }
}

fn check_length(service: &Service, length: u64) -> Result<(), Problem> {
    let limit = service.config.limits.file_bytes;
    if length > limit {
        return Err(Error::Limit { which: LimitKind::FileBytes, found: length, limit }.into());
    }
    Ok(())
}

impl Received {
    /// The same, and the name of the result that these options make of it.
    pub(crate) async fn named(self, options: &Options) -> Result<(Self, Key), Problem> {
        let options = options.clone();
        // Large files take a while, and nobody else is to wait for them.
        let named = spawn_blocking(move || {
            let key = Key::of(&self.bytes, &options);
            (self, key)
        });
        named.await.map_err(|_| Problem::defect())
    }

    /// The bytes, and what they take.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Option<OwnedSemaphorePermit>) {
        (self.bytes, self.taken)
    }
}

impl Received<[Vec<u8>; 1]> {
    /// The only file.
    pub(crate) fn only(self) -> Received {
        let [bytes] = self.bytes;
        Received { bytes, taken: self.taken }
    }
}
