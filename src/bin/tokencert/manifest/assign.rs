//! Which token gets which row.

use std::path::{Path, PathBuf};

use tokencert::manifest::Row;
use tokencert::token::{Slot, TokenFlags, TokenIdentity};

use super::ledger::{Entry, State};

/// A token that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Present {
    pub(super) identity: TokenIdentity,
    pub(super) module: PathBuf,
    pub(super) slot: u64,
    pub(super) initialized: bool,
    /// Its user PIN was set.
    pub(super) has_pin: bool,
    /// No other one looked the same when all had been looked at.
    pub(super) is_unique: bool,
}

impl Present {
    /// What is in a slot; nothing that cannot be written to.
    pub(super) fn of(module: &Path, slot: &Slot) -> Option<Self> {
        let token = slot.token()?;
        let has = |flag| token.flags.has(flag);
        (!has(TokenFlags::WRITE_PROTECTED)).then(|| Self {
            identity: token.identity.clone(),
            module: module.to_owned(),
            slot: slot.id,
            initialized: has(TokenFlags::TOKEN_INITIALIZED),
            has_pin: has(TokenFlags::USER_PIN_INITIALIZED),
            is_unique: false,
        })
    }

    /// True for a blank token that gets its serial number only by being initialised.
    pub(super) fn is_nameless(&self) -> bool {
        !self.initialized && self.identity.serial.is_empty()
    }

    /// True if it is the token of an entry, which may have been given the row's label since.
    fn is_of(&self, entry: &Entry, label: Option<&str>) -> bool {
        let (one, other) = (&self.identity, &entry.token);
        if entry.is_nameless() {
            // A run that was killed had initialised it; the PINs in the row's file have yet to fit.
            let kind = |of: &TokenIdentity| (of.manufacturer.clone(), of.model.clone());
            return self.initialized
                && kind(one) == kind(other)
                && Some(one.label.as_str()) == label;
        }
        let device = |of: &TokenIdentity| {
            let parts = [&of.manufacturer, &of.model, &of.serial];
            parts.map(String::clone)
        };
        if device(one) != device(other) {
            return false;
        }
        one.label == other.label && !(one.serial.is_empty() && one.label.is_empty())
            || !one.serial.is_empty() && Some(one.label.as_str()) == label
    }
}

/// What is to be done with a token for a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The row's place.
    pub(super) row: usize,
    pub(super) token: Present,
    /// It is to be initialised first.
    pub(super) init: bool,
}

/// Why a row gets no token of those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unassigned {
    /// It is not plugged in.
    Absent,
    /// Several tokens have the serial number.
    Ambiguous,
    /// It was never initialised, and nobody asked for that.
    Blank,
}

/// What the tokens that are there are for. `begun` are rows that have been tried in this run.
pub(super) fn assign(
    rows: &[Row],
    begun: &[usize],
    entries: &[Entry],
    present: &[Present],
    init: bool,
) -> Vec<Result<Assignment, (usize, Unassigned)>> {
    let entry = |row: &Row| entries.iter().find(|entry| entry.row == row.whose());
    let named = |token: &Present| {
        let serial = |row: &Row| row.serial.as_ref() == Some(&token.identity.serial);
        rows.iter().any(serial)
    };
    let known = |token: &Present| {
        rows.iter()
            .any(|row| entry(row).is_some_and(|entry| token.is_of(entry, row.label.as_deref())))
    };
    // For rows that name none: what no row names, no row has, and can be used as it is.
    let mut free: Vec<&Present> = present.iter().filter(|token| !named(token)).collect();
    free.retain(|token| !known(token) && token.initialized != init);
    let mut free = free.into_iter();
    let open = rows.iter().enumerate().filter(|(at, row)| {
        !begun.contains(at) && entry(row).is_none_or(|entry| entry.state != State::Done)
    });
    open.map(|(at, row)| {
        let found = match (entry(row), &row.serial) {
            (Some(entry), _) => {
                let label = row.label.as_deref();
                let found = only(present.iter().filter(|token| token.is_of(entry, label)));
                match found {
                    // It was not initialised: any other blank one is as good.
                    Err(Unassigned::Absent) if entry.is_nameless() => {
                        free.next().ok_or(Unassigned::Absent)
                    }
                    found => found,
                }
            }
            (None, Some(serial)) => only(
                present
                    .iter()
                    .filter(|token| token.identity.serial == *serial),
            ),
            (None, None) => free.next().ok_or(Unassigned::Absent),
        };
        let token = found.map_err(|why| (at, why))?;
        let init = needs_init(row, entry(row), token, init).map_err(|why| (at, why))?;
        Ok(Assignment {
            row: at,
            token: token.clone(),
            init,
        })
    })
    .collect()
}

