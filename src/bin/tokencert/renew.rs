//! `tokencert renew`

mod proof;
mod screen;

use tokencert::Error;
use tokencert::authority::Authority;
use tokencert::certificate::Certificate;
use tokencert::delete::{Deletions, Target};
use tokencert::issue::Surroundings;
use tokencert::journal::Journal;
use tokencert::lifecycle::{Lifecycle, State};
use tokencert::pkcs11::{ExclusiveModule, TokenAccess};
use tokencert::profile::{IssueCounts, Profile};
use tokencert::renew::{Outcome, Renew, Retired, Retirement, succeeds};
use tokencert::report::json;
use tokencert::token::{Need, ObjectSelector, Slot, TokenLock, TokenSelector};

use crate::authority::AuthorityArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::former::{FormerArgs, Place, Signer};
use crate::i18n::message;
use crate::options::Destination;
use crate::pin_source::PinSource;
use crate::pins::Once;
use crate::selector::object_selector;
use crate::session::{self, Chosen};
use crate::ui::Ui;
use crate::{delete, issue, replaced, selection, system};

/// Renew a certificate before it expires: a new key and certificate, on this token or on another
///
/// Nothing is changed, and the exit status is 0, if it is too early. The old key and certificate
/// stay on the token until `--retire` deletes them. It can be stopped anywhere: the same command,
/// given again, goes on where it was.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert renew\n  $ tokencert renew --retire\n  \
        $ tokencert renew --same-key\n  \
        $ tokencert renew --token 'new token' --from 'old token'\n  \
        $ tokencert renew --to usb --from pc"
)]
pub(crate) struct RenewArgs {
    /// Certificate, where there are several: CKA_ID in hexadecimal, label, sha256:HEX, or PKCS#11
    /// URI
    #[arg(value_name = "SELECTOR", value_parser = checked)]
    selector: Option<String>,

    #[command(flatten)]
    authority: AuthorityArgs,

    /// Keep the key and have it certified once more
    #[arg(long, conflicts_with = "from")]
    same_key: bool,

    /// Delete the old key and certificate, once the new ones have proved themselves
    #[arg(long)]
    retire: bool,

    /// Where the account's PIN comes from, for the new certificate to log in once: file:PATH,
    /// env:NAME or fd:N; without it, it is asked for
    #[arg(long, value_name = "SOURCE")]
    account_pin_source: Option<PinSource>,

    #[command(flatten)]
    former: FormerArgs,
}

/// What a run was given.
struct Run<'a> {
    order: Renew,
    args: &'a RenewArgs,
    authority: Box<dyn Authority + 'a>,
    profile: Option<&'a Profile>,
    journal: Journal,
    deletions: Deletions,
    context: &'a Context,
    ui: &'a Ui,
}

/// What a run has done.
struct Done {
    /// `None` where there was nothing left to renew.
    outcome: Option<Outcome>,
    retired: Option<Retired>,
    software: bool,
    /// The other process, which ends after this one's last call into its module.
    signer: Option<Box<Signer>>,
    /// Held until what was written down is forgotten.
    _lock: Option<TokenLock>,
}

pub(crate) fn run(args: &RenewArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    context.guard(args.account_pin_source.as_ref());
    // Whoever names an authority means no profile of another one.
    let told = args.authority.authority.is_some() && !context.profile_is_named();
    let profile = if told { None } else { context.profile(ui)? };
    let mut run = Run {
        order: args.order(profile, context, ui)?,
        args,
        authority: args.authority.open(profile, None, context, ui)?,
        profile,
        journal: context.journal(),
        deletions: context.deletions(),
        context,
        ui,
    };
    let (journal, deletions) = (context.journal(), context.deletions());
    let finish = |done: Done| {
        if let Some(Outcome::Renewed(issued)) = &done.outcome {
            issued.finish(&journal)?;
        }
        match (&done.signer, &done.retired) {
            (Some(signer), _) => signer.finish()?,
            (None, Some(retired)) => retired.finish(&deletions)?,
            (None, None) => {}
        }
        Ok(done)
    };
    let act = |module: &mut ExclusiveModule, chosen: &Chosen| run.act(module, chosen);
    let done = session::with_module_then(context, Need::Write, ui, act, finish)?;
    if let Some(Outcome::Renewed(issued)) = &done.outcome {
        replaced::tell(&issued.replaced, context, ui);
    }
    let (outcome, retired) = (done.outcome.as_ref(), done.retired.as_ref());
    if context.json() {
        ui.json(&json::renewal(outcome, retired, &context.archive_folder()))?;
    } else {
        screen::show(outcome, retired, done.software, &context.zone(ui)?, ui)?;
    }
    match &done.outcome {
        Some(Outcome::Pending { .. }) => Ok(Exit::Pending),
        Some(Outcome::Renewed(issued)) => issue::check_subject(issued),
        _ => Ok(Exit::Done),
    }
}

