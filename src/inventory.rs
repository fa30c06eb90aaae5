//! The inventory: what audits on many computers have seen of tokens, kept over time.
//!
//! A *run* is the report of one audit. It counts once, however often it is imported, and for the time
//! that it names; a report that names a time in the future counts for when it was stored. A token is
//! known by manufacturer, model, serial number and label together. What a run could not read has not
//! changed.

mod gathered;
mod state;
mod tell;
mod view;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{Timestamp, ToSpan};

use crate::error::{Error, Result};
use crate::finding::Report;
use crate::registry::{
    InventoryFile, InventoryTransaction, RunRecord, SightingRecord, TokenRecord,
};
use crate::token::{
    Pkcs11Uri, Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo, TokenSelector,
};

use tell::{differences, held, known, life};

pub use crate::registry::Mark;
pub use gathered::{Gathered, MAXIMUM_REPORT_BYTES};
pub use state::{Change, Remarks, State};
pub use view::{
    Difference, Due, Held, HeldCertificate, Known, Life, MarkSet, Period, Run, Sighting,
};

/// How far a computer's clock may be ahead before it is worth a word.
const CLOCK_TOLERANCE_MINUTES: i64 = 10;

/// An open inventory.
#[derive(Debug)]
pub struct Inventory {
    file: InventoryFile,
}

/// What became of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// It was there already, and nothing was changed.
    pub already: bool,
    /// How many tokens it has seen.
    pub tokens: usize,
    /// The time that it names, if that is in the future.
    pub ahead: Option<Timestamp>,
    /// How many findings are about rules that this program does not know.
    pub unknown: usize,
    /// Tokens that were seen after they had been marked as lost or retired.
    pub reappeared: Vec<Held>,
}

impl Inventory {
    /// Opens an inventory. A file that is not there is made, for its owner alone; its folder has to
    /// be there.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            file: InventoryFile::open(path)?,
        })
    }

    /// Opens an inventory that was made before.
    ///
    /// # Errors
    ///
    /// [`Error::InventoryAbsent`] if there is none.
    pub fn open_existing(path: &Path) -> Result<Self> {
        Ok(Self {
            file: InventoryFile::open_existing(path)?,
        })
    }

    /// Stores a report.
    pub fn store(&self, report: &Report, now: Timestamp) -> Result<Imported> {
        let stored = self.import(&[Gathered::of(report)?], now)?;
        Ok(stored.into_iter().next().unwrap_or_default())
    }

    /// Stores reports, all of them or none, and tells what became of each.
    pub fn import(&self, reports: &[Gathered], now: Timestamp) -> Result<Vec<Imported>> {
        self.file.transaction(|transaction| {
            let reports = reports.iter();
            reports
                .map(|report| import(report, now, transaction))
                .collect()
        })
    }

    /// Every token, by label; with `unseen`, those in use that were not seen for so many days.
    pub fn tokens(&self, unseen: Option<u16>, now: Timestamp) -> Result<Vec<Held>> {
        let limit = unseen.map(|days| now - (i64::from(days) * 24).hours());
        let missed = |token: &TokenRecord| {
            limit.is_none_or(|limit| token.last_seen < limit && token.mark == Mark::InUse)
        };
        let (tokens, certificates) = self
            .file
            .read(|it| Ok((it.tokens()?, it.certificates()?)))?;
        let mut of_token: BTreeMap<i64, Vec<_>> = BTreeMap::new();
        for (token, certificate) in certificates {
            of_token.entry(token).or_default().push(certificate);
        }
        let tokens = tokens.into_iter().filter(missed);
        let held = tokens.map(|token| {
            let certificates = of_token.remove(&token.number).unwrap_or_default();
            Held::new(token, certificates)
        });
        Ok(held.collect())
    }

    /// Everything about the tokens of a serial number, a label or a PKCS#11 URI.
    ///
    /// # Errors
    ///
    /// [`Error::InventoryTokenNotFound`] if there is none.
    pub fn show(&self, wanted: &TokenSelector) -> Result<Vec<Known>> {
        self.file.read(|it| {
            let found = find(wanted, it)?;
            found.into_iter().map(|token| known(token, it)).collect()
        })
    }

    /// Every run, the newest first.
    pub fn runs(&self) -> Result<Vec<Run>> {
        self.file.read(|it| {
            let runs = it.runs()?;
            Ok(runs.into_iter().map(run).collect())
        })
    }

    /// What became of the tokens of a serial number, a label or a PKCS#11 URI.
    ///
    /// # Errors
    ///
    /// [`Error::InventoryTokenNotFound`] if there is none.
    pub fn history(&self, wanted: &TokenSelector) -> Result<Vec<Life>> {
        self.file.read(|it| {
            let found = find(wanted, it)?;
            found.into_iter().map(|token| life(token, it)).collect()
        })
    }

    /// The certificates that are to be renewed in a period, the first to expire first: none of an
    /// authority, none on a token that is lost or retired, and none that a later one of the same
    /// holder and authority has taken the place of.
    pub fn due(&self, period: &Period, now: Timestamp) -> Result<Vec<Due>> {
        let found = self.file.read(|it| it.due(period.from, period.until))?;
        let due = found.into_iter().map(|record| period.due(record, now));
        Ok(due.collect())
    }

    /// What has changed on each token between the last two runs that have seen it; with `since`,
    /// between the last one before that instant and the last one.
    pub fn diff(&self, since: Option<Timestamp>) -> Result<Vec<Difference>> {
        self.file.read(|it| {
            let last = it.last_sightings(None)?;
            let earlier = match since {
                Some(_) => it.last_sightings(since)?,
                None => Vec::new(),
            };
            let mut pairs: BTreeMap<i64, Vec<SightingRecord>> = BTreeMap::new();
            for sighting in last {
                pairs.entry(sighting.token).or_default().push(sighting);
            }
            if let Some(since) = since {
                pairs.retain(|_, pair| {
                    pair.truncate(1);
                    pair.first().is_some_and(|last| last.counted >= since)
                });
                for sighting in earlier {
                    if let Some(pair) = pairs.get_mut(&sighting.token) {
                        pair.push(sighting);
                    }
                }
            }
            differences(&pairs, it)
        })
    }

    /// Marks a token, and tells what is known of it.
    ///
    /// # Errors
    ///
    /// [`Error::InventoryTokenNotFound`] and [`Error::InventoryTokenAmbiguous`] unless it is exactly
    /// one that is meant.
    pub fn mark(
        &self,
        wanted: &TokenSelector,
        mark: Mark,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<Held> {
        self.file.transaction(|it| {
            let found = find(wanted, it)?;
            let [token] = found.as_slice() else {
                return Err(ambiguous(wanted, &found));
            };
            it.set_mark(token.number, mark, now, reason)?;
            let marked = TokenRecord {
                mark,
                marked: Some(now),
                reason: reason.map(str::to_owned),
                ..token.clone()
            };
            held(marked, it)
        })
    }
}

