//! The HTTP service: a photo in the body of a request, the smallest JPEG that still looks the same in the answer.
//!
//! [`app`] makes the routes, [`run`] serves them on a listener until it is told to stop. What a request may take is
//! bounded before it is spent: bytes while they are received, memory and threads before a photo is decoded. It will
//! not speak TLS or HTTP/2: that is for the proxy in front.

#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

mod accept;
mod access;
mod app;
mod body;
mod cache;
mod config;
mod event;
mod finished;
mod form;
mod goals;
mod health;
mod keys;
mod metrics;
mod multipart;
mod openapi;
mod page;
mod pool;
mod problem;
mod query;
mod run;
mod score;
mod serve;
mod service;
mod shrink;
mod signed;
mod sources;
mod tinify;

pub use app::app;
pub use config::{Config, ConfigError, SETTINGS, Setting};
pub use event::{Access, Event};
pub use health::check_health;
pub use metrics::metrics_app;
pub use run::run;
pub use serve::{ServeError, check_config, serve};
pub use service::Service;
pub use signed::SigningKey;
pub use sources::SourcePrefix;
