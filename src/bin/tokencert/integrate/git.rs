//! `tokencert integrate git`

use std::path::{Path, PathBuf};

use super::Writing;
use super::change::{Change, Kind};
use super::key::{Key, KeyArgs, environment};
use super::plan::Plan;
use super::program::{ask, line, plain};
use super::ssh;
use crate::context::Context;
use crate::failure::Failure;
use crate::folders;
use crate::i18n::{Message, message};
use crate::ui::Ui;

/// git: sign commits and tags with the key, as an SSH key
///
/// ssh-agent has to have the key, for only it can ask a token: `ssh-add -s MODULE` gives it.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert integrate git 'my key' --write")]
pub(crate) struct GitArgs {
    #[command(flatten)]
    key: KeyArgs,

    /// E-mail address that the key signs for; without it, git's `user.email` or the certificate's
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: Option<String>,

    #[command(flatten)]
    pub(crate) writing: Writing,
}

impl GitArgs {
    pub(crate) fn plan(&self, context: &Context, ui: &Ui) -> Result<Plan, Failure> {
        let key = self.key.find(context, ui)?;
        let email = self.email(&key, context)?;
        let folder = context.integration_folder();
        let (public, own_signers) = (folder.join("git.pub"), folder.join("git_allowed_signers"));
        let (settings, line_of_key) = (folder.join("git.config"), key.ssh()?);
        let signers = signers(&own_signers, context)?;
        let mut text = format!(
            "# Written by `tokencert integrate git`.\n[gpg]\n\tformat = ssh\n\
             [user]\n\tsigningKey = \"{}\"\n",
            plain(&public)?
        );
        if signers == own_signers {
            text = format!(
                "{text}[gpg \"ssh\"]\n\tallowedSignersFile = \"{}\"\n",
                plain(&signers)?
            );
        }
        let of_signer = format!("{email} namespaces=\"git\" {}\n", key.public.to_ssh()?);
        let include = format!("[include]\n\tpath = \"{}\"\n", plain(&settings)?);
        let variables = environment(&key.module);
        let mut notes: Vec<Message> = ssh::kind_of_key(&key).into_iter().collect();
        if !agent_loads(&key.module) {
            notes.push(message("integrate-agent").with("module", &key.module));
        }
        Ok(Plan {
            program: "git",
            conflicts: conflicts(&plain(&public)?, context)?,
            changes: vec![
                Change::file(public, format!("{line_of_key}\n")),
                Change {
                    path: signers,
                    kind: Kind::Line,
                    text: of_signer,
                },
                Change::file(settings, text),
                Change {
                    path: global_file()?,
                    kind: Kind::Block("git".to_owned()),
                    text: include,
                },
            ],
            commands: vec![
                line(&variables, &["ssh-add", "-s", &key.module]),
                "git commit -S".to_owned(),
                "git verify-commit HEAD".to_owned(),
            ],
            public_key: Some(line_of_key),
            uri: Some(key.uri.to_string()),
            notes,
        })
    }

    /// For whom the key signs.
    fn email(&self, key: &Key, context: &Context) -> Result<String, Failure> {
        if let Some(email) = &self.email {
            return Ok(email.clone());
        }
        let of_certificate = || {
            let names = key.chain.first()?.alternative_names();
            let mut emails = names.iter().filter_map(|name| name.strip_prefix("email:"));
            emails.next().map(str::to_owned)
        };
        let email = setting(&["--get", "user.email"], context)?.or_else(of_certificate);
        let missing = || Failure::usage(message("integrate-email-missing"));
        email
            .and_then(|email| address(&email).ok())
            .ok_or_else(missing)
    }
}

/// What git's global configuration says.
fn setting(arguments: &[&str], context: &Context) -> Result<Option<String>, Failure> {
    let command = ["config", "--global", "--includes"];
    let said = ask("git", &[&command[..], arguments].concat(), context)?;
    Ok(said.filter(|value| !value.is_empty()))
}

/// The file of allowed signers: the user's own, if there is one.
fn signers(own: &Path, context: &Context) -> Result<PathBuf, Failure> {
    let arguments = ["--type=path", "--get", "gpg.ssh.allowedSignersFile"];
    let named = setting(&arguments, context)?.map(PathBuf::from);
    let named = named.filter(|path| path.is_absolute());
    Ok(named.unwrap_or_else(|| own.to_owned()))
}

/// Settings of the user's that would no longer count.
fn conflicts(public: &str, context: &Context) -> Result<Vec<Message>, Failure> {
    let mut found = Vec::new();
    for (name, ours) in [("gpg.format", "ssh"), ("user.signingKey", public)] {
        let theirs = setting(&["--get", name], context)?;
        if let Some(theirs) = theirs.filter(|theirs| theirs != ours) {
            let said = message("integrate-git-set").with("name", name);
            let theirs = tokencert::certificate::sanitized(&theirs);
            found.push(said.with("value", theirs).with("ours", ours));
        }
    }
    Ok(found)
}

/// The file that `git config --global` writes.
fn global_file() -> Result<PathBuf, Failure> {
    if let Some(named) = std::env::var_os("GIT_CONFIG_GLOBAL").filter(|value| !value.is_empty()) {
        return Ok(named.into());
    }
    let usual = folders::home()?.join(".gitconfig");
    let other = folders::configuration()?.join("git/config");
    Ok(if !usual.exists() && other.exists() {
        other
    } else {
        usual
    })
}

/// True if ssh-agent loads a module without being told to (ssh-agent(1), `-P`).
fn agent_loads(module: &str) -> bool {
    let path = Path::new(module).canonicalize();
    let path = path.unwrap_or_else(|_| module.into());
    let text = path.to_string_lossy();
    let usual = |text: &str| text.starts_with("lib") && text.contains('/');
    ["/usr/", "/usr/local/"]
        .iter()
        .any(|folder| text.strip_prefix(folder).is_some_and(usual))
}

/// An address as a file of allowed signers takes it (ssh-keygen(1), ALLOWED SIGNERS).
fn address(text: &str) -> Result<String, String> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || ",*?!#\"'\\".contains(c);
    if text.contains(odd) || !text.contains('@') {
        return Err("taro@example.jp".to_owned());
    }
    Ok(text.to_owned())
}
