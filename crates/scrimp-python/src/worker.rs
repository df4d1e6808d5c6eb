//! Work on a thread of its own, so that the calling one can listen for signals.

use crate::error::defect;
use pyo3::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Tells the work that it is to end.
pub(crate) type Flag = Arc<AtomicBool>;

/// How often signals are looked for.
const PERIOD: Duration = Duration::from_millis(50);
/// How long interrupted work may take to end; then it is left to end by itself.
pub(crate) const PATIENCE: Duration = Duration::from_millis(600);

enum Message<T> {
    Told(String),
    Ended(thread::Result<T>),
}

/// What the work tells on its way.
pub(crate) struct Teller<T>(Sender<Message<T>>);

impl<T> Teller<T> {
    pub(crate) fn tell(&self, text: String) {
        // Nobody listens any more once the call has been interrupted.
        let _ = self.0.send(Message::Told(text));
    }
}

/// The result of work that takes a moment, on the calling thread and without the GIL: signals wait for its end. A panic
/// is a defect. A thread of its own would cost it its warm memory, and a wait for a free processor.
pub(crate) fn at_once<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    // Unwind-safe: after a panic nothing that the work has touched is looked at again.
    let ended = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    ended.map_err(|panic| defect(py, &said(&*panic)))
}

/// The result of `work`, without the GIL. A signal's exception sets the flag and is raised; a panic is a defect.
pub(crate) fn attended<T: Send + 'static>(
    py: Python<'_>,
    flag: &Flag,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    attended_telling(py, flag, |_| work(), |_| Ok(()))
}

/// The same for work that tells something on its way, which `hear` hears on the calling thread; its exception too
/// ends the work.
pub(crate) fn attended_telling<T: Send + 'static>(
    py: Python<'_>,
    flag: &Flag,
    work: impl FnOnce(&Teller<T>) -> T + Send + 'static,
    mut hear: impl FnMut(&str) -> PyResult<()>,
) -> PyResult<T> {
    let (sender, mut receiver) = mpsc::channel();
    thread::Builder::new().name("scrimp".to_owned()).spawn(move || {
        let teller = Teller(sender);
        // Unwind-safe: after a panic nothing that the work has touched is looked at again.
        let ended = catch_unwind(AssertUnwindSafe(|| work(&teller)));
        let _ = teller.0.send(Message::Ended(ended));
    })?;
    loop {
        let listening = &mut receiver;
        let heard = match py.detach(move || listening.recv_timeout(PERIOD)) {
            Ok(Message::Ended(ended)) => return ended.map_err(|panic| defect(py, &said(&*panic))),
            Ok(Message::Told(text)) => hear(&text),
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => Err(defect(py, "the work ended without a word")),
        };
        if let Err(error) = heard.and_then(|()| py.check_signals()) {
            flag.store(true, Ordering::Relaxed);
            let listening = &mut receiver;
            py.detach(move || await_end(listening));
            return Err(error);
        }
    }
}

fn await_end<T>(receiver: &mut Receiver<Message<T>>) {
    let deadline = Instant::now() + PATIENCE;
    while let Some(left) = deadline.checked_duration_since(Instant::now()) {
        if !matches!(receiver.recv_timeout(left), Ok(Message::Told(_))) {
            return;
        }
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}
