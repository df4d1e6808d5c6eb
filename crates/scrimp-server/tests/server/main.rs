//! The service over real connections.

mod edges;
mod load;
mod room;
mod score;
mod shrink;