impl Run<'_> {
    fn act(&mut self, module: &mut ExclusiveModule, chosen: &Chosen) -> Result<Done, Failure> {
        let software = chosen.slot.token().is_some_and(|token| token.software);
        let how = (self.args.selector.as_deref(), self.args.retire);
        let former = &self.args.former;
        let place = former.find(module, &chosen.slot, how, self.context)?;
        let mut pins = Once::new(self.context.pins(self.ui)?);
        let lock = match &place {
            Place::Slot(slot) if self.args.retire => self.lock(slot)?,
            _ => None,
        };
        match &place {
            Place::Slot(slot) => self.name_certificate(module, slot)?,
            Place::Here => self.name_certificate(module, &chosen.slot)?,
            Place::Elsewhere(signer) => self.make_sure(signer)?,
        }
        let mut old_pins = Once::new(former.pins(self.ui));
        let outcome = self.renew(module, &chosen.slot, &place, &mut pins, &mut old_pins);
        let outcome = match outcome {
            // The certificate that was named may be the one that an earlier run has deleted.
            Err(Failure::Library(Error::RenewalAbsent { token })) if self.args.retire => Err(token),
            Err(Failure::Library(Error::SignerEnded { .. }))
                if let Place::Elsewhere(signer) = &place =>
            {
                return Err(signer.failure());
            }
            outcome => Ok(outcome?),
        };
        // The fresh look may have numbered the slots anew.
        let slot = match &outcome {
            Ok(Outcome::Renewed(issued)) => {
                self.prove_by_login(module, issued, &mut pins)?;
                found_again(module, &chosen.slot)?
            }
            _ => chosen.slot.clone(),
        };
        let place = match place {
            Place::Slot(old) => Place::Slot(found_again(module, &old)?),
            place => place,
        };
        let waits = matches!(outcome, Ok(Outcome::Pending { .. }));
        let retired = match &place {
            _ if !self.args.retire || waits => None,
            Place::Elsewhere(signer) => {
                self.retire_elsewhere(module, &slot, signer, &outcome, &mut pins)?
            }
            _ => self.retire(module, &slot, &place, &mut pins, &mut old_pins)?,
        };
        let signer = match place {
            Place::Elsewhere(signer) => Some(signer),
            _ => None,
        };
        let outcome = match outcome {
            Err(token) if retired.is_none() => return Err(Error::RenewalAbsent { token }.into()),
            outcome => outcome.ok(),
        };
        Ok(Done {
            outcome,
            retired,
            software,
            signer,
            _lock: lock,
        })
    }

    /// Has the other process log in before anything is made, if something is going to be.
    fn make_sure(&mut self, signer: &Signer) -> Result<(), Failure> {
        let Some(old) = signer.certificate() else {
            return Ok(());
        };
        self.order.certificate = Some(old.sha256());
        let life = Lifecycle::of(old, &self.order.windows)?;
        if life.state(self.context.now()) == State::InRenewalWindow {
            signer.log_in()?;
        }
        Ok(())
    }

    /// Proves the new pair here, and has the other process delete the old one there.
    fn retire_elsewhere(
        &mut self,
        module: &ExclusiveModule,
        slot: &Slot,
        signer: &Signer,
        outcome: &Result<Outcome, String>,
        pins: &mut Once<'_>,
    ) -> Result<Option<Retired>, Failure> {
        let token = module.open_slot(slot, Need::Read)?;
        let new = match (outcome, signer.certificate()) {
            (_, None) => self
                .order
                .retiring(&token, &signer.token, &self.deletions)?,
            (Ok(Outcome::Renewed(issued)), Some(_)) => Some(issued.certificate.clone()),
            (Ok(Outcome::NotDue { certificate, .. }), Some(_)) => Some((**certificate).clone()),
            _ => None,
        };
        let has_succeeded = |new: &Certificate| {
            let old = signer.certificate();
            old.is_none_or(|old| succeeds(new, old))
        };
        let new = new.filter(has_succeeded);
        let Some(new) = new else {
            return Ok(None);
        };
        self.order
            .prove(&token, &new, pins, self.context.login_policy())?;
        let deletion = signer.retire(&new)?;
        Ok(Some(Retired::elsewhere(new, deletion)))
    }

    fn lock(&self, slot: &Slot) -> Result<Option<TokenLock>, Failure> {
        let locked = slot
            .token()
            .map(|token| session::lock(&token.identity, self.context, self.ui));
        Ok(locked.transpose()?.map(|(lock, _)| lock))
    }

    /// Finds which certificate the SELECTOR means.
    fn name_certificate(&mut self, module: &ExclusiveModule, slot: &Slot) -> Result<(), Failure> {
        let named = self.args.selector.as_deref().map(object_selector);
        let named = named.transpose()?.or(self.args.former.selector().cloned());
        self.order.certificate = match &named {
            None => return Ok(()),
            Some(ObjectSelector::Fingerprint(digest)) => Some(*digest),
            Some(selector) => {
                selection::confirm_token(selector, slot)?;
                let token = module.open_slot(slot, Need::Read)?;
                let contents = token.contents()?;
                let selected = selection::select(&contents, selector, token.identity())?;
                let certificate = selected.certificate();
                let absent = || selection::no_certificate(selector);
                Some(certificate.ok_or_else(absent)?.sha256())
            }
        };
        Ok(())
    }

    fn renew(
        &mut self,
        module: &mut ExclusiveModule,
        slot: &Slot,
        place: &Place,
        pins: &mut Once<'_>,
        old_pins: &mut Once<'_>,
    ) -> Result<Outcome, Failure> {
        let software = slot.token().is_some_and(|token| token.software);
        let progress = self.ui.progress(&message("progress-looking"));
        let telling = &mut |stage| progress.step(&message(issue::stage_key(stage, software)));
        let mut surroundings = Surroundings {
            authority: &mut *self.authority,
            journal: &self.journal,
            records: &self.context.provenance_folder(),
            pins,
            policy: self.context.login_policy(),
            clock: &system::clock,
            random: &mut system::random,
            progress: telling,
        };
        let former = place.former(old_pins);
        Ok(self.order.run_in(module, slot, former, &mut surroundings)?)
    }

    fn retire(
        &mut self,
        module: &mut ExclusiveModule,
        slot: &Slot,
        place: &Place,
        pins: &mut Once<'_>,
        old_pins: &mut Once<'_>,
    ) -> Result<Option<Retired>, Failure> {
        let ui = self.ui;
        let mut surroundings = Surroundings {
            authority: &mut *self.authority,
            journal: &self.journal,
            records: &self.context.provenance_folder(),
            pins,
            policy: self.context.login_policy(),
            clock: &system::clock,
            random: &mut system::random,
            progress: &mut |_| {},
        };
        let mut retirement = Retirement {
            deletions: &self.deletions,
            telling: &mut |target: &Target| delete::tell(target, ui),
        };
        let former = place.former(old_pins);
        let retired =
            self.order
                .retire(module, slot, former, &mut retirement, &mut surroundings)?;
        Ok(retired)
    }
}

