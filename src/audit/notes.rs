//! What one rule writes down about one token.

use crate::finding::{
    Finding, NotChecked, ObjectKind, ObjectRef, Reason, RuleId, Severity, Value, Values,
};
use crate::token::{CertificateObject, KeyObject, TokenIdentity};

/// What one rule writes down about one token.
pub(super) struct Notes<'a> {
    pub(super) rule: RuleId,
    token: &'a TokenIdentity,
    severity: Severity,
    pub(super) findings: Vec<Finding>,
    pub(super) not_checked: Vec<NotChecked>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(rule: RuleId, token: &'a TokenIdentity, severity: Severity) -> Self {
        Self {
            rule,
            token,
            severity,
            findings: Vec::new(),
            not_checked: Vec::new(),
        }
    }

    /// There is a finding.
    pub(super) fn find(&mut self, object: Option<ObjectRef>, values: Values) {
        self.add(self.severity, object, values);
    }

    /// There is something to know and nothing to do, whatever the severity of the rule.
    pub(super) fn mention(&mut self, object: Option<ObjectRef>, values: Values) {
        self.add(Severity::Info, object, values);
    }

    fn add(&mut self, severity: Severity, object: Option<ObjectRef>, values: Values) {
        self.findings.push(Finding {
            rule: self.rule,
            severity,
            token: self.token.clone(),
            object,
            message: self.rule.message(&values),
            action: self.rule.action(&values),
            values,
        });
    }

    /// It could not be checked.
    pub(super) fn cannot(&mut self, object: Option<ObjectRef>, reason: Reason, values: Values) {
        self.not_checked.push(NotChecked {
            rule: self.rule,
            token: self.token.clone(),
            object,
            reason,
            message: reason.message(&values),
            values,
        });
    }
}

/// The values of a message.
pub(super) fn values<const N: usize>(values: [(&str, Value); N]) -> Values {
    let values = values.into_iter();
    values
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A private key, as findings name it.
pub(super) fn private_key(key: &KeyObject) -> ObjectRef {
    let (id, label) = (key.id.clone(), key.label.clone());
    ObjectRef::new(ObjectKind::PrivateKey, id, label)
}

/// A public key, as findings name it.
pub(super) fn public_key(key: &KeyObject) -> ObjectRef {
    let (id, label) = (key.id.clone(), key.label.clone());
    ObjectRef::new(ObjectKind::PublicKey, id, label)
}

/// A certificate, as findings name it.
pub(super) fn certificate(object: &CertificateObject) -> ObjectRef {
    let (id, label) = (object.id.clone(), object.label.clone());
    let mut named = ObjectRef::new(ObjectKind::Certificate, id, label);
    if let Some(certificate) = &object.certificate {
        named.serial_number = Some(certificate.serial_number());
        named.subject = Some(certificate.subject().to_string());
        named.sha256 = Some(certificate.fingerprint());
    }
    named
}
