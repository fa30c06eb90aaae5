//! From arguments, environment and configuration to what commands work with.

mod places;

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokencert::Error;
use tokencert::lifecycle::Windows;
use tokencert::pkcs11::{LoginPolicy, Pin};
use tokencert::profile::{self, Profile};
use tokencert::token::{ObjectSelector, TokenSelector};

use crate::config::Config;
use crate::failure::Failure;
use crate::folders::Folders;
use crate::options::{Destination, Format, Options};
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::system::clock;
use crate::text;
use crate::ui::Ui;

/// What the user said once, for every command.
pub(crate) struct Context {
    options: Options,
    config: Config,
    config_error: Option<Error>,
    folders: Folders,
    now: Timestamp,
    profile: OnceCell<Option<Profile>>,
    known_pin: RefCell<Option<Pin>>,
    /// Variables with secrets of an account.
    secrets: RefCell<Vec<String>>,
    /// Only the command line says where keys are.
    anywhere: Cell<bool>,
    /// The token that the SELECTOR of an object names.
    token_of_object: OnceCell<TokenSelector>,
    /// The token of this process, of several that are worked at once.
    worked_on: OnceCell<TokenSelector>,
    /// The module that shows it.
    worked_through: OnceCell<PathBuf>,
}

impl Context {
    /// Reads the configuration and the clock, and has `ui` speak the language that was asked for. With
    /// `lenient`, a configuration that cannot be used is as good as none.
    pub(crate) fn new(options: Options, lenient: bool, ui: &Ui) -> Result<Self, Failure> {
        let folders = Folders::of_user()?;
        let config = Config::load(options.config.as_deref(), &folders.config);
        let (config, config_error) = match config {
            Ok(config) => (config, None),
            Err(error) if lenient => (Config::default(), Some(error)),
            Err(error) => return Err(error.into()),
        };
        if let Some(language) = options.lang.or(config.lang) {
            ui.speak(language);
        }
        Ok(Self {
            options,
            config,
            config_error,
            folders,
            now: clock(),
            profile: OnceCell::new(),
            known_pin: RefCell::new(None),
            secrets: RefCell::default(),
            anywhere: Cell::new(false),
            token_of_object: OnceCell::new(),
            worked_on: OnceCell::new(),
            worked_through: OnceCell::new(),
        })
    }

    /// Why the configuration cannot be used, where that keeps the command from nothing.
    pub(crate) fn config_error(&self) -> Option<&Error> {
        self.config_error.as_ref()
    }

    /// The time at which the program was started.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// How data is to be printed.
    pub(crate) fn format(&self) -> Format {
        let format = self.options.format.or(self.config.format);
        format.unwrap_or_default()
    }

    /// True if data is to be printed as JSON.
    pub(crate) fn json(&self) -> bool {
        self.format() == Format::Json
    }

