//! What people see: steps with a spinner, bars, and plain lines where there is no terminal.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// How long nothing is told at most where no bar is drawn.
const SILENCE: Duration = Duration::from_secs(20);

/// The terminal.
#[derive(Debug, Clone)]
pub struct Screen {
    bars: MultiProgress,
    live: bool,
}

impl Screen {
    pub fn new() -> Self {
        Self { bars: MultiProgress::new(), live: std::io::stderr().is_terminal() }
    }

    /// A line that stays.
    pub fn say(&self, line: &str) {
        self.bars.suspend(|| {
            // A closed standard output is no reason to stop.
            let _told = writeln!(std::io::stdout(), "{line}");
        });
    }

    /// What went wrong, for whoever keeps the standard output in a file.
    pub fn complain(&self, line: &str) {
        self.bars.suspend(|| {
            let _told = writeln!(std::io::stderr(), "{line}");
        });
    }

    /// Something that takes time, of unknown length. Without a terminal a line tells that it has begun.
    pub fn step(&self, title: &str) -> Step {
        if !self.live {
            self.say(&format!("… {title}"));
        }
        let bar = self.bars.add(ProgressBar::new_spinner());
        bar.set_style(style("{spinner} {prefix} {msg:.dim}"));
        bar.set_prefix(title.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Step { screen: self.clone(), bar, title: title.to_owned(), told: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Something of known length, as far as it is known now.
    pub fn bar(&self, title: &str, length: usize) -> Step {
        if !self.live {
            self.say(&format!("… {title}"));
        }
        let bar = self.bars.add(ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX)));
        bar.set_style(style("{prefix} [{bar:30}] {pos}/{len} {msg:.dim}"));
        bar.set_prefix(title.to_owned());
        Step { screen: self.clone(), bar, title: title.to_owned(), told: Arc::new(Mutex::new(Instant::now())) }
    }

    /// Are bars drawn?
    pub const fn is_live(&self) -> bool {
        self.live
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

/// Something that takes time. Dropping it unfinished clears it.
#[derive(Debug, Clone)]
pub struct Step {
    screen: Screen,
    bar: ProgressBar,
    title: String,
    /// When a line told last how far it is, where no bar is drawn.
    told: Arc<Mutex<Instant>>,
}

impl Step {
    /// What it is at. Where no bar is drawn a line tells it now and then, so that a long build does not look dead.
    pub fn note(&self, text: impl Into<String>) {
        let text = text.into();
        if !self.screen.live {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.elapsed() >= SILENCE {
                *told = Instant::now();
                self.screen.say(&format!("  … {text}"));
            }
        }
        self.bar.set_message(text);
    }

    pub fn advance(&self) {
        self.bar.inc(1);
    }

    pub fn place(&self, done: u64, all: u64) {
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    /// Leaves one line that says how it ended.
    pub fn done(self, outcome: &str) {
        self.bar.finish_and_clear();
        self.screen.say(&format!("✓ {}: {outcome}", self.title));
    }
}
