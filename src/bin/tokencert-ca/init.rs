//! `tokencert-ca init`

use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::ca::{self, CertificateAuthority, Folder, KeyPlace, Policy, Progress, Settings};
use tokencert::certificate::DistinguishedName;
use tokencert::key::{KeyAlgorithm, KeyId};
use tokencert::pkcs11::TokenAccess;
use tokencert::token::{Need, TokenIdentity, TokenSelector};

use crate::actor;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::key;
use crate::options::{DirArgs, KeyArgs};
use crate::own_token;
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::selector::token_selector;
use crate::shown;
use crate::softhsm;
use crate::system::random;
use crate::ui::Ui;

/// Make an authority: a folder, a key on a token, and a certificate of its own
///
/// Without --token and --pin-source the key is made on a software token in the folder, whose PIN is
/// random and kept there for the folder's owner alone. Whoever can read the folder is the
/// authority. A run that was cut short goes on when it is repeated; a finished authority is never
/// changed.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca init --dir /srv/ca --name 'Example CA'\n  \
                        $ tokencert-ca init --dir /srv/ca --name 'Example CA' --key ec:p384 \
                        --module /usr/lib/libhsm.so --token ca --pin-source file:/etc/ca/pin"
)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// Name of the authority, which its certificate and those of its holders bear
    #[arg(long, value_name = "NAME")]
    name: String,

    /// Subject of the authority's certificate, in place of one made of its name
    #[arg(long, value_name = "SUBJECT", value_parser = DistinguishedName::parse)]
    subject: Option<DistinguishedName>,

    /// Kind of the authority's key; without it, rsa:3072
    #[arg(long, value_name = "KIND")]
    key: Option<KeyAlgorithm>,

    /// Token for the authority's key: its label, its serial number or its PKCS#11 URI
    #[arg(long, value_name = "SELECTOR", env = "TOKENCERT_CA_TOKEN", value_parser = token_selector)]
    token: Option<TokenSelector>,

    /// Contractor ID of holders who are registered without one
    #[arg(long, value_name = "CONTRACT", value_parser = actor::contract)]
    contract: Option<String>,

    /// Code of the institution of contracts that are registered without one
    #[arg(long, value_name = "CODE")]
    institution: Option<String>,

    #[command(flatten)]
    reach: KeyArgs,
}

/// Where the key is going to be.
struct Destination {
    module: PathBuf,
    /// The token that was named; none for the authority's own.
    token: Option<TokenSelector>,
    pin: Option<PinSource>,
    /// The PIN's file, as later runs are to find it.
    pin_file: Option<PathBuf>,
}

