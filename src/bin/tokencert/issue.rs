//! `tokencert issue`

use tokencert::Error;
use tokencert::authority::{Authority, EnrolmentCode};
use tokencert::certificate::DistinguishedName;
use tokencert::issue::{Issue, Issued, Outcome, Stage, Surroundings};
use tokencert::key::{KeyAlgorithm, KeyId};
use tokencert::pkcs11::ExclusiveModule;
use tokencert::profile::{ExpectedSubject, Holder, Profile};
use tokencert::report::json;
use tokencert::request::{AlternativeName, RequestTemplate};
use tokencert::token::Need;

use crate::authority::{self, Account, AccountArgs, AuthorityArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::manifest::{self, BoxArgs};
use crate::options::Destination;
use crate::pins::Pins;
use crate::replaced;
use crate::request::label;
use crate::screen;
use crate::session::{self, Chosen};
use crate::system;
use crate::ui::Ui;

/// Get a certificate: make a key on the token, ask the authority, store the certificate beside it
///
/// It can be stopped anywhere: the same command, given again, goes on where it was. Nothing is
/// changed if a valid certificate is there already.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "Examples:\n  $ tokencert issue\n  \
    $ tokencert issue --authority dir:/srv/ca --subject 'CN=Taro Yamada'\n  \
    $ tokencert issue --authority files:/mnt/share/requests --subject 'CN=Taro Yamada,O=Example'\n  \
    $ tokencert issue --authority https://ca.example.jp --holder 00009876543/taro\n  \
    $ tokencert issue --manifest codes.csv --init --random-pins pins")]
pub(crate) struct IssueArgs {
    #[command(flatten)]
    authority: AuthorityArgs,

    /// Subject, for example 'CN=Taro Yamada,O=Example,C=JP'; without it, the profile's
    #[arg(long, value_name = "NAME")]
    subject: Option<String>,

    #[command(flatten)]
    account: AccountArgs,

    /// Contractor ID, for a subject of the profile; it is asked for if it is needed
    #[arg(long, value_name = "ID", conflicts_with_all = ["subject", "holder"])]
    contract: Option<String>,

    /// User ID, for a subject of the profile; without it, the administrator's
    #[arg(long, value_name = "ID", conflicts_with_all = ["subject", "holder"])]
    user: Option<String>,

    /// Holder's name, for a subject of the profile; it is asked for if it is needed
    #[arg(long, value_name = "TEXT", conflicts_with = "subject")]
    name: Option<String>,

    /// Alternative name: dns:NAME, email:ADDRESS, ip:ADDRESS, uri:URI or upn:NAME; may be repeated
    #[arg(long, value_name = "NAME")]
    san: Vec<AlternativeName>,

    /// Kind of key, for example rsa:2048 or ec:p256; without it, the profile's, else rsa:2048
    #[arg(long, value_name = "KIND")]
    key: Option<KeyAlgorithm>,

    /// Label of the new key; without it, the subject's common name
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,

    /// CKA_ID of a key on the token to use in place of a new one
    #[arg(long, value_name = "ID")]
    existing: Option<KeyId>,

    /// Get one more certificate even if there is a valid one, or a key without certificate
    #[arg(long)]
    another: bool,

    #[command(flatten)]
    pub(crate) boxed: BoxArgs,
}

pub(crate) fn run(args: &IssueArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    if args.boxed.is_given() {
        return manifest::run(args, context, ui);
    }
    let prepared = args.prepare(None, context, ui)?;
    let (outcome, software) = prepared.perform(|| context.pins(ui), context, &mut |_, _| {}, ui)?;
    if let Outcome::Issued(issued) = &outcome {
        replaced::tell(&issued.replaced, context, ui);
    }
    if context.json() {
        ui.json(&json::outcome(&outcome, &context.archive_folder()))?;
    } else {
        screen::show(&outcome, software, &context.zone(ui)?, ui)?;
    }
    end(&outcome)
}

/// An order, and the authority that it goes to.
pub(crate) struct Prepared<'u> {
    issue: Issue,
    authority: Box<dyn Authority + 'u>,
}

