//! `tokencert integrate openssl`

use std::path::{Path, PathBuf};

use tokencert::files;

use super::Writing;
use super::change::Change;
use super::key::{Key, KeyArgs, environment};
use super::plan::Plan;
use super::program::{ask, line, plain};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::softhsm;
use crate::ui::Ui;

/// The variable that names OpenSSL's configuration.
pub(crate) const VARIABLE: &str = "OPENSSL_CONF";

/// The largest configuration of the system that is looked at, in bytes.
const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// OpenSSL: sign with the key, through its engine or its provider for PKCS#11
///
/// The configuration is a file of its own that includes the system's, and `OPENSSL_CONF` names it.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert integrate openssl 'my key'\n  \
                        $ tokencert integrate openssl --with provider --write")]
pub(crate) struct OpensslArgs {
    #[command(flatten)]
    key: KeyArgs,

    /// What connects OpenSSL with PKCS#11; without it, the provider if it is installed, else the
    /// engine
    #[arg(long, value_name = "KIND")]
    with: Option<Kind>,

    #[command(flatten)]
    pub(crate) writing: Writing,
}

/// What connects OpenSSL with PKCS#11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The engine of libp11, for OpenSSL 1.1 and 3.
    Engine,
    /// The pkcs11-provider, for OpenSSL 3.
    Provider,
}

/// What connects OpenSSL with PKCS#11, and its library.
pub(crate) struct Connection {
    pub(crate) kind: Kind,
    library: String,
}

impl OpensslArgs {
    pub(crate) fn plan(&self, context: &Context, ui: &Ui) -> Result<Plan, Failure> {
        let connection = Connection::find(self.with, context)?;
        let key = self.key.find(context, ui)?;
        let change = connection.configuration(&key, context)?;
        let uri = key.uri.to_string();
        let mut variables = vec![(VARIABLE.to_owned(), plain(&change.path)?)];
        variables.extend(environment(&key.module));
        let engine = ["-engine", "pkcs11", "-keyform", "engine"];
        let through = match connection.kind {
            Kind::Engine => &engine[..],
            Kind::Provider => &[],
        };
        let sign = ["openssl", "dgst", "-sha256"];
        let files = ["-sign", &uri, "-out", "FILE.sig", "FILE"];
        let public = key.uri_of_object();
        let export = ["tokencert", "export", &public, "--public-key"];
        let to = ["--out", "key.pem"];
        let verify = ["openssl", "dgst", "-sha256", "-verify", "key.pem"];
        let signature = ["-signature", "FILE.sig", "FILE"];
        Ok(Plan {
            program: "openssl",
            changes: vec![change],
            commands: vec![
                line(&variables, &[&sign[..], through, &files].concat()),
                line(&[], &[&export[..], &to].concat()),
                line(&[], &[&verify[..], &signature].concat()),
            ],
            uri: Some(uri),
            ..Plan::default()
        })
    }
}

impl Connection {
    /// The one that was asked for, else the provider if it is installed, else the engine.
    pub(crate) fn find(wanted: Option<Kind>, context: &Context) -> Result<Self, Failure> {
        let kinds = match wanted {
            Some(kind) => vec![kind],
            None => vec![Kind::Provider, Kind::Engine],
        };
        for kind in kinds {
            if let Some(library) = kind.library(context)? {
                let library = plain(&library)?;
                return Ok(Self { kind, library });
            }
        }
        let key = match wanted {
            None => "openssl-connection-missing",
            Some(Kind::Engine) => "openssl-engine-missing",
            Some(Kind::Provider) => "openssl-provider-missing",
        };
        Err(Failure::Program(Exit::Failed, message(key)))
    }

