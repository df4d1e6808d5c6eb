//! The service over real connections.

#[cfg(target_os = "linux")]
mod bounds;
#[cfg(target_os = "linux")]
mod child;
mod edges;
#[cfg(target_os = "linux")]
mod hostile;
mod load;
mod openapi;
mod page;
mod room;
mod score;
mod shrink;
