//! What connections need of this computer: its clock, its proxy, and somebody to tell things.

use std::time::Duration;

use jiff::Timestamp;
use tokencert::est::{Clock, Network, Note};

use crate::i18n::message;
use crate::system;
use crate::ui::Ui;

/// The network as this program sees it.
pub(crate) fn network<'u>(host: &str, ui: &'u Ui) -> Network<'u> {
    Network {
        clock: Box::new(SystemClock),
        notes: Box::new(|note| tell(note, ui)),
        proxy: proxy(host),
    }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system::clock()
    }

    fn wait(&mut self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

fn tell(note: Note, ui: &Ui) {
    match note {
        Note::WithoutPss => ui.status(&message("network-without-pss")),
        Note::ClockOff { here, there } => {
            let said = message("network-clock-off").with("here", here);
            ui.warn(&said.with("there", there));
        }
        _ => {}
    }
}

/// The proxy that the environment names for `https://HOST…`, as other programs read it.
fn proxy(url: &str) -> Option<String> {
    let variable = |names: [&str; 2]| {
        let mut values = names
            .into_iter()
            .filter_map(|name| std::env::var(name).ok());
        values.find(|value| !value.is_empty())
    };
    let proxy = variable(["https_proxy", "HTTPS_PROXY"])?;
    let rest = url.strip_prefix("https://").unwrap_or(url);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let direct = variable(["no_proxy", "NO_PROXY"]).unwrap_or_default();
    let is_direct = |name: &str| {
        let name = name.trim().trim_start_matches('.');
        name == "*" || name == host || (!name.is_empty() && host.ends_with(&format!(".{name}")))
    };
    (!direct.split(',').any(is_direct)).then_some(proxy)
}