    /// The configuration, which holds nothing but what differs from the system's.
    pub(crate) fn configuration(&self, key: &Key, context: &Context) -> Result<Change, Failure> {
        let path = context.integration_folder().join("openssl.cnf");
        let base = base(&path, context)?;
        let system = match &base {
            Some(base) => String::from_utf8_lossy(&files::read(base, MAXIMUM_BYTES)?).into_owned(),
            None => String::new(),
        };
        // In the system's own sections, so that nothing of what it says is lost.
        let named = |section: &str, name: &str, usual: &str| {
            value(&system, section, name).unwrap_or_else(|| usual.to_owned())
        };
        let start = named("", "openssl_conf", "tokencert_init");
        let mut text = format!(
            "# Written by `tokencert integrate openssl`; {VARIABLE} names this file.\n\
             openssl_conf = {start}\n"
        );
        if let Some(base) = &base {
            text = format!("{text}.include \"{}\"\n", plain(base)?);
        }
        let (library, module) = (&self.library, &key.module);
        let sections = match self.kind {
            Kind::Engine => {
                let engines = named(&start, "engines", "tokencert_engines");
                format!(
                    "\n[{start}]\nengines = {engines}\n\n[{engines}]\npkcs11 = tokencert_pkcs11\n\n\
                     [tokencert_pkcs11]\nengine_id = pkcs11\ndynamic_path = \"{library}\"\n\
                     MODULE_PATH = \"{module}\"\ninit = 0\n"
                )
            }
            Kind::Provider => {
                let providers = named(&start, "providers", "tokencert_providers");
                let default = named(&providers, "default", "tokencert_default");
                // SoftHSM2 is itself built on OpenSSL, and crashes when it is finalized at the end.
                let quirk = if softhsm::is_named(Path::new(module)) {
                    "pkcs11-module-quirks = no-deinit\n"
                } else {
                    ""
                };
                format!(
                    "\n[{start}]\nproviders = {providers}\n\n[{providers}]\ndefault = {default}\n\
                     pkcs11 = tokencert_pkcs11\n\n# It is no longer active by itself.\n[{default}]\n\
                     activate = 1\n\n[tokencert_pkcs11]\nmodule = \"{library}\"\n\
                     pkcs11-module-path = \"{module}\"\n{quirk}activate = 1\n"
                )
            }
        };
        Ok(Change::file(path, text + &sections))
    }
}

impl Kind {
    /// Its library, where OpenSSL looks for it.
    fn library(self, context: &Context) -> Result<Option<PathBuf>, Failure> {
        let (variable, option) = match self {
            Self::Engine => ("OPENSSL_ENGINES", "-e"),
            Self::Provider => ("OPENSSL_MODULES", "-m"),
        };
        let named = std::env::var_os(variable).filter(|value| !value.is_empty());
        let folder = match named {
            Some(folder) => Some(PathBuf::from(folder)),
            None => folder(option, context)?,
        };
        let files = ["pkcs11.so", "libpkcs11.so", "pkcs11.dylib", "pkcs11.dll"];
        Ok(folder.and_then(|folder| {
            let places = files.iter().map(|file| folder.join(file));
            places.into_iter().find(|path| path.is_file())
        }))
    }
}

/// A folder that `openssl version` names, in quotation marks.
fn folder(option: &str, context: &Context) -> Result<Option<PathBuf>, Failure> {
    let said = ask("openssl", &["version", option], context)?;
    Ok(said.and_then(|said| said.split('"').nth(1).map(PathBuf::from)))
}

/// The configuration that OpenSSL reads without ours.
fn base(own: &Path, context: &Context) -> Result<Option<PathBuf>, Failure> {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let named = named.filter(|path| path.is_absolute() && path != own);
    let path = match named {
        Some(path) => Some(path),
        None => folder("-d", context)?.map(|folder| folder.join("openssl.cnf")),
    };
    Ok(path.filter(|path| path.is_file()))
}

/// The value of a name in a section of OpenSSL's configuration (config(5)); the last one counts.
fn value(text: &str, section: &str, name: &str) -> Option<String> {
    let mut current = "";
    let mut found = None;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let heading = line
            .strip_prefix('[')
            .and_then(|line| line.split(']').next());
        if let Some(heading) = heading {
            current = heading.trim();
        } else if let Some((key, value)) = line.split_once('=')
            && current == section
            && key.trim() == name
        {
            found = Some(value.trim().to_owned());
        }
    }
    found.filter(|value| !value.is_empty())
}