/// True if the token is to be initialised: one that never was; and one that was, where the manifest
/// confirms it by its serial number, once.
fn needs_init(
    row: &Row,
    entry: Option<&Entry>,
    token: &Present,
    init: bool,
) -> Result<bool, Unassigned> {
    if !init {
        return if token.initialized {
            Ok(false)
        } else {
            Err(Unassigned::Blank)
        };
    }
    // It is written down; or it has the label that it did not have, and a run that was cut short
    // could not write that down.
    let is_ours = entry.is_some_and(|entry| {
        let relabelled = entry.blank || row.label.as_ref() != Some(&entry.token.label);
        entry.initialized || relabelled && row.label.as_ref() == Some(&token.identity.label)
    });
    if is_ours && token.initialized && token.has_pin {
        return Ok(false);
    }
    // What was confirmed once is not confirmed any more if the manifest does not say so.
    let confirmed = row.serial.as_ref() == Some(&token.identity.serial);
    let blank = !token.initialized || entry.is_some_and(|entry| entry.blank);
    if confirmed || blank {
        Ok(true)
    } else {
        Err(Unassigned::Absent)
    }
}

fn only<'p>(mut found: impl Iterator<Item = &'p Present>) -> Result<&'p Present, Unassigned> {
    match (found.next(), found.next()) {
        (Some(token), None) => Ok(token),
        (None, _) => Err(Unassigned::Absent),
        (Some(_), Some(_)) => Err(Unassigned::Ambiguous),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tokencert::manifest::Manifest;

    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        Manifest::parse("box.csv", text.as_bytes()).unwrap().rows
    }

    fn token(serial: &str, label: &str) -> Present {
        Present {
            identity: TokenIdentity {
                serial: serial.to_owned(),
                label: label.to_owned(),
                manufacturer: "Example".to_owned(),
                model: "One".to_owned(),
            },
            module: "/module".into(),
            slot: 1,
            initialized: true,
            has_pin: true,
            is_unique: true,
        }
    }

    fn blank(serial: &str) -> Present {
        Present {
            initialized: false,
            has_pin: false,
            ..token(serial, "")
        }
    }

    fn entry(row: &str, token: &Present) -> Entry {
        Entry::new(
            row,
            token.identity.clone(),
            !token.initialized,
            Timestamp::UNIX_EPOCH,
        )
    }

    /// Row, serial number of its token, whether it is initialised; or why not.
    fn assigned(
        rows: &[Row],
        entries: &[Entry],
        present: &[Present],
        init: bool,
    ) -> Vec<Result<(usize, String, bool), Unassigned>> {
        let all = assign(rows, &[], entries, present, init);
        let short = |one: Assignment| (one.row, one.token.identity.serial, one.init);
        all.into_iter()
            .map(|one| one.map(short).map_err(|(_, why)| why))
            .collect()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands among those that get none"
    )]
    fn gets(row: usize, serial: &str, init: bool) -> Result<(usize, String, bool), Unassigned> {
        Ok((row, serial.to_owned(), init))
    }

    #[test]
    fn a_row_gets_the_token_of_its_serial_number_and_the_others_come_in_order() {
        let rows = rows("serial,holder\n,a\n2,b\n,c\n9,d\n");
        let present = [token("1", ""), token("2", ""), token("3", "")];
        let expected = [
            gets(0, "1", false),
            gets(1, "2", false),
            gets(2, "3", false),
            Err(Unassigned::Absent),
        ];
        assert_eq!(assigned(&rows, &[], &present, false), expected);
        let twice = [token("2", "x"), token("2", "y")];
        assert_eq!(
            assigned(&rows, &[], &twice, false)[1],
            Err(Unassigned::Ambiguous)
        );
    }

    #[test]
    fn a_row_keeps_its_token_and_a_done_one_needs_none() {
        let rows = rows("holder\na\nb\nc\n");
        let present = [token("1", ""), token("2", ""), token("3", "")];
        let mut done = entry("a", &present[0]);
        done.state = State::Done;
        let entries = [done, entry("c", &present[1])];
        let expected = [gets(1, "3", false), gets(2, "2", false)];
        assert_eq!(assigned(&rows, &entries, &present, false), expected);
        // Its token was pulled out: no other one takes its place.
        let left = [token("1", ""), token("3", "")];
        let expected = [gets(1, "3", false), Err(Unassigned::Absent)];
        assert_eq!(assigned(&rows, &entries, &left, false), expected);
    }

    #[test]
    fn only_blank_tokens_are_initialised_unless_the_manifest_has_the_serial_number() {
        let rows = rows("serial,label,holder\n,L1,a\n7,L2,b\n,L3,c\n");
        let present = [token("1", "old"), blank("2"), token("7", "old")];
        let expected = [
            gets(0, "2", true),
            gets(1, "7", true),
            Err(Unassigned::Absent),
        ];
        assert_eq!(assigned(&rows, &[], &present, true), expected);
        // Nobody asked for it.
        let expected = [
            gets(0, "1", false),
            gets(1, "7", false),
            Err(Unassigned::Absent),
        ];
        assert_eq!(assigned(&rows, &[], &present, false), expected);
    }

    #[test]
    fn a_token_is_initialised_once_wherever_the_run_was_cut_short() {
        let rows = rows("serial,label,holder\n,L1,a\n7,L2,b\n");
        let (before, other) = (blank("2"), token("7", "old"));
        let entries = [entry("a", &before), entry("b", &other)];
        let same = [before, other];
        let again = [gets(0, "2", true), gets(1, "7", true)];
        assert_eq!(assigned(&rows, &entries, &same, true), again, "before it");
        let mut half = [token("2", "L1"), token("7", "L2")];
        half[0].has_pin = false;
        half[1].has_pin = false;
        assert_eq!(
            assigned(&rows, &entries, &half, true),
            again,
            "in the middle of it"
        );
        let after = [token("2", "L1"), token("7", "L2")];
        let done = [gets(0, "2", false), gets(1, "7", false)];
        assert_eq!(
            assigned(&rows, &entries, &after, true),
            done,
            "right after it"
        );
        let mut noted = entries;
        for (entry, token) in noted.iter_mut().zip(&after) {
            entry.token = token.identity.clone();
            entry.initialized = true;
        }
        assert_eq!(assigned(&rows, &noted, &after, true), done, "later");
    }

    #[test]
    fn a_blank_token_without_a_serial_number_is_found_by_the_label_that_it_was_given() {
        let rows = rows("label,holder\nL1,a\nL2,b\n");
        let entries = [entry("a", &blank(""))];
        let fresh = [token("1", "other"), blank("")];
        let expected = [gets(0, "", true), Err(Unassigned::Absent)];
        assert_eq!(assigned(&rows, &entries, &fresh, true), expected, "before");
        let mut half = [blank(""), token("2", "L1")];
        half[1].has_pin = false;
        let expected = [gets(0, "2", true), gets(1, "", true)];
        assert_eq!(assigned(&rows, &entries, &half, true), expected, "half-way");
        let after = [blank(""), token("2", "L1")];
        let expected = [gets(0, "2", false), gets(1, "", true)];
        assert_eq!(assigned(&rows, &entries, &after, true), expected, "after");
        let twice = [token("2", "L1"), token("3", "L1")];
        let expected = [Err(Unassigned::Ambiguous), Err(Unassigned::Absent)];
        assert_eq!(assigned(&rows, &entries, &twice, true), expected);
    }

    #[test]
    fn a_token_that_the_manifest_names_no_longer_is_not_initialised() {
        let before = token("7", "old");
        let entries = [entry("b", &before)];
        let named = rows("serial,label,holder\n7,L2,b\n");
        let present = [before];
        let again = assigned(&named, &entries, &present, true);
        assert_eq!(again, [gets(0, "7", true)]);
        let unnamed = rows("label,holder\nL2,b\n");
        let refused = assigned(&unnamed, &entries, &present, true);
        assert_eq!(refused, [Err(Unassigned::Absent)]);
    }

    #[test]
    fn a_blank_token_that_somebody_else_has_labelled_is_left_alone() {
        let rows = rows("label,holder\nL1,a\n");
        let entries = [entry("a", &blank("2"))];
        let foreign = [token("2", "somebody's")];
        assert_eq!(
            assigned(&rows, &entries, &foreign, true),
            [Err(Unassigned::Absent)]
        );
    }
}
