//! The rows and their tokens while the processes work.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokencert::Error;
use tokencert::manifest::Row;
use tokencert::token::Slot;

use super::assign::{Assignment, Present, Unassigned, assign};
use super::crew::{Crew, Event};
use super::ledger::{Entry, Ledger, State, Trouble};
use super::pin_folder::PinFile;
use super::wire::{Order, Said};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::Destination;
use crate::system::clock;
use crate::ui::Ui;
use crate::{modules, text};

/// How often it is looked for tokens that are plugged in meanwhile.
const LOOK: Duration = Duration::from_secs(1);

/// What begins for a row.
struct Plan {
    row: usize,
    token: Present,
    /// What was written down of the row until now.
    before: Option<Entry>,
    entry: Entry,
    order: Order,
}

/// What becomes of the rows.
pub(super) struct Board<'c> {
    pub(super) rows: Vec<Row>,
    pub(super) ledger: Ledger,
    init: bool,
    crew: Crew,
    /// Rows that a process has been started for in this run.
    taken: Vec<usize>,
    /// Slots with blank tokens that have been begun with: until one has its serial number, a second
    /// look could take it for another.
    blank_slots: Vec<(PathBuf, u64)>,
    /// Rows whose process has ended.
    ended: BTreeMap<usize, Exit>,
    /// Rows that no token was found for.
    pub(super) unassigned: BTreeMap<usize, Unassigned>,
    /// Why nothing new is begun: the ledger cannot be written, or no process started.
    broken: Option<Failure>,
    context: &'c Context,
    ui: &'c Ui,
}

impl<'c> Board<'c> {
    pub(super) fn new(
        rows: Vec<Row>,
        ledger: Ledger,
        init: bool,
        context: &'c Context,
        ui: &'c Ui,
    ) -> Self {
        Self {
            rows,
            ledger,
            init,
            crew: Crew::new(),
            taken: Vec::new(),
            blank_slots: Vec::new(),
            ended: BTreeMap::new(),
            unassigned: BTreeMap::new(),
            broken: None,
            context,
            ui,
        }
    }

