//! What this machine has.

use std::env;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// What is taken where the machine does not tell its memory.
const UNKNOWN_MEMORY: u64 = 4 << 30;

/// Half of the memory that this program may use: of the machine, or of the control group that it is in.
pub(crate) fn half_of_memory() -> u64 {
    let kinds = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(kinds) else { return UNKNOWN_MEMORY };
    let machine = system.total_memory();
    let group = system.cgroup_limits().map_or(machine, |limits| limits.total_memory);
    half(machine.min(group))
}

/// Half of this; where it is nought, the machine does not tell, as where /proc is out of sight.
const fn half(memory: u64) -> u64 {
    if memory == 0 { UNKNOWN_MEMORY } else { memory / 2 }
}

/// How many threads can run at once.
pub(crate) fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Where this user's programs keep what they can do without; none where the environment does not tell.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // As the XDG Base Directory Specification says.
        folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))
    };
    base.map(|base| base.join("scrimp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_tells_nothing_has_some_memory_all_the_same() {
        assert_eq!((half(0), half(8 << 30)), (UNKNOWN_MEMORY, 4 << 30));
    }
}
