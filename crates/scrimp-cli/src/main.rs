//! The command-line program scrimp.
fn main() {}
