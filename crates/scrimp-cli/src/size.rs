//! Numbers of bytes, as people write and read them.

pub(crate) use scrimp_batch::{parse_bytes as parse, show_bytes as show};
