//! The accept loop and the connections.

use crate::{Event, Service};
use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutWriter;
use tower::ServiceExt;

/// How long the accept loop rests where the system has no handle left for a connection.
const REST: Duration = Duration::from_millis(100);

/// The most bytes of a connection that are read ahead, and of headers; hyper's own 400 KiB are much for each of a thousand.
const BUFFER: usize = 64 * 1024;

/// How long what a client still sends is read and thrown away after its answer.
const LINGER: Duration = Duration::from_secs(2);

/// Serves `app` on the listener until `shutdown` is over. Then no connection is taken any more, each request in hand
/// gets its answer if that comes within the configured grace, and the rest is dropped.
pub async fn run(listener: TcpListener, app: Router, service: &Service, shutdown: impl Future<Output = ()>) {
    let config = &service.config;
    let mut shutdown = pin!(shutdown);
    let slots = Arc::new(Semaphore::new(config.connections));
    let (stop, _) = watch::channel(false);
    let times = Times { headers: config.header_timeout(), stall: config.stall_timeout() };
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            taken = accept(&listener, &slots) => taken,
        };
        match taken {
            Ok((stream, slot)) => {
                let connection = serve(stream, app.clone(), times, stop.subscribe());
                connections.spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            // A client that went away at once, or no handles left: both pass.
            Err(_) => sleep(REST).await,
        }
    }
    drop(listener);
    service.tell(&Event::Stopping);
    // Whoever listens no more has ended.
    stop.send_replace(true);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(config.grace(), ended).await;
}

/// The next connection, once there may be one more.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, Option<OwnedSemaphorePermit>)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    let (stream, _) = listener.accept().await?;
    Ok((stream, slot))
}

/// How long a client may keep a connection waiting.
#[derive(Clone, Copy, Debug)]
struct Times {
    headers: Duration,
    stall: Duration,
}

async fn serve(stream: TcpStream, app: Router, times: Times, mut stop: watch::Receiver<bool>) {
    // Answers are written whole: waiting for more to send gains nothing.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(times.stall));
    let answer = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        Box::pin(app.clone().oneshot(request.map(Body::new)))
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(times.headers)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer);
    // However it ended: what could not be understood has an answer too.
    let _ = tokio::select! {
        served = poll_fn(|context| connection.poll_without_shutdown(context)) => served,
        () = told(&mut stop) => {
            Pin::new(&mut connection).graceful_shutdown();
            poll_fn(|context| connection.poll_without_shutdown(context)).await
        }
    };
    linger(connection.into_parts().io.into_inner()).await;
}

/// Over once the service is to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending().await
    }
}

/// Ends a connection so that the client can read its answer though it may still be sending: closing with bytes unread
/// would throw away what is on its way to it.
async fn linger(mut stream: Pin<Box<TimeoutWriter<TcpStream>>>) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut thrown_away = [0; 16 * 1024];
    let _ =
        timeout(LINGER, async { while stream.read(&mut thrown_away).await.is_ok_and(|read| read > 0) {} })
            .await;
}
