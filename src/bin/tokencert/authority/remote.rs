//! An authority over HTTPS with what this program knows of it: trust that was learnt, somebody to
//! confirm it, and an account.

use tokencert::authority::{Authority, Enrolment, Present, Requirements};
use tokencert::certificate::Certificate;
use tokencert::est::{EstAuthority, Trust};
use tokencert::request::Csr;
use tokencert::{Error, Result};

use super::trust::confirmed;
use super::{Account, Trusted, network};
use crate::failure::Failure;
use crate::ui::Ui;

/// The authority.
pub(super) struct Remote<'u> {
    server: EstAuthority<'u>,
    trusted: Trusted,
    account: Option<Account<'u>>,
    /// Nobody has confirmed a fingerprint yet.
    unknown: bool,
    ui: &'u Ui,
}

impl<'u> Remote<'u> {
    pub(super) fn new(
        url: &str,
        trusted: Trusted,
        account: Option<Account<'u>>,
        ui: &'u Ui,
    ) -> Result<Self, Failure> {
        let mut server = EstAuthority::new(url, trusted.trust.clone(), network(url, ui))?;
        if let Some(account) = &account {
            server = server.with_account(&account.holder, Box::new(account.clone()))?;
        }
        Ok(Self {
            server,
            unknown: trusted.trust == Trust::Unknown,
            trusted,
            account,
            ui,
        })
    }

    /// Asks the server something, once it is known whom to trust, and keeps what it was trusted by.
    fn ask<T>(&mut self, question: impl FnOnce(&mut EstAuthority<'u>) -> Result<T>) -> Result<T> {
        if self.unknown {
            let offered = self.server.offered()?;
            let name = self.server.name();
            let trust = confirmed(&name, &offered, self.ui)?;
            self.server.trust(trust);
            self.unknown = false;
        }
        let answer = question(&mut self.server).map_err(|error| self.trusted.explain(error))?;
        let certificates = self.server.trusted().to_vec();
        self.trusted.keep(&certificates)?;
        Ok(answer)
    }
}

impl Authority for Remote<'_> {
    fn name(&self) -> String {
        self.server.name()
    }

    fn ca_certificates(&mut self) -> Result<Vec<Certificate>> {
        self.ask(Authority::ca_certificates)
    }

    /// Asked right before anything is made: the moment for the account's PIN.
    fn requirements(&mut self) -> Result<Requirements, Error> {
        let requirements = self.ask(Authority::requirements)?;
        if let Some(account) = &self.account {
            account.ask_pin()?;
        }
        Ok(requirements)
    }

    fn enrol(&mut self, request: &Csr) -> Result<Enrolment> {
        self.ask(|server| server.enrol(request))
    }

    fn reenrol(&mut self, request: &Csr, present: &Present<'_>) -> Result<Enrolment> {
        self.ask(|server| server.reenrol(request, present))
    }
}
