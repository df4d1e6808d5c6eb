//! The service as a whole program: a runtime, a listener, and the signals that end it.

use crate::{Config, Event, Service, app, metrics_app, run};
use std::io;
use tokio::net::TcpListener;

/// Serves as the configuration says until the program is asked to end by SIGINT or SIGTERM, and then answers what it has
/// in hand. `tell` learns of all that happens.
///
/// # Errors
/// Where it cannot listen, for want of a free port or of the right to it.
pub fn serve(config: Config, tell: impl Fn(&Event) + Send + Sync + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let service = Service::new(config).telling(tell);
        let listener = TcpListener::bind(service.config.listen).await?;
        let end = end()?;
        serve_metrics(&service).await?;
        service.tell(&Event::Listening(listener.local_addr()?));
        run(listener, app(service.clone()), &service, end).await;
        Ok(())
    });
    // What is still at work was given up on.
    runtime.shutdown_background();
    done
}

/// Serves metrics beside, if they are asked for; to the end, as the last figures are of use too.
async fn serve_metrics(service: &Service) -> io::Result<()> {
    let Some(address) = service.config.metrics_listen else { return Ok(()) };
    let listener = TcpListener::bind(address).await?;
    service.tell(&Event::Metrics(listener.local_addr()?));
    let service = service.clone();
    tokio::spawn(async move {
        run(listener, metrics_app(service.clone()), &service, std::future::pending()).await;
    });
    Ok(())
}

/// Over when the program is asked to end. From now on a signal does not end it by itself.
#[cfg(unix)]
fn end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
