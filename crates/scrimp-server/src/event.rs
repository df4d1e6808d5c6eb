//! What the service tells whoever runs it. It prints nothing itself.

use serde::Serialize;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// Something that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The service listens at this address.
    Listening(SocketAddr),
    /// Metrics are served at this address.
    Metrics(SocketAddr),
    /// It is to end: no connection is taken any more.
    Stopping,
    /// A request is over.
    Request(Access),
}

/// One request, without anything that came from the photo or the address: it can be written to any log.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Access {
    /// The number that the client gave or that was made for it; the answer has it too.
    pub request: String,
    /// GET, POST...
    pub method: String,
    /// The route as the documents write it; none where there was no such path.
    pub route: Option<String>,
    /// The answer's status; 499 where the client went away before there was one.
    pub status: u16,
    /// The stable word of a problem.
    pub code: Option<&'static str>,
    /// From the headers to the answer, in milliseconds.
    pub ms: f64,
}

/// Somebody who is told of events; by default nobody.
#[derive(Clone)]
pub(crate) struct Listener(pub(crate) Arc<dyn Fn(&Event) + Send + Sync>);

impl Default for Listener {
    fn default() -> Self {
        Self(Arc::new(|_| ()))
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
