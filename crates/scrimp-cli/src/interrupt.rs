//! Ctrl-C, the request to end, and the terminal that goes away.

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
        for signal in signals() {
            // In this order: the flag that the first one looks at is set by the last one.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&interrupt.flag))
                .and_then(|_| flag::register_usize(signal, Arc::clone(&interrupt.signal), signal as usize))
                .and_then(|_| flag::register(signal, Arc::clone(&interrupt.flag)))
                .context("cannot listen for signals")?;
        }
        #[cfg(unix)]
        survive_limits_on_files().context("cannot listen for signals")?;
        Ok(interrupt)
    }

    /// Ends the program at once, as the signal asked for.
    pub(crate) fn leave(&self) -> ! {
        let signal = self.signal.load(Ordering::Relaxed);
        std::process::exit(128 + i32::try_from(signal).unwrap_or(SIGINT))
    }

    /// The exit that a signal asked for, if there was one.
    pub(crate) fn exit(&self) -> Option<Exit> {
        let signal = self.signal.load(Ordering::Relaxed);
        u8::try_from(signal).ok().filter(|signal| *signal > 0).map(Exit::Signal)
    }
}

/// Those that ask the program to end.
fn signals() -> Vec<i32> {
    #[cfg(target_os = "linux")]
    if !is_ignored(signal_hook::consts::SIGHUP) {
        return vec![SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
    }
    vec![SIGINT, SIGTERM]
}

/// Whether a signal was to be ignored before this program began: what `nohup` asks for stays so. Only Linux tells
/// without `unsafe`; elsewhere the end of the terminal ends the program at once, and the next run removes what stays.
#[cfg(target_os = "linux")]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Over a limit on the size of files, writing becomes an error of that file, instead of the end of the program with
/// its temporary files left behind.
#[cfg(unix)]
fn survive_limits_on_files() -> std::io::Result<()> {
    flag::register(signal_hook::consts::SIGXFSZ, Arc::default()).map(drop)
}