    /// Works the tokens that are there and, where somebody wants to wait, those that come.
    pub(super) fn work(&mut self) -> Result<(), Failure> {
        let wait = self.context.wait();
        let mut last = Instant::now();
        let mut looks = true;
        let open = self.rows.iter().filter(|row| !self.is_done(row)).count();
        self.crew.prepare(open);
        loop {
            if looks {
                match self.begin() {
                    Ok(true) => last = Instant::now(),
                    Ok(false) => {}
                    Err(failure) => self.stop(failure),
                }
                // Whoever is started later is to see the files and the clock as they are then.
                self.crew.dismiss();
            }
            looks = self.broken.is_none()
                && !self.unassigned.is_empty()
                && wait.is_some_and(|limit| last.elapsed() < limit);
            if !looks && self.crew.is_idle() {
                break;
            }
            let next_look = Instant::now() + LOOK;
            while let Some((row, event)) = self.crew.next(looks.then_some(LOOK)) {
                if let Err(error) = self.happened(row, event) {
                    self.stop(error.into());
                }
                if looks && Instant::now() >= next_look || self.crew.is_idle() {
                    break;
                }
            }
        }
        match self.broken.take() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// Begins nothing new. The others go on: what they do is in their tokens and journals.
    fn stop(&mut self, failure: Failure) {
        self.broken.get_or_insert(failure);
    }

    fn is_done(&self, row: &Row) -> bool {
        let entry = self.ledger.of(row.whose());
        entry.is_some_and(|entry| entry.state == State::Done)
    }

    /// Looks which tokens are there, and begins with those that have a row. True if there is one.
    fn begin(&mut self) -> Result<bool, Failure> {
        if self.rows.iter().all(|row| self.is_done(row)) {
            return Ok(false);
        }
        let mut present = self.present()?;
        present.retain(|token| {
            let place = (token.module.clone(), token.slot);
            !(token.is_nameless() && self.blank_slots.contains(&place))
        });
        let entries = self.ledger.entries();
        let assigned = assign(&self.rows, &self.taken, entries, &present, self.init);
        self.unassigned.clear();
        let mut plans = Vec::new();
        for one in assigned {
            match one {
                Ok(assignment) => {
                    self.taken.push(assignment.row);
                    plans.extend(self.plan(assignment));
                }
                Err((row, why)) => {
                    self.unassigned.insert(row, why);
                }
            }
        }
        let any = !plans.is_empty();
        // A token without a name cannot be found again for a row whose process never came.
        let (nameless, named): (Vec<Plan>, _) =
            plans.into_iter().partition(|plan| plan.token.is_nameless());
        self.start(named)?;
        for plan in nameless {
            self.start(vec![plan])?;
        }
        Ok(any)
    }

    /// The tokens that are plugged in, as a process for each module sees them.
    fn present(&self) -> Result<Vec<Present>, Failure> {
        let modules = modules::candidates(self.context, self.ui)?;
        let look = modules::look_at(&modules, self.context, self.ui);
        let only_hardware = self.context.destination() == Some(Destination::Usb);
        let fits = |slot: &Slot| {
            let software = slot.token().is_some_and(|token| token.software);
            !(only_hardware && software)
        };
        let mut present: Vec<Present> = Vec::new();
        for listing in &look.listings {
            for slot in listing.slots().filter(fits) {
                let Some(token) = Present::of(&listing.module, &slot) else {
                    continue;
                };
                // Through two modules equal tokens are one; a module shows each of them once.
                let is_it = |known: &Present| {
                    known.identity == token.identity && known.module != token.module
                };
                if !present.iter().any(is_it) {
                    present.push(token);
                }
            }
        }
        if present.is_empty() {
            look.name_silent(self.ui);
        }
        let identities: Vec<_> = present.iter().map(|token| token.identity.clone()).collect();
        for token in &mut present {
            let same = identities.iter().filter(|one| **one == token.identity);
            token.is_unique = same.count() == 1;
        }
        Ok(present)
    }

    /// What is to be written down of a row that has a token, and ordered.
    fn plan(&mut self, assignment: Assignment) -> Option<Plan> {
        let Assignment {
            row: at,
            token,
            init,
        } = assignment;
        let row = self.rows.get(at)?;
        if token.is_nameless() {
            self.blank_slots.push((token.module.clone(), token.slot));
        }
        let before = self.ledger.of(row.whose()).cloned();
        let mut entry = before.clone().unwrap_or_else(|| {
            let mut entry = Entry::new(
                row.whose(),
                token.identity.clone(),
                !token.initialized,
                clock(),
            );
            entry.pins = PinFile::name(&token.identity, row.whose());
            entry
        });
        if self.init && !init {
            entry.initialized = true;
            entry.token = token.identity.clone();
        }
        (entry.state, entry.error, entry.at) = (State::Begun, None, clock());
        let mut order = Order::new(row, &token);
        order.init = row.label.clone().filter(|_| init);
        order.pins.clone_from(&entry.pins);
        Some(Plan {
            row: at,
            token,
            before,
            entry,
            order,
        })
    }

    /// Writes down which tokens rows have, then starts their processes. What could not be started
    /// has no token.
    fn start(&mut self, plans: Vec<Plan>) -> Result<(), Failure> {
        let entries = plans.iter().map(|plan| plan.entry.clone());
        self.ledger.put(entries)?;
        let mut plans = plans.into_iter();
        while let Some(plan) = plans.next() {
            if let Err(error) = self.crew.start(plan.row, &plan.order) {
                let idle = std::iter::once(plan).chain(plans);
                self.ledger
                    .take_back(idle.map(|plan| (plan.entry.row, plan.before)))?;
                return Err(error.into());
            }
            self.tell("box-begun", plan.row);
        }
        Ok(())
    }

    fn happened(&mut self, at: usize, event: Event) -> Result<(), Error> {
        let whose = self.rows.get(at).map(Row::whose).unwrap_or_default();
        let Some(before) = self.ledger.of(whose).cloned() else {
            return Ok(());
        };
        let mut entry = before.clone();
        match event {
            Event::Talked(line) => {
                self.ui.status_text(&format!("{}: {line}", self.name(at)));
                return Ok(());
            }
            Event::Said(Said::Stage(key)) => {
                let key = Some(key).filter(|key| key.starts_with("progress-"));
                let said = message("box-stage").with("token", self.name(at));
                let what = self.ui.word(&key.unwrap_or_default());
                self.ui.status(&said.with("what", what));
                return Ok(());
            }
            Event::Said(Said::Initialized(token)) => {
                entry.initialized = true;
                entry.token = token;
            }
            Event::Said(Said::Done(report)) => note(&mut entry, &report),
            Event::Said(Said::Failed {
                code,
                message: said,
                hint,
            }) => {
                let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
                let told = message("box-failed").with("token", self.name(at));
                self.ui
                    .warn(&told.with("why", format_args!("{said}{hint}")));
                entry.state = State::Failed;
                entry.error = Some(Trouble {
                    code,
                    message: said,
                    exit: Exit::Failed as u8,
                });
            }
            Event::Ended(exit) => {
                self.end(at, &mut entry, exit);
            }
        }
        if entry == before {
            return Ok(());
        }
        entry.at = clock();
        self.ledger.put([entry])
    }

    /// A process has ended; one that did so without a word was killed, or has crashed.
    fn end(&mut self, at: usize, entry: &mut Entry, exit: Exit) {
        if entry.state == State::Begun {
            let said = self.ui.word("box-died");
            let told = message("box-failed").with("token", self.name(at));
            self.ui.warn(&told.with("why", &said));
            entry.state = State::Failed;
            entry.error = Some(Trouble {
                code: None,
                message: said,
                exit: exit as u8,
            });
        }
        if let Some(error) = &mut entry.error {
            error.exit = exit as u8;
        }
        self.ended.insert(at, exit);
        if entry.state == State::Done {
            self.tell("box-done", at);
        }
    }

    fn tell(&self, key: &str, at: usize) {
        let whose = self.rows.get(at).map(Row::whose).unwrap_or_default();
        let said = message(key).with("token", self.name(at));
        self.ui.status(&said.with("row", whose));
    }

    /// A row's token as people call it: its label and serial number, where it has any yet.
    fn name(&self, at: usize) -> String {
        let whose = self.rows.get(at).map(Row::whose).unwrap_or_default();
        let token = self.ledger.of(whose).map(|entry| text::token(&entry.token));
        let token = token.filter(|token| !token.is_empty());
        token.unwrap_or_else(|| self.ui.word("box-blank"))
    }

    /// The exit status: that of all rows which are not done, if they have one; else a failure.
    pub(super) fn exit(&self) -> Exit {
        let rows = 0..self.rows.len();
        let mut exits: Vec<Exit> = rows
            .filter_map(|at| match self.ended.get(&at) {
                Some(exit) => Some(*exit),
                None => self.unassigned.get(&at).map(|_| Exit::Token),
            })
            .filter(|exit| *exit != Exit::Done)
            .collect();
        exits.dedup();
        match exits.as_slice() {
            [] => Exit::Done,
            [exit] => *exit,
            _ => Exit::Failed,
        }
    }
}

/// What the certificate says, as `issue --format json` has it.
fn note(entry: &mut Entry, report: &Value) {
    let text = |name: &str| {
        let value = report.pointer(&format!("/certificate/{name}"));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let is_pending = report.get("outcome").and_then(Value::as_str) == Some("pending");
    entry.state = if is_pending {
        State::Pending
    } else {
        State::Done
    };
    entry.subject = text("subject");
    entry.serial_number = text("serial_number");
    entry.not_after = text("not_after");
}
