//! What stands between the work on a photo and the writing of it.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Open until a run gives up what is in hand. Then the program may end at any time, and nothing is half written.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    closed: RwLock<bool>,
}

impl Gate {
    /// The right to write as long as it is held; none if the gate is closed.
    pub(crate) fn enter(&self) -> Option<RwLockReadGuard<'_, bool>> {
        let closed = self.closed.read().unwrap_or_else(PoisonError::into_inner);
        (!*closed).then_some(closed)
    }

    /// Waits until nobody writes any more, and lets nobody in.
    pub(crate) fn close(&self) {
        *self.closed.write().unwrap_or_else(PoisonError::into_inner) = true;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.enter().is_none()
    }
}
