//! No photo is lost, whatever happens: the program killed at its system calls, starved of room and met by errors,
//! rivals and odd files. docs/files.md tells what is promised; each test counts its cases, and what it cannot try on
//! this machine it says.
//!
//! `SCRIMP_FAULTS=full` tries every case instead of a sample.

#![cfg(target_os = "linux")]

mod crowd;
mod errors;
mod full_disk;
mod kill;
mod lab;
mod oddities;
mod photos;
mod resumed;
mod scarcity;
mod tracer;
