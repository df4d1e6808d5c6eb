//! The service over real connections.

#[cfg(target_os = "linux")]
mod bounds;
mod cache;
#[cfg(target_os = "linux")]
mod child;
mod clients;
mod edges;
#[cfg(target_os = "linux")]
mod hostile;
mod load;
mod openapi;
mod page;
mod profile;
mod room;
mod score;
mod shrink;
mod signed;
mod sources;
mod tinify;