    /// How long to wait for the token.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.options.wait.map(|limit| limit.0)
    }

    /// True if a profile was named, on the command line or in the configuration.
    pub(crate) fn profile_is_named(&self) -> bool {
        !self.options.no_profile
            && (self.options.profile.is_some() || self.config.profile.is_some())
    }

    /// The profile that was named, else the only one there is; none if that was said.
    pub(crate) fn profile(&self, ui: &Ui) -> Result<Option<&Profile>, Failure> {
        if let Some(profile) = self.profile.get() {
            return Ok(profile.as_ref());
        }
        let profiles = self.profiles();
        let named = self.options.profile.as_ref();
        let profile = match named.or(self.config.profile.as_ref()) {
            _ if self.options.no_profile => None,
            Some(name) => Some(profiles.load(name)?),
            None => match profiles.list()?.as_slice() {
                [only] => Some(profiles.load(only)?),
                _ => None,
            },
        };
        if let Some(desk) = profile.as_ref().and_then(|profile| text::desk(profile, ui)) {
            ui.set_support(desk);
        }
        Ok(self.profile.get_or_init(|| profile).as_ref())
    }

    /// True unless it was said that no profile is to be used.
    pub(crate) fn uses_profiles(&self) -> bool {
        !self.options.no_profile
    }

    /// The module that was named on the command line or by the environment.
    pub(crate) fn module_of_option(&self) -> Option<PathBuf> {
        self.options.module.clone()
    }

    /// The module that was named in the configuration.
    pub(crate) fn module_of_configuration(&self) -> Option<PathBuf> {
        self.config.module.clone()
    }

    /// The module that was named on the command line or in the configuration.
    pub(crate) fn module_given(&self) -> Option<PathBuf> {
        let through = self.worked_through.get().cloned();
        through
            .or_else(|| self.module_of_option())
            .or_else(|| self.module_of_configuration())
    }

    /// The module that was given, else the profile's.
    pub(crate) fn module_named(&self, ui: &Ui) -> Result<Option<PathBuf>, Failure> {
        if let Some(module) = self.module_given() {
            return Ok(Some(module));
        }
        let profile = self.profile(ui)?;
        Ok(profile
            .and_then(|profile| profile.module.name.as_ref())
            .map(PathBuf::from))
    }

    /// The text for `C_Initialize`.
    pub(crate) fn module_init(&self) -> Option<&str> {
        self.options
            .module_init
            .as_deref()
            .or(self.config.module_init.as_deref())
    }

    /// True if the module is to be finalized.
    pub(crate) fn finalizes(&self) -> bool {
        !self.options.no_finalize && !self.config.no_finalize
    }

    /// The token that is meant.
    pub(crate) fn token_selector(&self) -> Result<TokenSelector, Error> {
        let named = self.worked_on.get().or(self.options.token.as_ref());
        let named = named.or(self.token_of_object.get());
        match (named, &self.config.token) {
            (Some(selector), _) => Ok(selector.clone()),
            (None, Some(text)) => crate::selector::token_selector(text),
            (None, None) => Ok(TokenSelector::Only),
        }
    }

    /// Takes note of the token that a PKCS#11 URI of an object names, for when no option does.
    pub(crate) fn note_token_of(&self, object: &ObjectSelector) {
        if let ObjectSelector::Uri(uri) = object
            && uri.names_token()
        {
            self.token_of_object
                .get_or_init(|| TokenSelector::Uri(uri.clone()));
        }
    }

    /// Works on this token, whatever options and environment name.
    pub(crate) fn work_on(&self, token: TokenSelector) {
        self.worked_on.get_or_init(|| token);
    }

    /// Works through this module, whatever options and environment name.
    pub(crate) fn work_through(&self, module: PathBuf) {
        self.worked_through.get_or_init(|| module);
    }

    /// What the command line and the environment say.
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// True if the command line or the environment says which token is meant.
    pub(crate) fn names_token(&self) -> bool {
        self.options.token.is_some()
    }

    /// Where keys are to be made, where somebody said so.
    pub(crate) fn destination(&self) -> Option<Destination> {
        if self.anywhere.get() {
            return self.options.to;
        }
        let profile = self.profile.get().and_then(Option::as_ref);
        let of_profile = profile
            .and_then(|profile| profile.destination)
            .map(|place| match place {
                profile::Destination::Usb => Destination::Usb,
                profile::Destination::Pc => Destination::Pc,
            });
        self.options.to.or(self.config.to).or(of_profile)
    }

    /// Forgets where keys are to be made, unless the command line says it: the command is about one
    /// that was made already.
    pub(crate) fn look_anywhere(&self) {
        self.anywhere.set(true);
    }

    /// How far PINs are tried, and for whom: a software token of the user's own has no other users.
    pub(crate) fn login_policy(&self) -> LoginPolicy {
        let on_token = self.destination() != Some(Destination::Pc);
        let user = self.options.user_type.or(self.config.user_type);
        LoginPolicy {
            final_try: self.options.final_try,
            user: user.filter(|_| on_token),
        }
    }

    /// The source of the token's PIN: the option, the configuration, the token's URI.
    pub(crate) fn pin_source(&self) -> Result<Option<PinSource>, Error> {
        if let Some(source) = &self.options.pin_source {
            return Ok(Some(source.clone()));
        }
        if let Some(text) = &self.config.pin_source {
            return text.parse().map(Some);
        }
        match self.token_selector()? {
            TokenSelector::Uri(uri) => uri
                .pin_source
                .as_deref()
                .map(PinSource::from_uri)
                .transpose(),
            _ => Ok(None),
        }
    }

    /// Who gives the token's PIN.
    pub(crate) fn pins<'u>(&self, ui: &'u Ui) -> Result<Pins<'u>, Failure> {
        Ok(Pins::new(self.pin_source()?, ui).knowing(self.known_pin.take()))
    }

    /// Keeps a PIN that was just set, so that it need not be typed once more.
    pub(crate) fn remember_pin(&self, pin: Pin) {
        self.known_pin.replace(Some(pin));
    }

    /// Keeps a secret of an account from the processes that this one starts.
    pub(crate) fn guard(&self, source: Option<&PinSource>) {
        if let Some(source) = source {
            source.keep_from_children();
            let variable = source.variable().map(str::to_owned);
            self.secrets.borrow_mut().extend(variable);
        }
    }

    /// The variables with secrets that no other process is to see.
    pub(crate) fn secret_variables(&self) -> Vec<String> {
        let pin = self.pin_source().ok().flatten();
        let pin = pin.iter().filter_map(PinSource::variable);
        let mut names: Vec<String> = pin.map(str::to_owned).collect();
        names.extend(self.secrets.borrow().iter().cloned());
        names
    }

    /// True if a PIN can be had without asking for it.
    pub(crate) fn has_pin_source(&self) -> Result<bool, Error> {
        Ok(self.pin_source()?.is_some())
    }

    /// The windows of the profile; without one, the usual ones in this computer's time zone.
    pub(crate) fn windows(&self, ui: &Ui) -> Result<Windows, Failure> {
        if let Some(profile) = self.profile(ui)? {
            return Ok(profile.windows.clone());
        }
        let mut windows = Windows::default();
        let here = TimeZone::system().iana_name().unwrap_or("UTC").to_owned();
        windows.time_zone = here;
        Ok(windows)
    }

    /// The time zone in which days are counted.
    pub(crate) fn zone(&self, ui: &Ui) -> Result<TimeZone, Failure> {
        Ok(self.windows(ui)?.zone()?)
    }

    /// Gives a child process what says how modules are loaded, and takes away what it must not see
    /// or be led by: the PIN, and which token.
    pub(crate) fn hand_down(&self, command: &mut Command) {
        if let Some(path) = &self.options.config {
            command.arg("--config").arg(path);
        }
        if let Some(text) = &self.options.module_init {
            command.arg("--module-init").arg(text);
        }
        if self.options.no_finalize {
            command.arg("--no-finalize");
        }
        if self.options.no_profile {
            command.arg("--no-profile");
        }
        for name in self.secret_variables() {
            command.env_remove(name);
        }
        for name in [
            crate::COMPLETE,
            "TOKENCERT_MODULE",
            "TOKENCERT_TOKEN",
            "TOKENCERT_PIN_SOURCE",
        ] {
            command.env_remove(name);
        }
    }
}
