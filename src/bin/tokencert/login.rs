//! `tokencert login`

mod screen;

use tokencert::Error;
use tokencert::authority::{LoggedIn, LoginService};
use tokencert::certificate::Certificate;
use tokencert::est::{EstLogin, Trust};
use tokencert::login::{Login, Role};
use tokencert::pkcs11::Token;
use tokencert::profile::Profile;
use tokencert::report::json;
use tokencert::token::{Contents, Need};

use crate::authority::{TrustArgs, Trusted, account_pin, network};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::session;
use crate::ui::Ui;

/// Log in with the certificate on the token and the account PIN
///
/// The server says who you are and how long the certificate is valid. Of several certificates, the
/// one for the role is used, and it is said which.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert login\n  \
    $ tokencert login https://ib.example.jp/login --as administrator")]
pub(crate) struct LoginArgs {
    /// Address to log in at; without it, the profile's
    #[arg(value_name = "URL")]
    url: Option<String>,

    /// Through whose door: a user's or an administrator's
    #[arg(long = "as", value_name = "ROLE")]
    role: Option<RoleName>,

    /// Where the account's PIN comes from: file:PATH, env:NAME or fd:N; without it, it is asked for
    #[arg(long, value_name = "SOURCE")]
    account_pin_source: Option<PinSource>,

    #[command(flatten)]
    trust: TrustArgs,
}

/// The value of `--as`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum RoleName {
    /// A user of a contract.
    User,
    /// The administrator of a contract.
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::User => Self::User,
            RoleName::Administrator => Self::Administrator,
        }
    }
}

pub(crate) fn run(args: &LoginArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    context.guard(args.account_pin_source.as_ref());
    let profile = context.profile(ui)?;
    let url = match &args.url {
        Some(url) => url.clone(),
        None => of_profile(profile).ok_or_else(|| Failure::usage(message("login-url-missing")))?,
    };
    let mut server = Server::new(&url, &args.trust, profile, context, ui)?;
    let issuers = server.known_by();
    let login = Login::new(args.role.map(Role::from), profile).preferring(&issuers);
    session::with_token(context, Need::Read, ui, |token| {
        let contents = token.contents()?;
        let candidates = login.candidates(&contents, token.identity(), context.now())?;
        let certificate = choose(&candidates, token, ui)?;
        if !context.json() {
            let said = message("login-with").with("subject", certificate.subject());
            ui.status(&said.with("serial", certificate.serial_number()));
        }
        session::log_in(token, context, ui)?;
        let contents = token.contents()?;
        let holder = login.holder(certificate);
        let named = holder.clone().or(certificate.subject().common_name());
        let named = named.unwrap_or_else(|| certificate.subject().to_string());
        let pin = account_pin(args.account_pin_source.as_ref(), &named, ui)?;
        // An address with a door of its own says whose it is.
        let door = holder.as_deref().filter(|_| args.url.is_none());
        let here = (token, &contents);
        let result = login.run(here, certificate, &mut server, (door, &pin), context.now());
        let told = match result {
            Ok(told) => told,
            Err(error) => {
                if matches!(error, Error::CertificateRefused { .. }) {
                    tell_others(certificate, &login, here, context, ui);
                }
                return Err(error.into());
            }
        };
        if context.json() {
            ui.json(&json::logged_in(&told, certificate))?;
        } else {
            screen::show(&told, &context.zone(ui)?, ui)?;
            crate::screen::remind(token.info().software, ui);
        }
        Ok(Exit::Done)
    })
}

/// The profile's address; a profile of an authority over the network stands for its own login.
fn of_profile(profile: Option<&Profile>) -> Option<String> {
    let profile = profile?;
    let own = || {
        let rest = profile.authority.strip_prefix("https://")?;
        let host = rest.split('/').next().unwrap_or(rest);
        Some(format!("https://{host}/login"))
    };
    profile.login_url.clone().or_else(own)
}

/// The one certificate that would do; of several, the person at the terminal chooses.
fn choose<'c>(
    candidates: &[&'c Certificate],
    token: &Token<'_>,
    ui: &Ui,
) -> Result<&'c Certificate, Failure> {
    if let [one] = candidates {
        return Ok(one);
    }
    let name = |one: &&Certificate| format!("{} (sha256:{})", one.subject(), one.fingerprint());
    let options: Vec<String> = candidates.iter().map(name).collect();
    let chosen = ui.choose(&message("choose-certificate"), &options)?;
    match chosen.and_then(|at| candidates.get(at)) {
        Some(one) => Ok(one),
        None => Err(Error::LoginAmbiguous {
            token: token.identity().to_string(),
            candidates: options.join(", "),
        }
        .into()),
    }
}

/// Says which other certificates on the token would do, after one was refused.
fn tell_others(
    refused: &Certificate,
    login: &Login<'_>,
    (token, contents): (&Token<'_>, &Contents),
    context: &Context,
    ui: &Ui,
) {
    let anybody = Login::new(None, login.profile).preferring(login.issuers);
    let others = anybody.candidates(contents, token.identity(), context.now());
    let others: Vec<String> = others
        .unwrap_or_default()
        .into_iter()
        .filter(|one| *one != refused && !one.has_expired(context.now()))
        .map(|one| one.subject().to_string())
        .collect();
    if others.is_empty() {
        ui.status(&message("login-no-other"));
    } else {
        ui.status(&message("login-others").with("subjects", others.join("; ")));
    }
}

/// The server with what this program knows of it.
pub(crate) struct Server<'u> {
    service: EstLogin<'u>,
    trusted: Trusted,
}

impl<'u> Server<'u> {
    /// The server at `url`, whose CA somebody has to confirm if nothing is known of it.
    pub(crate) fn new(
        url: &str,
        args: &TrustArgs,
        profile: Option<&Profile>,
        context: &Context,
        ui: &'u Ui,
    ) -> Result<Self, Failure> {
        let mut trusted = args.trusted(url, profile, context)?;
        if trusted.trust == Trust::Unknown {
            trusted.ask(url, ui)?;
        }
        Ok(Self {
            service: EstLogin::new(url, trusted.trust.clone(), network(url, ui))?,
            trusted,
        })
    }

    /// The certificates that the server is known by.
    fn known_by(&self) -> Vec<Certificate> {
        match &self.trusted.trust {
            Trust::Certificates(known) => known.clone(),
            _ => Vec::new(),
        }
    }
}

impl LoginService for Server<'_> {
    fn name(&self) -> String {
        self.service.name()
    }

    fn log_in(
        &mut self,
        present: &tokencert::authority::Present<'_>,
        holder: Option<&str>,
        pin: &secrecy::SecretString,
    ) -> tokencert::Result<LoggedIn> {
        let told = self.service.log_in(present, holder, pin);
        let told = told.map_err(|error| self.trusted.explain(error))?;
        let certificates = self.service.trusted().to_vec();
        self.trusted.keep(&certificates)?;
        Ok(told)
    }
}
