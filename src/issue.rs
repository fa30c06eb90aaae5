//! Issuing: a key pair is made on the token, an authority certifies it, and the certificate lands
//! beside it. It can be stopped anywhere; the next run goes on.

mod former;
mod obtain;
mod outcome;
mod prepare;
mod present;
mod record;
mod request;
mod resume;

use crate::authority::Authority;
use crate::certificate::{Certificate, hexadecimal};
use crate::error::{Error, Result};
use crate::import::Import;
use crate::journal::{Entry, Purpose, Renewed, Step};
use crate::key::{KeyAlgorithm, KeyId, PublicKey, SignatureScheme};
use crate::pkcs11::{Token, TokenAccess};
use crate::profile::ExpectedSubject;
use crate::request::{Csr, RequestTemplate};
use crate::token::{Contents, Need, Slot, TokenIdentity, TokenSelector};

use former::Opened;
use obtain::Obtained;
use record::read_record;

pub use former::Former;
pub(crate) use former::{key_of, with_present};
pub use outcome::{Issued, Outcome, Stage, Surroundings};
pub use prepare::{KeyChoice, Prepared, prepare};
pub use record::{archive_folder, save_record};
pub use request::{RequestOrder, RequestSurroundings, Requested};
pub use resume::{Abandoned, abandon};

/// What is to be issued.
///
/// ```no_run
/// use std::path::Path;
/// use tokencert::authority::HandoffAuthority;
/// use tokencert::issue::{Issue, Outcome, Surroundings};
/// use tokencert::journal::Journal;
/// use tokencert::{ExclusiveModule, LoginPolicy, Pin, RequestTemplate};
///
/// # fn now() -> jiff::Timestamp { jiff::Timestamp::UNIX_EPOCH }
/// # fn random(_: &mut [u8]) -> tokencert::Result<()> { Ok(()) }
/// # fn main() -> tokencert::Result<()> {
/// let mut module = ExclusiveModule::open(Path::new("/usr/lib/libeToken.so"), None)?;
/// let mut authority = HandoffAuthority::new("/srv/requests")?;
/// let journal = Journal::new("/var/lib/tokencert/journal");
/// let request = RequestTemplate::new("CN=Taro Yamada,O=Example,C=JP");
/// let order = Issue::new(request, "rsa:2048".parse()?, "Taro Yamada");
/// let outcome = order.run(&mut module, &"0a1b2c3d".parse()?, &mut Surroundings {
///     authority: &mut authority,
///     journal: &journal,
///     records: Path::new("/var/lib/tokencert/provenance"),
///     pins: &mut Pin::new("123456".to_owned()),
///     policy: LoginPolicy::default(),
///     clock: &now,
///     random: &mut random,
///     progress: &mut |_| {},
/// })?;
/// module.finalize()?;
/// if let Outcome::Issued(issued) = outcome {
///     issued.finish(&journal)?;
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Issue {
    /// What the certificate is asked for.
    pub request: RequestTemplate,
    /// The kind of key, where one is made.
    pub key: KeyAlgorithm,
    /// How the request is signed; the usual scheme of the key otherwise.
    pub scheme: Option<SignatureScheme>,
    /// `CKA_LABEL` of a new key.
    pub label: String,
    /// The name of the profile that this follows.
    pub profile: Option<String>,
    /// Certify this key instead of making one.
    pub existing: Option<KeyId>,
    /// Issue although a certificate, or a key without one, is there already.
    pub another: bool,
    /// Refuse a token known to be software.
    pub hardware_only: bool,
    /// SHA-256 of the CA certificate that the chain must lead to.
    pub ca_fingerprint: Option<[u8; 32]>,
    /// The subject that the certificate must have.
    pub expected_subject: Option<ExpectedSubject>,
    /// The account at the authority that decides about the subject itself: `CONTRACT` or
    /// `CONTRACT/USER`. The common name of its certificate begins with these.
    pub holder: Option<String>,
    /// What is renewed; `None` for an enrolment.
    pub(crate) renews: Option<Renewed>,
}

/// A key with its request, ready for the authority.
struct Ready {
    public_key: PublicKey,
    csr: Csr,
}

impl Issue {
    /// An order with the usual scheme for the kind of key.
    #[must_use]
    pub fn new(request: RequestTemplate, key: KeyAlgorithm, label: impl Into<String>) -> Self {
        Self {
            request,
            key,
            scheme: None,
            ca_fingerprint: None,
            label: label.into(),
            profile: None,
            existing: None,
            another: false,
            hardware_only: false,
            expected_subject: None,
            holder: None,
            renews: None,
        }
    }

