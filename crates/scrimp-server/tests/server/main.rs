//! The service over real connections.

mod edges;
mod hostile;
mod load;
mod page;
mod room;
mod score;
mod shrink;
mod openapi;