fn import(
    report: &Gathered,
    now: Timestamp,
    it: &mut InventoryTransaction<'_, '_>,
) -> Result<Imported> {
    let growth = report.growth(now).map_err(|error| Error::ReportUnusable {
        path: "report".to_owned(),
        reason: error.to_string(),
    })?;
    let latest = now + CLOCK_TOLERANCE_MINUTES.minutes();
    let mut imported = Imported {
        tokens: growth.len(),
        ahead: Some(report.time()).filter(|time| *time > latest),
        unknown: report.unknown(),
        ..Imported::default()
    };
    let Some(run) = it.add_run(&report.run(now))? else {
        imported.already = true;
        return Ok(imported);
    };
    for seen in growth {
        let Some(token) = it.add_sighting(run, &seen)? else {
            continue;
        };
        let after = token.marked.is_some_and(|marked| seen.counted > marked);
        if token.mark != Mark::InUse && after {
            imported.reappeared.push(Held::new(token, Vec::new()));
        }
    }
    Ok(imported)
}

/// The tokens that are meant, one at least. A text is taken for a serial number first.
fn find(wanted: &TokenSelector, it: &mut InventoryTransaction<'_, '_>) -> Result<Vec<TokenRecord>> {
    let found = match wanted {
        TokenSelector::Only => Vec::new(),
        TokenSelector::Named(name) => match it.tokens_of_serial(name)? {
            none if none.is_empty() => it.tokens_of_label(name)?,
            found => found,
        },
        TokenSelector::Uri(uri) => {
            let mut tokens = it.tokens()?;
            tokens.retain(|token| matches(uri, &token.identity));
            tokens
        }
        TokenSelector::Identity(identity) | TokenSelector::Seen(identity, _) => {
            let mut tokens = it.tokens_of_serial(&identity.serial)?;
            tokens.retain(|token| token.identity == *identity);
            tokens
        }
    };
    if found.is_empty() {
        let wanted = match wanted {
            TokenSelector::Only => "``".to_owned(),
            named => named.to_string(),
        };
        return Err(Error::InventoryTokenNotFound { wanted });
    }
    Ok(found)
}

/// True if a URI describes the token; of its slot nothing is known.
fn matches(uri: &Pkcs11Uri, identity: &TokenIdentity) -> bool {
    let slot = Slot::new(0, "", SlotState::Empty);
    let nowhere = uri.slot_id.is_none() && uri.slot_description.is_none();
    nowhere
        && uri.matches_token(
            &slot,
            &TokenInfo::new(identity.clone(), TokenFlags::default()),
        )
}

fn ambiguous(wanted: &TokenSelector, found: &[TokenRecord]) -> Error {
    let uris = found
        .iter()
        .map(|token| Pkcs11Uri::of_token(&token.identity).to_string());
    Error::InventoryTokenAmbiguous {
        wanted: wanted.to_string(),
        candidates: uris.collect::<Vec<_>>().join(", "),
    }
}

fn run(record: RunRecord) -> Run {
    Run {
        time: record.time,
        stored: record.stored,
        host: record.host,
        policy: record.policy,
        tokens: record.tokens,
        findings: record.findings,
    }
}
