//! Ctrl-C: once to end cleanly, twice to end at once.

use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a command that was stopped: 128 and the number of the signal, as shells have it.
pub(super) const EXIT: u8 = 130;

static STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (or the request to terminate) sets the flag that is returned; a second one ends the process.
pub(super) fn on_ctrl_c() -> &'static AtomicBool {
    // Where no handler can be set, Ctrl-C ends the process as it always did; what is on disk stays whole all the same.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(EXIT));
        }
    });
    &STOP
}
