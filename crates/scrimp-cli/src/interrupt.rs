//! Ctrl-C and the request to end.

use crate::exit::Exit;
use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Set by the first signal; the second one ends the program at once.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    pub(crate) flag: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let interrupt = Self { flag: Arc::default(), signal: Arc::default() };
        for signal in [SIGINT, SIGTERM] {
            // In this order: the flag that the first one looks at is set by the last one.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&interrupt.flag))
                .and_then(|_| flag::register_usize(signal, Arc::clone(&interrupt.signal), signal as usize))
                .and_then(|_| flag::register(signal, Arc::clone(&interrupt.flag)))
                .context("cannot listen for Ctrl-C")?;
        }
        #[cfg(unix)]
        survive_limits_on_files().context("cannot listen for signals")?;
        Ok(interrupt)
    }

    /// The exit that a signal asked for, if there was one.
    pub(crate) fn exit(&self) -> Option<Exit> {
        let signal = self.signal.load(Ordering::Relaxed);
        u8::try_from(signal).ok().filter(|signal| *signal > 0).map(Exit::Signal)
    }
}

/// Over a limit on the size of files, writing becomes an error of that file, instead of the end of the program with
/// its temporary files left behind.
#[cfg(unix)]
fn survive_limits_on_files() -> std::io::Result<()> {
    flag::register(signal_hook::consts::SIGXFSZ, Arc::default()).map(drop)
}
