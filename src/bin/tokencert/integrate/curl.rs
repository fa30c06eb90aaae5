//! `tokencert integrate curl`

use tokencert::certificate::Certificate;

use super::Writing;
use super::change::Change;
use super::key::{KeyArgs, environment};
use super::openssl::{self, Connection};
use super::plan::Plan;
use super::program::{ask, line, plain};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::selection;
use crate::ui::Ui;

/// The first release that takes keys from a provider.
const WITH_PROVIDER: (u32, u32) = (8, 12);

/// curl: log in to servers with the certificate
///
/// It takes a curl that was built with OpenSSL.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert integrate curl --write")]
pub(crate) struct CurlArgs {
    #[command(flatten)]
    key: KeyArgs,

    #[command(flatten)]
    pub(crate) writing: Writing,
}

impl CurlArgs {
    pub(crate) fn plan(&self, context: &Context, ui: &Ui) -> Result<Plan, Failure> {
        let kind = kind(context)?;
        let connection = Connection::find(kind, context)?;
        let key = self.key.find(context, ui)?;
        if key.chain.is_empty() {
            return Err(selection::no_certificate(&key.label));
        }
        let chain = key.chain.iter().map(Certificate::to_pem);
        let chain = chain.collect::<Result<String, _>>()?;
        let folder = context.integration_folder();
        let (certificate, path) = (folder.join("curl.pem"), folder.join("curl.conf"));
        let uri = key.uri.to_string();
        let mut changes = vec![Change::file(certificate.clone(), chain)];
        let mut variables = Vec::new();
        let through = match connection.kind {
            openssl::Kind::Engine => {
                variables.push(("PKCS11_MODULE_PATH".to_owned(), key.module.clone()));
                "engine = \"pkcs11\"\nkey-type = \"ENG\"\n"
            }
            openssl::Kind::Provider => {
                let configuration = connection.configuration(&key, context)?;
                let path = plain(&configuration.path)?;
                variables.push((openssl::VARIABLE.to_owned(), path));
                changes.push(configuration);
                "key-type = \"PROV\"\n"
            }
        };
        variables.extend(environment(&key.module));
        let text = format!(
            "# Written by `tokencert integrate curl`.\n{through}cert = \"{}\"\nkey = \"{uri}\"\n",
            plain(&certificate)?
        );
        let configuration = plain(&path)?;
        changes.push(Change::file(path, text));
        let words = ["curl", "--config", &configuration, "https://HOST/"];
        Ok(Plan {
            program: "curl",
            changes,
            commands: vec![line(&variables, &words)],
            uri: Some(uri),
            ..Plan::default()
        })
    }
}

/// How this curl takes a key from a token, none if either way will do.
fn kind(context: &Context) -> Result<Option<openssl::Kind>, Failure> {
    let said = ask("curl", &["--version"], context)?.unwrap_or_default();
    let first = said.lines().next().unwrap_or_default();
    let version = first.split_whitespace().nth(1).unwrap_or_default();
    let mut numbers = version.split('.').map_while(|part| part.parse().ok());
    let version = (
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    );
    let engines = ask("curl", &["--engine", "list"], context)?.unwrap_or_default();
    let engines = engines.lines().any(|line| {
        let name = line.trim();
        name == "dynamic" || name == "pkcs11"
    });
    let openssl = first.contains(" OpenSSL/");
    match (openssl && version >= WITH_PROVIDER, openssl && engines) {
        (true, true) => Ok(None),
        (true, false) => Ok(Some(openssl::Kind::Provider)),
        (false, true) => Ok(Some(openssl::Kind::Engine)),
        (false, false) => {
            let said = message("curl-without-tokens").with("curl", first);
            Err(Failure::Program(Exit::Failed, said))
        }
    }
}
