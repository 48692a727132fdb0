//! Until when work that evaluates nothing may go on: nobody waits for it once stopped, nor after the time is up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub struct Watch<'a> {
    pub stop: &'a AtomicBool,
    pub until: Option<Instant>,
}

impl<'a> Watch<'a> {
    /// Ends by the stop alone.
    pub fn untimed(stop: &'a AtomicBool) -> Self {
        Self { stop, until: None }
    }

    /// Ends by the stop, or so many seconds after `begun`; more than can be counted are without end.
    pub fn timed(stop: &'a AtomicBool, begun: Instant, seconds: Option<f64>) -> Self {
        let whole = seconds.and_then(|s| Duration::try_from_secs_f64(s).ok());
        Self {
            stop,
            until: whole.and_then(|d| begun.checked_add(d)),
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn is_over(&self) -> bool {
        self.is_stopped() || self.until.is_some_and(|t| Instant::now() >= t)
    }
}
