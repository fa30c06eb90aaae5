//! Templates: read, judged and rewritten: `refuse-attribute CLASS ATTRIBUTE [CODE]`,
//! `require-attribute CLASS ATTRIBUTE [CODE]`, `refuse-false-usages [CODE]`, `refuse-duplicates`,
//! `record-templates`.

use std::fmt::Write as _;

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_ATTRIBUTE_TYPE, CK_RV, CK_ULONG, CKA_DECRYPT, CKA_DERIVE, CKA_ENCRYPT,
    CKA_SIGN_RECOVER, CKA_UNWRAP, CKA_WRAP, CKR_GENERAL_ERROR, CKR_TEMPLATE_INCONSISTENT,
};

use crate::control::{self, Control, misunderstood, number};
use crate::inside::{size, ulong};
use crate::names;

/// A template's own copy.
#[derive(Clone)]
pub(crate) struct Template(Vec<(CK_ATTRIBUTE_TYPE, Vec<u8>)>);

const USAGES: &[CK_ATTRIBUTE_TYPE] = &[
    CKA_ENCRYPT,
    CKA_DECRYPT,
    CKA_WRAP,
    CKA_UNWRAP,
    CKA_DERIVE,
    CKA_SIGN_RECOVER,
];

impl Template {
    /// Copies what the caller gives.
    pub(crate) fn copy(template: *const CK_ATTRIBUTE, count: CK_ULONG) -> Self {
        if template.is_null() {
            return Self(Vec::new());
        }
        // SAFETY: not null, and the caller gives as many attributes as it says.
        let attributes = unsafe { std::slice::from_raw_parts(template, size(count)) };
        let copy = attributes.iter().map(|one| {
            let value = if one.pValue.is_null() {
                &[][..]
            } else {
                // SAFETY: not null, and the caller gives a value of the length it says.
                unsafe { std::slice::from_raw_parts(one.pValue.cast::<u8>(), size(one.ulValueLen)) }
            };
            (one.type_, value.to_vec())
        });
        Self(copy.collect())
    }

    /// The template as the module behind wants it; good for as long as `self` lives.
    pub(crate) fn attributes(&self) -> Vec<CK_ATTRIBUTE> {
        let attribute = |(kind, value): &(CK_ATTRIBUTE_TYPE, Vec<u8>)| CK_ATTRIBUTE {
            type_: *kind,
            pValue: value.as_ptr().cast_mut().cast(),
            ulValueLen: ulong(value.len()),
        };
        self.0.iter().map(attribute).collect()
    }

    pub(crate) fn get(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        let found = self.0.iter().find(|(own, _)| *own == kind);
        found.map(|(_, value)| value.as_slice())
    }

    pub(crate) fn set(&mut self, kind: CK_ATTRIBUTE_TYPE, value: Vec<u8>) {
        self.0.retain(|(own, _)| *own != kind);
        self.0.push((kind, value));
    }

    /// The code with which the template is refused, for an object of a class.
    pub(crate) fn refusal(&self, control: &Control, class: &str) -> Option<CK_RV> {
        if control.is("record-templates") {
            self.record(class);
        }
        for line in control.all("refuse-attribute") {
            if let Some((kind, code)) = about(line, class)
                && self.get(kind).is_some()
            {
                return Some(code);
            }
        }
        for line in control.all("require-attribute") {
            if let Some((kind, code)) = about(line, class)
                && self.get(kind).is_none_or(<[u8]>::is_empty)
            {
                return Some(code);
            }
        }
        let is_false = |kind: &CK_ATTRIBUTE_TYPE| self.get(*kind) == Some(&[0]);
        if let Some(code) = control.code("refuse-false-usages")
            && USAGES.iter().any(is_false)
        {
            return Some(code);
        }
        let twice = |(at, (kind, _)): (usize, &(CK_ATTRIBUTE_TYPE, _))| {
            self.0.iter().skip(at + 1).any(|(other, _)| other == kind)
        };
        (control.is("refuse-duplicates") && self.0.iter().enumerate().any(twice))
            .then_some(CKR_TEMPLATE_INCONSISTENT)
    }

    /// One line beside the control file: the class, and each attribute with its value.
    fn record(&self, class: &str) {
        let mut line = class.to_owned();
        for (kind, value) in &self.0 {
            let name = names::attribute(*kind).map_or_else(|| format!("{kind:#x}"), str::to_owned);
            // Writing to a string does not fail.
            let _ = write!(line, " {name}=");
            for byte in value {
                let _ = write!(line, "{byte:02x}");
            }
        }
        control::note(".templates", &line);
    }
}

/// The attribute and the code of a line that is about this class.
fn about(line: &[String], class: &str) -> Option<(CK_ATTRIBUTE_TYPE, CK_RV)> {
    let (of, name, code) = match line {
        [of, name] => (of, name, CKR_GENERAL_ERROR),
        [of, name, code] => (of, name, number(code)),
        [..] => misunderstood(line),
    };
    (of == class || of == "any").then(|| (number(name), code))
}