pub(crate) fn run(args: &InitArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    if args.name.trim().is_empty() {
        return Err(Failure::usage(message("name-empty")));
    }
    let policy = policy(args)?;
    let subject = match &args.subject {
        Some(subject) => subject.clone(),
        None => ca::default_subject(&args.name)?,
    };
    if is_own(args) {
        softhsm::check_folder(&args.dir.dir)?;
    }
    let folder = Folder::begin(&args.dir.dir)?;
    if folder.progress() == Progress::Finished {
        return already_there(&CertificateAuthority::open(folder)?, args, context, ui);
    }
    let folder = if is_own(args) {
        own_token::enter(folder)?
    } else {
        folder
    };
    let destination = destination(args, &folder)?;
    let begun = match folder.settings() {
        Ok(settings) => Some(settings.key),
        Err(Error::CaUnfinished { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut pins = Pins::new(destination.pin.clone(), ui);
    let authority = key::with_module(&destination.module, |module| {
        let token = if let Some(named) = &destination.token {
            module.open(named, Need::Write)?.identity().clone()
        } else {
            let begun = begun.as_ref().map(|place| &place.token);
            own_token::prepare(module, begun, &mut pins)?
        };
        let place = place(begun, &destination, token)?;
        let mut settings = Settings::new(&args.name, &subject, policy, place);
        folder.plan(&settings)?;
        let token = own_token::exactly(&settings.key.token);
        let token = key::open(module, &token, Need::Write, &mut pins, args.reach.policy())?;
        ui.status(&message("generating").with("token", ui.phrase(token.identity())));
        let (key, id) = key::make(
            &token,
            args.kind(),
            &settings.key,
            &args.name,
            context.now(),
        )?;
        if id != settings.key.id {
            settings.key.id = id;
            folder.plan(&settings)?;
        }
        let now = context.now();
        Ok(CertificateAuthority::create(
            folder,
            settings,
            &key,
            now,
            &mut random,
        )?)
    })?;
    show(&authority, "created", context, ui)
}

/// The policy of the banks, with the contract that was named.
fn policy(args: &InitArgs) -> Result<Policy, Failure> {
    let mut policy = Policy::new(&args.name)?;
    if let Some(contract) = &args.contract {
        policy.default_contract.clone_from(contract);
    }
    if let Some(institution) = &args.institution {
        policy.default_institution.clone_from(institution);
    }
    Ok(policy)
}

impl InitArgs {
    fn kind(&self) -> KeyAlgorithm {
        self.key.unwrap_or(KeyAlgorithm::Rsa(3072))
    }
}

/// True if the authority gets a token of its own.
fn is_own(args: &InitArgs) -> bool {
    args.token.is_none() && args.reach.pin_source.is_none()
}

fn destination(args: &InitArgs, folder: &Folder) -> Result<Destination, Failure> {
    let named = args.reach.module.clone();
    if is_own(args) {
        let file = folder.own_pin(&mut random)?;
        return Ok(Destination {
            module: named.map_or_else(own_token::module, Ok)?,
            token: None,
            pin: Some(PinSource::File(folder.path().join(file))),
            pin_file: Some(file.to_owned()),
        });
    }
    let pin = args.reach.pin_source.clone();
    let pin_file = match &pin {
        Some(PinSource::File(path)) => Some(absolute(path)?),
        _ => None,
    };
    Ok(Destination {
        module: named.ok_or_else(|| Failure::usage(message("module-needed")))?,
        token: Some(args.token.clone().unwrap_or_default()),
        pin,
        pin_file,
    })
}

/// The place of the key: as an earlier run wrote it down, which may have made the key already, else
/// a new one; also where the authority's own token had to be made again.
fn place(
    begun: Option<KeyPlace>,
    destination: &Destination,
    token: TokenIdentity,
) -> Result<KeyPlace, Failure> {
    let id = match begun {
        Some(begun) if begun.token == token => begun.id,
        Some(begun) if destination.token.is_some() => {
            let (expected, found) = (begun.token.to_string(), token.to_string());
            return Err(Error::TokenChanged { expected, found }.into());
        }
        _ => {
            let mut id = [0; 16];
            random(&mut id)?;
            KeyId::from(id)
        }
    };
    let mut place = KeyPlace::new(destination.module.clone(), token, id);
    place.pin_file.clone_from(&destination.pin_file);
    Ok(place)
}

fn already_there(
    authority: &CertificateAuthority,
    args: &InitArgs,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    if authority.settings().name == args.name {
        let made = authority.certificate().public_key()?.algorithm();
        return match (args.key, made) {
            (Some(asked), Some(made)) if asked != made => {
                Err(Failure::usage(message("key-made").with("kind", made)))
            }
            _ => show(authority, "already-there", context, ui),
        };
    }
    Err(Error::CaExists {
        path: authority.folder().path().display().to_string(),
        name: authority.settings().name.clone(),
    }
    .into())
}

fn show(
    authority: &CertificateAuthority,
    outcome: &str,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let path = authority.folder().path().display();
    if context.json() {
        ui.json(&serde_json::json!({
            "version": 1,
            "outcome": outcome,
            "name": authority.settings().name,
            "dir": path.to_string(),
            "certificate": shown::json(authority.certificate()),
        }))?;
        return Ok(Exit::Done);
    }
    let heading = message(&format!("authority-{outcome}"))
        .with("name", &authority.settings().name)
        .with("path", path);
    ui.say(&heading)?;
    ui.data(shown::rows(authority.certificate(), ui))?;
    Ok(Exit::Done)
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| Error::reading(path, error))
}