    /// Issues a certificate, or goes on where an earlier run for the same token, authority,
    /// profile and request was stopped.
    ///
    /// After [`Outcome::Issued`], finalize an exclusive module and then call [`Issued::finish`].
    ///
    /// # Errors
    ///
    /// Everything that a token, an authority or a file can meet. Whatever it was, run it again to
    /// go on: no second key is made and no second certificate is asked for.
    pub fn run(
        &self,
        access: &mut dyn TokenAccess,
        selector: &TokenSelector,
        with: &mut Surroundings<'_>,
    ) -> Result<Outcome> {
        let slots = access.slots_for(selector)?;
        let slot = selector.choose(&slots, Need::Write, &access.path().display().to_string())?;
        self.run_in(access, slot, with)
    }

    /// The same with the token in a slot that was chosen already.
    pub fn run_in(
        &self,
        access: &mut dyn TokenAccess,
        slot: &Slot,
        with: &mut Surroundings<'_>,
    ) -> Result<Outcome> {
        let token = self.open(access, slot)?;
        let purpose = self.purpose(token.identity(), with.authority);
        let unfinished = with.journal.find(&purpose)?;
        if unfinished.is_none()
            && let Some(outcome) = self.already_there(&self.contents(&token)?, with)?
        {
            return Ok(outcome);
        }
        let outcome = self.work(access, &token, unfinished, Former::Here, with)?;
        drop(token);
        verified(access, outcome, slot, with)
    }

