//! Progress of anything that takes more than half a second: a spinner with the elapsed time.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Ui, Voice};
use crate::i18n::Message;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// A running spinner; it is wiped when dropped.
pub(super) struct Spinner {
    text: String,
    begun: Instant,
    texts: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Spinner {
    fn start(text: String, begun: Instant) -> Self {
        let (texts, news) = mpsc::channel::<String>();
        let first = text.clone();
        let thread = std::thread::spawn(move || {
            let mut text = first;
            let patience = PATIENCE.saturating_sub(begun.elapsed());
            loop {
                match news.recv_timeout(patience) {
                    Ok(newer) => text = newer,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
                .with_elapsed(begun.elapsed());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_message(text);
            bar.enable_steady_tick(TICK);
            for newer in news {
                bar.set_message(newer);
            }
            bar.finish_and_clear();
        });
        Self {
            text,
            begun,
            texts: Some(texts),
            thread: Some(thread),
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        drop(self.texts.take());
        if let Some(thread) = self.thread.take() {
            // A spinner that failed has nothing to wipe.
            let _ = thread.join();
        }
    }
}

/// Something that takes time; it is over when this is dropped.
pub(crate) struct Progress<'u> {
    ui: &'u Ui,
}

impl Progress<'_> {
    /// Says what is done now.
    pub(crate) fn step(&self, message: &Message) {
        let text = self.ui.text(message);
        if let Some(spinner) = self.ui.spinner.borrow_mut().as_mut() {
            spinner.text.clone_from(&text);
            if let Some(texts) = &spinner.texts {
                // A spinner that failed has nothing to show.
                let _ = texts.send(text);
            }
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.ui.spinner.replace(None);
    }
}

impl Ui {
    /// Shows on a terminal that something goes on, until the result is dropped.
    pub(crate) fn progress(&self, message: &Message) -> Progress<'_> {
        if self.voice == Voice::Terminal {
            self.spinner
                .replace(Some(Spinner::start(self.text(message), Instant::now())));
        }
        Progress { ui: self }
    }

    /// Lets `act` use the terminal while the spinner is away.
    pub(super) fn pause<T>(&self, act: impl FnOnce() -> T) -> T {
        let spinner = self.spinner.replace(None);
        let running = spinner.map(|spinner| (spinner.text.clone(), spinner.begun));
        let result = act();
        self.spinner
            .replace(running.map(|(text, begun)| Spinner::start(text, begun)));
        result
    }
}
