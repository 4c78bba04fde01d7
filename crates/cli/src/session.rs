//! What long work has in common: Ctrl-C, a progress bar on a terminal, silence in a pipe.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

/// Set by the first Ctrl-C; work then stops at the next whole frame and keeps what is finished.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens for Ctrl-C, SIGTERM and SIGHUP. A second one ends the program at once.
    pub fn listen() -> Self {
        let interrupt = Self::default();
        let flag = Arc::clone(&interrupt.0);
        // Without a handler the program still works: it just ends at once.
        let _ = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                crate::output::remove_unfinished();
                std::process::exit(130);
            }
        });
        interrupt
    }

    /// True once Ctrl-C was pressed.
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A progress bar over `total` steps, drawn on a terminal only; `unit` tells what a step is.
pub fn progress(total: u64, unit: Unit) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = match unit {
        Unit::VirtualNanoseconds => "{bar:40} {percent:>3} % of virtual time, {eta} left",
        Unit::Octets => "{bar:40} {binary_bytes} of {binary_total_bytes}, {eta} left",
        Unit::Share => "{msg} {bar:30} {percent:>3} %, {eta} left",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// What a progress bar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Virtual time.
    VirtualNanoseconds,
    /// Octets read.
    Octets,
    /// Parts of the whole; the message tells how far it is.
    Share,
}
