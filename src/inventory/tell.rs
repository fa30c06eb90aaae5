//! From records to what is told of tokens.

use std::collections::BTreeMap;

use super::state::{Change, State};
use super::view::{Difference, Held, Known, Life, Sighting};
use crate::certificate::sanitized;
use crate::error::{Error, Result};
use crate::registry::{InventoryTransaction, SightingRecord, TokenRecord};

pub(super) fn held(token: TokenRecord, it: &mut InventoryTransaction<'_, '_>) -> Result<Held> {
    let certificates = it.certificates_of(&token.state)?;
    Ok(Held::new(token, certificates))
}

pub(super) fn known(token: TokenRecord, it: &mut InventoryTransaction<'_, '_>) -> Result<Known> {
    let sightings = it.sightings_of(token.number)?;
    // The last one that could be read; where none could, the last one.
    let read = sightings.iter().find(|one| one.state == token.state);
    let read = read
        .or(sightings.first())
        .ok_or_else(|| lost("a sighting"))?;
    let State { seen, remarks, .. } = state(read, it)?;
    let marks = it.marks_of(token.number)?;
    Ok(Known {
        read: read.time,
        held: held(token, it)?,
        seen,
        remarks,
        marks: marks.into_iter().map(Into::into).collect(),
    })
}

pub(super) fn life(token: TokenRecord, it: &mut InventoryTransaction<'_, '_>) -> Result<Life> {
    let sightings = it.sightings_of(token.number)?;
    let mut states: Vec<State> = Vec::new();
    let mut told = Vec::new();
    // From the oldest on: each is compared with the one before.
    for sighting in sightings.iter().rev() {
        let state = state(sighting, it)?;
        told.push(Sighting {
            time: sighting.time,
            host: sighting.host.clone(),
            certificates: state.seen.certificates.len(),
            findings: state.remarks.findings.len(),
            changes: match states.last() {
                Some(before) => state.since(before),
                None => vec![Change::New],
            },
        });
        states = vec![state];
    }
    told.reverse();
    let marks = it.marks_of(token.number)?;
    Ok(Life {
        identity: token.identity,
        marks: marks.into_iter().map(Into::into).collect(),
        sightings: told,
    })
}

/// What has changed between the two sightings of each token, the later first.
pub(super) fn differences(
    pairs: &BTreeMap<i64, Vec<SightingRecord>>,
    it: &mut InventoryTransaction<'_, '_>,
) -> Result<Vec<Difference>> {
    let mut all = Vec::new();
    for token in it.tokens()? {
        let Some([after, before @ ..]) = pairs.get(&token.number).map(Vec::as_slice) else {
            continue;
        };
        let changes = match before.first() {
            None => vec![Change::New],
            Some(before) if same(before, after) => continue,
            Some(before) => state(after, it)?.since(&state(before, it)?),
        };
        if !changes.is_empty() {
            all.push(Difference {
                identity: token.identity,
                before: before.first().map(|before| before.time),
                after: after.time,
                host: after.host.clone(),
                changes,
            });
        }
    }
    Ok(all)
}

fn same(one: &SightingRecord, other: &SightingRecord) -> bool {
    let parts = |it: &SightingRecord| (it.host.clone(), it.state.clone(), it.remarks.clone());
    parts(one) == parts(other)
}

fn state(sighting: &SightingRecord, it: &mut InventoryTransaction<'_, '_>) -> Result<State> {
    let seen = it.content(&sighting.state)?;
    let remarks = it.content(&sighting.remarks)?;
    let (Some(seen), Some(remarks)) = (seen, remarks) else {
        return Err(lost("what was seen"));
    };
    let unreadable = |error: serde_json::Error| lost(&error.to_string());
    Ok(State {
        host: sighting.host.clone(),
        seen: serde_json::from_str(&seen).map_err(unreadable)?,
        remarks: serde_json::from_str(&remarks).map_err(unreadable)?,
    })
}

/// The file does not hold what this program writes.
fn lost(what: &str) -> Error {
    Error::InventoryUnreadable {
        reason: sanitized(what),
    }
}
