//! Whether the service lives, and whether it can take more.

use crate::Service;
use crate::openapi::Turned;
use crate::problem::Problem;
use axum::extract::State;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// The process answers.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "It does", body = String)))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// One more photo would find a place.
#[utoipa::path(
    get,
    path = "/readyz",
    responses((status = 200, description = "It would", body = String), Turned)
)]
pub(crate) async fn ready(State(service): State<Service>) -> Result<&'static str, Problem> {
    service.pool.ensure_place().map(|()| "ready\n")
}

/// Asks the service that listens at this address of this machine whether it is alive, for where no other program is there
/// to ask, as in a container.
///
/// # Errors
/// Where it does not answer within five seconds that it is.
pub fn check_health(listen: SocketAddr) -> io::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&reached(listen), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(1 << 10).read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(io::Error::other("it says that it is not well"))
    }
}

/// Who listens at every address is reached at the machine's own.
fn reached(listen: SocketAddr) -> SocketAddr {
    match listen {
        SocketAddr::V4(any) if any.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, any.port()).into(),
        SocketAddr::V6(any) if any.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, any.port()).into(),
        other => other,
    }
}
