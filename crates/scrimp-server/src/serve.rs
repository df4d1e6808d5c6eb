//! The service as a whole program: a runtime, a listener, and the signals that end it.

use crate::goals::Goals;
use crate::{Config, Event, Service, app, metrics_app, run};
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Why the service could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address is not free, or may not be listened on.
    #[error("cannot listen on {address}; another program may, or give another address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// What the configuration names is of no use.
    #[error("a setting cannot be met")]
    Setting(#[source] io::Error),
    /// The system gives no threads or no signals.
    #[error("cannot begin")]
    System(#[from] io::Error),
}

/// That what the configuration names and nothing is made in, the profile, will do for a service.
///
/// # Errors
/// [`ServeError::Setting`], as of [`serve`].
pub fn check_config(config: &Config) -> Result<(), ServeError> {
    Goals::open(config).map(drop).map_err(ServeError::Setting)
}

/// Serves as the configuration says until the program is asked to end by SIGINT or SIGTERM, and then answers what it has
/// in hand. `tell` learns of all that happens.
///
/// # Errors
/// [`ServeError`], before anything is served.
pub fn serve(config: Config, tell: impl Fn(&Event) + Send + Sync + 'static) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let service = Service::new(config).telling(tell).opened().await.map_err(ServeError::Setting)?;
        let listener = listen(service.config.listen).await?;
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

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves metrics beside, if they are asked for; to the end, as the last figures are of use too.
async fn serve_metrics(service: &Service) -> Result<(), ServeError> {
    let Some(address) = service.config.metrics_listen else { return Ok(()) };
    let listener = listen(address).await?;
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
