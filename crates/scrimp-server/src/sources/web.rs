//! Photos of other servers. Each address is looked at when it is about to be connected to, so that neither a name that
//! means another address by then nor a redirect leads inside.

use super::address::is_allowed;
use super::{Sources, failed, missing, refused};
use crate::body::{Counted, Received};
use crate::problem::Problem;
use crate::{Config, Service};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use std::error::Error;
use std::io;
use std::net::IpAddr;
use url::{Host, Url};

/// Redirects that are followed.
const REDIRECTS: usize = 3;

/// A client that goes to allowed addresses only.
#[derive(Debug)]
pub(super) struct Web {
    client: Option<Client>,
    private: bool,
}

impl Web {
    pub(super) fn open(config: &Config) -> io::Result<Self> {
        let private = config.private_sources;
        // Without a source of the kind no certificates of authorities need be there.
        let is_asked_for = config.sources.iter().any(|prefix| prefix.scheme().starts_with("http"));
        let build = || {
            Client::builder()
                .user_agent(concat!("scrimp/", env!("CARGO_PKG_VERSION")))
                .no_proxy()
                .redirect(Policy::none())
                .dns_resolver(Resolver { private })
                .build()
        };
        let client = is_asked_for.then(build).transpose().map_err(io::Error::other)?;
        Ok(Self { client, private })
    }

    pub(super) async fn fetch(
        &self,
        sources: &Sources,
        service: &Service,
        mut url: Url,
    ) -> Result<Received, Problem> {
        let client = self.client.as_ref().ok_or_else(|| refused("the service fetches nothing"))?;
        for _ in 0..=REDIRECTS {
            sources.check(&url)?;
            self.check_address(&url)?;
            let answer = client.get(url.clone()).send().await.map_err(|error| problem(&error))?;
            match answer.status() {
                StatusCode::OK => return receive(service, answer).await,
                status if status.is_redirection() => {
                    let place = answer.headers().get(LOCATION).and_then(|place| place.to_str().ok());
                    let place = place.and_then(|place| url.join(place).ok());
                    url = place.ok_or_else(|| failed("the photo's server leads nowhere"))?;
                }
                StatusCode::NOT_FOUND | StatusCode::GONE => return Err(missing()),
                status => return Err(failed(format!("the photo's server answers {}", status.as_u16()))),
            }
        }
        Err(failed(format!("the photo's server redirects more than {REDIRECTS} times")))
    }

    /// An address in place of a name is never asked of the resolver.
    fn check_address(&self, url: &Url) -> Result<(), Problem> {
        let address: IpAddr = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            _ => return Ok(()),
        };
        if is_allowed(address, self.private) { Ok(()) } else { Err(refused(Inside.to_string())) }
    }
}

async fn receive(service: &Service, mut answer: Response) -> Result<Received, Problem> {
    let mut counted = Counted::begin(service, answer.content_length().unwrap_or(0))?;
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| problem(&error))? {
        counted.take(piece.len() as u64)?;
        bytes.extend_from_slice(&piece);
    }
    Ok(counted.received(bytes))
}

/// What names mean, less the addresses that are not allowed: the client connects to no others.
struct Resolver {
    private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(resolve(name, self.private))
    }
}

async fn resolve(name: Name, private: bool) -> Result<Addrs, Box<dyn Error + Send + Sync>> {
    // The client puts in the port.
    let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
    let allowed: Vec<_> = found.filter(|address| is_allowed(address.ip(), private)).collect();
    if allowed.is_empty() { Err(Inside.into()) } else { Ok(Box::new(allowed.into_iter())) }
}

/// An address that is not for the public.
#[derive(Debug, thiserror::Error)]
#[error("the photo's URL leads to an address that is not public")]
struct Inside;

fn problem(error: &reqwest::Error) -> Problem {
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    if causes.any(|cause| cause.is::<Inside>()) {
        return refused(Inside.to_string());
    }
    failed("the photo's server cannot be reached, or breaks off")
}