impl Prepared<'_> {
    /// Carries the order out on the token that was chosen; says whether that is software. `tell`
    /// hears of each stage.
    pub(crate) fn perform<'p>(
        self,
        pins: impl FnOnce() -> Result<Pins<'p>, Failure>,
        context: &Context,
        tell: &mut dyn FnMut(Stage, bool),
        ui: &Ui,
    ) -> Result<(Outcome, bool), Failure> {
        let Self {
            issue,
            mut authority,
        } = self;
        let journal = context.journal();
        let act = |module: &mut ExclusiveModule, chosen: &Chosen| {
            let software = chosen.slot.token().is_some_and(|token| token.software);
            let mut pins = pins()?;
            let progress = ui.progress(&message("progress-looking"));
            let mut surroundings = Surroundings {
                authority: &mut *authority,
                journal: &journal,
                records: &context.provenance_folder(),
                pins: &mut pins,
                policy: context.login_policy(),
                clock: &system::clock,
                random: &mut system::random,
                progress: &mut |stage| {
                    progress.step(&message(stage_key(stage, software)));
                    tell(stage, software);
                },
            };
            let outcome = issue.run_in(module, &chosen.slot, &mut surroundings)?;
            Ok((outcome, software))
        };
        let finish = |(outcome, software)| {
            if let Outcome::Issued(issued) = &outcome {
                issued.finish(&journal)?;
            }
            Ok((outcome, software))
        };
        session::with_module_then(context, Need::Write, ui, act, finish)
    }
}

/// The exit status; a certificate in another name than the profile expects is a failure.
pub(crate) fn end(outcome: &Outcome) -> Result<Exit, Failure> {
    match outcome {
        Outcome::Pending { .. } => Ok(Exit::Pending),
        Outcome::Issued(issued) => check_subject(issued),
        _ => Ok(Exit::Done),
    }
}

/// Fails for a certificate in another name than was expected.
pub(crate) fn check_subject(issued: &Issued) -> Result<Exit, Failure> {
    match &issued.subject_differs {
        None => Ok(Exit::Done),
        Some(expected) => Err(Error::SubjectDiffers {
            expected: expected.to_string(),
            found: issued.certificate.subject().to_string(),
        }
        .into()),
    }
}

pub(crate) fn stage_key(stage: Stage, software: bool) -> &'static str {
    match stage {
        Stage::Generating if software => "progress-generating-pc",
        Stage::Resuming => "progress-resuming",
        Stage::LoggingIn => "progress-logging-in",
        Stage::Generating => "progress-generating",
        Stage::Signing => "progress-signing",
        Stage::Asking => "progress-asking",
        Stage::Importing => "progress-importing",
        _ => "progress-verifying",
    }
}