impl RenewArgs {
    fn order(
        &self,
        profile: Option<&Profile>,
        context: &Context,
        ui: &Ui,
    ) -> Result<Renew, Failure> {
        let mut order = Renew::default();
        order.windows = context.windows(ui)?;
        order.counts = IssueCounts::of(profile);
        order.same_key = self.same_key;
        order.hardware_only = context.destination() == Some(Destination::Usb);
        if let Some(profile) = profile {
            order.key = Some(profile.key);
            order.scheme = Some(profile.scheme());
            order.profile = Some(profile.name.clone());
            order.ca_fingerprint = profile.ca_fingerprint.as_ref().map(|digest| digest.0);
        }
        self.former.check(context)?;
        Ok(order)
    }
}

/// The slot that a token is in now.
fn found_again(module: &ExclusiveModule, slot: &Slot) -> Result<Slot, Error> {
    let Some(token) = slot.token() else {
        return Ok(slot.clone());
    };
    let selector = TokenSelector::Identity(token.identity.clone());
    let slots = module.slots()?;
    let name = module.path().display().to_string();
    selector.choose(&slots, Need::Read, &name).cloned()
}

/// A SELECTOR, kept as it was written: another process may have to read it.
fn checked(text: &str) -> Result<String, Error> {
    object_selector(text).map(|_| text.to_owned())
}
