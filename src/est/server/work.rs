//! Work that blocks, on threads of its own: so much at once, so much waiting, and no more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use tokio::sync::Semaphore;

use super::answer::Answer;

/// When to come again after a full queue.
const BUSY: Duration = Duration::from_secs(3);

/// A kind of work, and how much of it there may be.
pub(super) struct Work {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// One that waits, until the value is dropped.
struct Waiting<'w>(&'w AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Work {
    pub(super) fn new(at_once: usize, queue: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(at_once)),
            waiting: AtomicUsize::new(0),
            queue,
        }
    }

    /// Runs `act` when its turn comes. It goes on to its end also if nobody waits for it any more,
    /// and counts as work for so long.
    pub(super) async fn run(&self, act: impl FnOnce() -> Answer + Send + 'static) -> Answer {
        let turn = {
            let before = self.waiting.fetch_add(1, Ordering::SeqCst);
            let _waiting = Waiting(&self.waiting);
            if before >= self.queue {
                return busy();
            }
            Arc::clone(&self.running).acquire_owned().await
        };
        let Ok(turn) = turn else { return busy() };
        let done = tokio::task::spawn_blocking(move || {
            let answer = act();
            drop(turn);
            answer
        });
        done.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a request was not answered");
            busy()
        })
    }
}

fn busy() -> Answer {
    let text = "too many requests at once; try the same again in a moment";
    Answer::later(StatusCode::SERVICE_UNAVAILABLE, BUSY, text)
}