impl IssueArgs {
    /// What is to be asked of whom, decided before any token is touched. An enrolment code that is
    /// at hand stands in the place of the account's PINs.
    pub(crate) fn prepare<'u>(
        &self,
        code: Option<EnrolmentCode>,
        context: &'u Context,
        ui: &'u Ui,
    ) -> Result<Prepared<'u>, Failure> {
        // Whoever says it all has no need of a profile, and means the same when one is added later.
        let says_whose = self.subject.is_some() || self.account.holder.is_some();
        let told = self.authority.authority.is_some() && says_whose && !context.profile_is_named();
        let profile = if told { None } else { context.profile(ui)? };
        self.account.guard(context);
        let issue = self.order(profile, context, ui)?;
        let factor = profile.and_then(|profile| profile.second_factor);
        let account = issue.holder.clone();
        let account = account.map(|holder| Account::new(holder, &self.account, factor, ui));
        let account = account.map(|account| account.with_code(code));
        let authority = self.authority.open(profile, account, context, ui)?;
        Ok(Prepared { issue, authority })
    }

    /// An authority is named that can be one: noticed once, before any token is initialised, and not
    /// by each token's process. One that is asked over the network knows each holder by themselves.
    pub(crate) fn check_authority(&self, context: &Context, ui: &Ui) -> Result<(), Failure> {
        let profile = context.profile(ui)?;
        if !authority::is_remote(self.authority.named(profile)?) {
            let mut authority = self.authority.open(profile, None, context, ui)?;
            authority.requirements()?;
        }
        Ok(())
    }

    /// The same for a row of a manifest, with what the row says.
    pub(crate) fn of_row(&self, row: &manifest::Order) -> Result<Self, Failure> {
        let mut args = self.clone();
        args.subject.clone_from(&row.subject);
        args.account.holder.clone_from(&row.holder);
        args.name.clone_from(&row.name);
        let names = row.alternative_names.iter().map(|name| name.parse());
        args.san = names.collect::<Result<_, Error>>()?;
        if let Some(key) = &row.key {
            args.key = Some(key.parse()?);
        }
        Ok(args)
    }

    fn order(
        &self,
        profile: Option<&Profile>,
        context: &Context,
        ui: &Ui,
    ) -> Result<Issue, Failure> {
        let remote = authority::is_remote(self.authority.named(profile)?);
        let Wanted {
            mut request,
            expected,
            holder,
        } = self.wanted(profile, remote, ui)?;
        request.alternative_names.clone_from(&self.san);
        let subject = DistinguishedName::parse(&request.subject)?;
        let key = self.key.or(profile.map(|profile| profile.key));
        let key = key.unwrap_or(KeyAlgorithm::Rsa(2048));
        let name = self.label.clone().unwrap_or_else(|| label(&subject));
        let mut issue = Issue::new(request, key, name);
        if let Some(profile) = profile {
            issue.profile = Some(profile.name.clone());
            if self.existing.is_none() && self.key.is_none_or(|key| key == profile.key) {
                issue.scheme = Some(profile.scheme());
            }
            issue.ca_fingerprint = profile.ca_fingerprint.as_ref().map(|digest| digest.0);
        }
        issue.existing.clone_from(&self.existing);
        issue.another = self.another;
        issue.hardware_only = context.destination() == Some(Destination::Usb);
        issue.expected_subject = expected;
        issue.holder = holder.filter(|_| remote);
        Ok(issue)
    }

    /// What is asked for: of the command line, of the profile, or of an authority that knows.
    fn wanted(&self, profile: Option<&Profile>, remote: bool, ui: &Ui) -> Result<Wanted, Failure> {
        let holder = self.account.holder.clone();
        match (&self.subject, profile) {
            (Some(subject), profile) => {
                let mut request = RequestTemplate::new(subject);
                if let Some(profile) = profile {
                    request.usages.clone_from(&profile.usages);
                }
                Ok(Wanted {
                    request,
                    expected: None,
                    holder,
                })
            }
            (None, Some(profile)) if profile.subject_template(true).is_some() => {
                self.of_profile(profile, remote, ui)
            }
            (None, profile) => {
                let unknown = holder.as_ref().filter(|_| remote);
                let unknown = unknown.ok_or_else(|| Failure::usage(message("subject-missing")))?;
                // The subject is the authority's to say: what stands here only has to be a name.
                let mut request = RequestTemplate::new(common_name(unknown));
                if let Some(profile) = profile {
                    request.usages.clone_from(&profile.usages);
                }
                Ok(Wanted {
                    request,
                    expected: None,
                    holder,
                })
            }
        }
    }

    /// The request as the profile has it, with what it does not know asked for.
    fn of_profile(&self, profile: &Profile, remote: bool, ui: &Ui) -> Result<Wanted, Failure> {
        let (contract, user) = match &self.account.holder {
            Some(holder) => match holder.split_once('/') {
                Some((contract, user)) => (Some(contract.to_owned()), Some(user.to_owned())),
                None => (Some(holder.clone()), None),
            },
            None => (self.contract.clone(), self.user.clone()),
        };
        let user = match &user {
            Some(user) => Some(user.clone()),
            None if self.account.holder.is_some() => None,
            // Where administrators have a subject of their own, nobody need be a user.
            None if profile.administrator_subject.is_none() => {
                field(profile, false, "user", None, ui)?
            }
            None if contract.is_none() => ui.ask(&message("ask-user"))?,
            None => None,
        };
        let ask = |place, given: &Option<String>| {
            field(profile, user.is_none(), place, given.as_ref(), ui)
        };
        let (contract, name) = (ask("contract", &contract)?, ask("name", &self.name)?);
        let holder = Holder {
            contract: contract.as_deref(),
            user: user.as_deref(),
            name: name.as_deref(),
            ..Holder::default()
        };
        let request = profile.request(&holder)?;
        let expected = if remote {
            profile.expected_subject(&holder)?
        } else {
            DistinguishedName::parse(&request.subject)?.into()
        };
        let account = contract.map(|contract| match user {
            Some(user) => format!("{contract}/{user}"),
            None => contract,
        });
        Ok(Wanted {
            request,
            expected: Some(expected),
            holder: self.account.holder.clone().or(account),
        })
    }
}

/// What is asked for, and for whom.
struct Wanted {
    request: RequestTemplate,
    expected: Option<ExpectedSubject>,
    holder: Option<String>,
}

/// A subject that is the common name alone, whatever characters it has.
fn common_name(name: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' | '#' => format!("\\{c}"),
        c => c.to_string(),
    };
    format!(
        "CN={}",
        name.trim().chars().map(escaped).collect::<String>()
    )
}

/// A value that the profile's template has a place for, as given or asked for.
fn field(
    profile: &Profile,
    administrator: bool,
    place: &str,
    given: Option<&String>,
    ui: &Ui,
) -> Result<Option<String>, Failure> {
    let template = profile.subject_template(administrator);
    let wanted = template.is_some_and(|template| template.places().any(|one| one == place));
    if given.is_some() || !wanted {
        return Ok(given.cloned());
    }
    let answer = ui.ask(&message(&format!("ask-{place}")))?;
    if answer.is_none() {
        let missing = message("field-missing").with("option", format_args!("--{place}"));
        return Err(Failure::usage(missing.with("profile", &profile.name)));
    }
    Ok(answer)
}
