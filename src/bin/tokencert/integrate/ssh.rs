//! `tokencert integrate ssh`

use super::Writing;
use super::change::{Change, Kind};
use super::key::{Key, KeyArgs, environment};
use super::plan::Plan;
use super::program::{line, plain};
use crate::context::Context;
use crate::failure::Failure;
use crate::folders;
use crate::i18n::{Message, message};
use crate::ui::Ui;

/// OpenSSH: log in with the key
///
/// Without `--host`, every connection may also use the keys of the token; with it, those hosts are
/// offered this key and no other.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert integrate ssh 'my key' --host git.example.jp --write"
)]
pub(crate) struct SshArgs {
    #[command(flatten)]
    key: KeyArgs,

    /// Hosts that get this key and no other, as `Host` of ssh_config takes them
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    host: Option<String>,

    #[command(flatten)]
    pub(crate) writing: Writing,
}

impl SshArgs {
    pub(crate) fn plan(&self, context: &Context, ui: &Ui) -> Result<Plan, Failure> {
        let key = self.key.find(context, ui)?;
        let public_key = key.ssh()?;
        let mut changes = Vec::new();
        let host = self.host.as_deref().unwrap_or("*");
        let mut text = format!("Host {host}\n    PKCS11Provider {}\n", quoted(&key.module));
        if self.host.is_some() {
            let name = format!("ssh-{}.pub", file_name(host));
            let path = context.integration_folder().join(name);
            let path_text = quoted(&plain(&path)?);
            text = format!("{text}    IdentityFile {path_text}\n    IdentitiesOnly yes\n");
            changes.push(Change::file(path, format!("{public_key}\n")));
        }
        changes.push(Change {
            path: folders::home()?.join(".ssh/config"),
            kind: Kind::Block(format!("ssh {host}")),
            text,
        });
        let server = host.split_whitespace().next().unwrap_or_default();
        let server = if server.contains(['*', '?', '!']) {
            "HOST"
        } else {
            server
        };
        Ok(Plan {
            program: "ssh",
            changes,
            public_key: Some(public_key),
            commands: vec![line(&environment(&key.module), &["ssh", server])],
            uri: Some(key.uri.to_string()),
            notes: kind_of_key(&key).into_iter().collect(),
            ..Plan::default()
        })
    }
}

/// OpenSSH before 10.1 knows RSA and ECDSA keys on tokens and no others.
pub(crate) fn kind_of_key(key: &Key) -> Option<Message> {
    let kind = key.public.algorithm()?.to_string();
    let known = kind.starts_with("rsa") || kind.starts_with("ec:");
    (!known).then(|| message("integrate-ssh-kind").with("kind", kind))
}

/// A path in ssh_config, where `%` begins a token.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('%', "%%"))
}

/// What of a pattern can stand in the name of a file.
fn file_name(pattern: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let name = pattern.chars().map(|c| if plain(c) { c } else { '_' });
    name.collect()
}

fn pattern(text: &str) -> Result<String, String> {
    let odd = |c: char| c.is_control() || "\"'\\#".contains(c);
    if text.trim().is_empty() || text.contains(odd) {
        return Err("git.example.jp, '*.example.jp'".to_owned());
    }
    Ok(text.trim().to_owned())
}
