//! The processor's time of a thread.

/// Seconds that the calling thread has spent on a processor; where the system does not tell, seconds by the clock.
#[cfg(unix)]
pub(super) fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}

/// Seconds that the calling thread has spent on a processor; where the system does not tell, seconds by the clock.
#[cfg(not(unix))]
pub(super) fn cpu_seconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}
