//! The service over real connections.

mod cache;
mod clients;
mod edges;
mod hostile;
mod load;
mod page;
mod room;
mod score;
mod shrink;
mod signed;
mod sources;
mod tinify;