    /// Opens the token, if keys may be made on it.
    fn open<'m>(&self, access: &'m dyn TokenAccess, slot: &Slot) -> Result<Token<'m>> {
        let token = access.open_slot(slot, Need::Write)?;
        self.check_destination(&token)?;
        Ok(token)
    }

    /// Fails for a token that is known to be software, where that is not wanted.
    pub(crate) fn check_destination(&self, token: &Token<'_>) -> Result<()> {
        if self.hardware_only && token.info().software {
            return Err(Error::WrongDestination {
                token: token.identity().to_string(),
            });
        }
        Ok(())
    }

    /// Begins a run, or goes on with one that was found in the journal, up to the certificate being
    /// on the token.
    pub(crate) fn work(
        &self,
        access: &dyn TokenAccess,
        token: &Token<'_>,
        unfinished: Option<Entry>,
        former: Former<'_>,
        with: &mut Surroundings<'_>,
    ) -> Result<Outcome> {
        let purpose = self.purpose(token.identity(), with.authority);
        if !matches!(&unfinished, Some(entry) if matches!(entry.step, Step::Issued { .. })) {
            with.authority.prepare();
        }
        (with.progress)(Stage::LoggingIn);
        token.login(with.pins, with.policy)?;
        let former = match &unfinished {
            // It has signed what it had to.
            Some(entry) if matches!(entry.step, Step::Issued { .. }) => Opened::Here,
            _ => former.open(access, with.policy)?,
        };
        let resumed = unfinished.is_some();
        // Read once: nobody else writes to the token in this run, and what the run makes is added.
        let mut contents = if resumed {
            token.whole_contents()?
        } else {
            self.contents(token)?
        };
        let entry = match unfinished {
            Some(entry) => {
                (with.progress)(Stage::Resuming);
                entry
            }
            None => match self.begin(token, &contents, purpose, with)? {
                Begun::Entry(entry) => *entry,
                Begun::AlreadyThere(outcome) => return Ok(outcome),
            },
        };
        let (entry, ready) = self.make_ready(token, &mut contents, entry, with)?;
        let asked = self.obtain(entry, &ready, &former, (token, &contents), with)?;
        let (entry, chain) = match asked {
            Obtained::Chain(entry, chain) => (*entry, chain),
            Obtained::Pending(outcome) => return Ok(outcome),
        };
        let mut issued = self.land(token, &contents, entry, chain, with)?;
        issued.resumed = resumed;
        Ok(Outcome::Issued(Box::new(issued)))
    }

    fn purpose(&self, token: &TokenIdentity, authority: &dyn Authority) -> Purpose {
        Purpose {
            token: token.clone(),
            authority: authority.name(),
            profile: self.profile.clone(),
            request: self.request.clone(),
            key: match &self.existing {
                Some(id) => format!("existing:{id}"),
                None => self.key.to_string(),
            },
            scheme: self
                .scheme
                .map_or("default", SignatureScheme::name)
                .to_owned(),
            renews: self.renews.clone(),
        }
    }

    /// Begins a run: decides which key it is about and writes that down before anything is made.
    fn begin(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        purpose: Purpose,
        with: &mut Surroundings<'_>,
    ) -> Result<Begun> {
        if let Some(outcome) = self.already_there(contents, with)? {
            return Ok(Begun::AlreadyThere(outcome));
        }
        let key_id = if let Some(id) = &self.existing {
            let key = token.key(prepare::find_key(token, contents, id)?)?;
            self.scheme
                .map(|scheme| key.with_scheme(scheme))
                .transpose()?;
            id.clone()
        } else {
            self.check_stranded(token, contents, with.journal)?;
            self.check_kind(with.authority)?;
            prepare::free_id(contents, with.random)?
        };
        let mut name = [0; 4];
        (with.random)(&mut name)?;
        let entry = Entry {
            id: hexadecimal(&name),
            begun: (with.clock)(),
            purpose,
            key_id,
            label: self.label.clone(),
            existing: self.existing.is_some(),
            present: prepare::public_key_hashes(contents),
            step: Step::Begun,
        };
        with.journal.save(&entry)?;
        Ok(Begun::Entry(Box::new(entry)))
    }

    /// Brings a run to where the request can be sent, and writes down each step.
    fn make_ready(
        &self,
        token: &Token<'_>,
        contents: &mut Contents,
        mut entry: Entry,
        with: &mut Surroundings<'_>,
    ) -> Result<(Entry, Ready)> {
        if let Some((public_key, csr)) = entry.step.request() {
            let ready = Ready {
                public_key: public_key.clone(),
                csr: csr.clone(),
            };
            resume::check_key(token, contents, &entry, &ready.public_key)?;
            return Ok((entry, ready));
        }
        (with.progress)(Stage::Generating);
        let search = resume::Search {
            algorithm: self.key,
            journal: with.journal,
            records: with.records,
            now: (with.clock)(),
        };
        let (key, provenance) = resume::key_for(&search, token, contents, &mut entry)?;
        save_record(with.records, &provenance)?;
        (with.progress)(Stage::Signing);
        let csr = self
            .request
            .sign(&key, self.scheme.unwrap_or(key.scheme()))?;
        let public_key = crate::key::SigningKey::public_key(&key).clone();
        entry.step = Step::Requested {
            public_key: public_key.clone(),
            request: csr.clone(),
        };
        with.journal.save(&entry)?;
        Ok((entry, Ready { public_key, csr }))
    }

    /// Puts the certificate and its chain on the token.
    fn land(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        entry: Entry,
        chain: Vec<Certificate>,
        with: &mut Surroundings<'_>,
    ) -> Result<Issued> {
        (with.progress)(Stage::Importing);
        let import = Import {
            archive: Some(archive_folder(with.records)),
            ..Import::default()
        };
        let imported = import.run_on(token, contents, &chain, (with.clock)())?;
        let key = imported.first().and_then(|leaf| leaf.key.clone());
        let replaced = imported.into_iter().flat_map(|one| one.replaced).collect();
        let mut chain = chain.into_iter();
        let certificate = chain.next().ok_or_else(|| Error::AuthorityAnswer {
            authority: with.authority.name(),
            reason: "it holds no certificate".to_owned(),
        })?;
        let expected = self.expected_subject.as_ref();
        let differs = expected.filter(|expected| !expected.is_met_by(certificate.subject()));
        Ok(Issued {
            subject_differs: differs.map(ExpectedSubject::name).transpose()?,
            certificate,
            chain: chain.collect(),
            key: key.unwrap_or_else(|| entry.key_id.clone()),
            token: token.identity().clone(),
            resumed: false,
            replaced,
            entry,
        })
    }
}

enum Begun {
    Entry(Box<Entry>),
    AlreadyThere(Outcome),
}

/// Looks at the token as another program would, and compares what can be seen without a PIN.
///
/// Castle tokens have been seen to lose what they had just accepted.
pub(crate) fn verified(
    access: &mut dyn TokenAccess,
    outcome: Outcome,
    slot: &Slot,
    with: &mut Surroundings<'_>,
) -> Result<Outcome> {
    let Outcome::Issued(issued) = &outcome else {
        return Ok(outcome);
    };
    (with.progress)(Stage::Verifying);
    access.look_afresh()?;
    let seen = TokenSelector::Seen(issued.token.clone(), slot.id);
    let token = access.open(&seen, Need::Read)?;
    let contents = token.contents()?;
    let kept = contents
        .all_certificates()
        .any(|object| object.certificate.as_ref() == Some(&issued.certificate));
    if kept {
        return Ok(outcome);
    }
    Err(Error::NotKept {
        token: issued.token.to_string(),
        what: format!("the certificate of {}", issued.certificate.subject()),
    })
}
