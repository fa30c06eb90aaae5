//! The new pair proves itself at the server, where somebody gives the account PIN.

use tokencert::issue::Issued;
use tokencert::login::Login;
use tokencert::pkcs11::{ExclusiveModule, TokenAccess};
use tokencert::profile::Profile;
use tokencert::token::{Need, TokenSelector};

use super::Run;
use crate::authority::account_pin;
use crate::failure::Failure;
use crate::i18n::message;
use crate::login::Server;
use crate::pins::Once;

impl Run<'_> {
    /// Logs in with the new certificate, where the profile says where and the account PIN can be
    /// had: from its source, or from the terminal, where Enter leaves it out. Without that, the
    /// challenge that the key has signed is all the proof there is.
    ///
    /// A login that fails undoes nothing; it only keeps the old pair from being deleted.
    pub(super) fn prove_by_login(
        &self,
        module: &ExclusiveModule,
        issued: &Issued,
        pins: &mut Once<'_>,
    ) -> Result<(), Failure> {
        let url = self.profile.and_then(|profile| profile.login_url.as_ref());
        let (Some(profile), Some(url)) = (self.profile, url) else {
            return Ok(());
        };
        let result = self.log_in(module, issued, (profile, url), pins);
        match result {
            Err(Failure::Library(error)) if !self.args.retire => {
                self.ui.warn_of(&error);
                Ok(())
            }
            result => result,
        }
    }

    fn log_in(
        &self,
        module: &ExclusiveModule,
        issued: &Issued,
        (profile, url): (&Profile, &str),
        pins: &mut Once<'_>,
    ) -> Result<(), Failure> {
        let (ui, context) = (self.ui, self.context);
        let login = Login::new(None, Some(profile));
        let holder = login.holder(&issued.certificate);
        let named = holder
            .clone()
            .or(issued.certificate.subject().common_name());
        let named = named.unwrap_or_default();
        let pin = if let Some(source) = &self.args.account_pin_source {
            account_pin(Some(source), &named, ui)?
        } else {
            let question = message("ask-account-pin-or-skip").with("holder", &named);
            let Some(typed) = ui.ask_pin(&question)? else {
                return Ok(());
            };
            secrecy::SecretString::from(typed.as_str())
        };
        let mut server = Server::new(url, &self.args.authority.trust, Some(profile), context, ui)?;
        let selector = TokenSelector::Identity(issued.token.clone());
        let token = module.open(&selector, Need::Read)?;
        token.login(pins, context.login_policy())?;
        let contents = token.contents()?;
        let told = login.run(
            (&token, &contents),
            &issued.certificate,
            &mut server,
            (holder.as_deref(), &pin),
            context.now(),
        )?;
        ui.status(&message("renew-logged-in").with("holder", told.holder));
        Ok(())
    }
}
