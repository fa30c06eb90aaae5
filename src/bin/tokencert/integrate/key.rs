//! The key that another program is to use: what of it is public.

use std::path::Path;

use tokencert::certificate::{Certificate, chain_of, sanitized};
use tokencert::key::PublicKey;
use tokencert::pkcs11::{ExclusiveModule, Token, TokenAccess};
use tokencert::token::{Contents, Need, ObjectSelector, Pkcs11Uri, UriClass};

use super::program::plain;
use crate::context::Context;
use crate::failure::Failure;
use crate::pin_source::PinSource;
use crate::selector::object_selector;
use crate::session::Chosen;
use crate::ui::Ui;
use crate::{selection, session, softhsm};

/// Which key.
#[derive(clap::Args, Debug)]
pub(crate) struct KeyArgs {
    /// CKA_ID in hexadecimal, label, sha256:HEX of a certificate, or PKCS#11 URI; without it, the
    /// only key there is
    #[arg(id = "any_selector", value_name = "SELECTOR", value_parser = object_selector)]
    selector: Option<ObjectSelector>,
}

/// What is public of a key on a token.
pub(crate) struct Key {
    /// The path of the module, as other programs are to load it.
    pub(crate) module: String,
    /// The private key's URI; with `pin-source` if the PIN is to be read from a file.
    pub(crate) uri: Pkcs11Uri,
    /// The key's label, else the token's.
    pub(crate) label: String,
    pub(crate) public: PublicKey,
    /// The certificate with those of its authorities, as far as they are on the token.
    pub(crate) chain: Vec<Certificate>,
}

impl KeyArgs {
    /// Finds the key. It takes no PIN, unless one is given and only it shows the key.
    pub(crate) fn find(&self, context: &Context, ui: &Ui) -> Result<Key, Failure> {
        if let Some(selector) = &self.selector {
            context.note_token_of(selector);
        }
        let act = |module: &mut ExclusiveModule, chosen: &Chosen| {
            if let Some(selector) = &self.selector {
                selection::confirm_token(selector, &chosen.slot)?;
            }
            let path = plain(module.path())?;
            let token = module.open_slot(&chosen.slot, Need::Read)?;
            let contents = token.contents()?;
            let found = self.read(&token, path.clone(), &contents, context);
            match found {
                Err(Failure::Library(tokencert::Error::ObjectNotFound { .. }))
                    if context.has_pin_source()? =>
                {
                    session::log_in(&token, context, ui)?;
                    self.read(&token, path, &token.contents()?, context)
                }
                found => found,
            }
        };
        session::with_module_then(context, Need::Read, ui, act, Ok)
    }

    fn read(
        &self,
        token: &Token<'_>,
        module: String,
        contents: &Contents,
        context: &Context,
    ) -> Result<Key, Failure> {
        let identity = token.identity();
        let selected = match &self.selector {
            Some(selector) => selection::select(contents, selector, identity)?,
            None => selection::only(contents, identity)?,
        };
        let key = selected.identity();
        let public = match key.and_then(|key| key.public()) {
            Some(public) => public.clone(),
            None => selected
                .certificate()
                .ok_or_else(|| selection::without_key(identity))?
                .public_key()?,
        };
        let mut uri = Pkcs11Uri::of_token(identity);
        uri.class = Some(UriClass::Private);
        let id = match (key, selected.certificates().first()) {
            (Some(key), _) => key.id(),
            (None, Some(object)) => object.id.as_ref(),
            (None, None) => None,
        };
        let label = key.and_then(|key| key.label());
        match id {
            Some(id) => uri.id = Some(id.as_bytes().to_vec()),
            None => uri.object = label.map(str::to_owned),
        }
        if let Some(PinSource::File(path)) = context.pin_source()? {
            let path = std::path::absolute(&path).unwrap_or(path);
            uri.pin_source = Some(format!("file:{}", plain(&path)?));
        }
        let others: Vec<Certificate> = contents
            .all_certificates()
            .filter_map(|object| object.certificate.clone())
            .collect();
        let chain = selected.certificate().map(|leaf| chain_of(leaf, &others));
        Ok(Key {
            module,
            uri,
            label: sanitized(label.unwrap_or(&identity.label)),
            public,
            chain: chain.unwrap_or_default(),
        })
    }
}

impl Key {
    /// The URI of the key with whatever belongs to it, for our own commands.
    pub(crate) fn uri_of_object(&self) -> String {
        let mut uri = self.uri.clone();
        (uri.class, uri.pin_source) = (None, None);
        uri.to_string()
    }

    /// The public key as one line for OpenSSH.
    pub(crate) fn ssh(&self) -> Result<String, Failure> {
        let line = format!("{} {}", self.public.to_ssh()?, self.label);
        Ok(line.trim().to_owned())
    }
}

/// The variables without which another program would not see what this one sees: SoftHSM2's tokens
/// are where its configuration says.
pub(crate) fn environment(module: &str) -> Vec<(String, String)> {
    let found = std::env::var(softhsm::VARIABLE).ok();
    let found = found.filter(|value| !value.is_empty() && softhsm::is_named(Path::new(module)));
    found
        .map(|value| (softhsm::VARIABLE.to_owned(), value))
        .into_iter()
        .collect()
}
