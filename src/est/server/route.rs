//! Which operation a request asks for.

use hyper::{Method, StatusCode, header};
use percent_encoding::percent_decode_str;

use super::answer::Answer;
use crate::ca::HolderId;

/// Where RFC 7030 section 3.2.2 puts the operations.
const WELL_KNOWN: &str = "/.well-known/est/";

/// The longest label that is heard of.
const LONGEST_LABEL: usize = 64;

/// What can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// `/cacerts` (RFC 7030 section 4.1).
    CaCertificates,
    /// `/csrattrs` (section 4.5).
    Attributes,
    /// `/simpleenroll` (section 4.2.1).
    Enrol,
    /// `/simplereenroll` (section 4.2.2).
    Reenrol,
    /// `/crl`.
    Crl,
    /// `/profile`: what a clerk cannot know.
    Profile,
    /// `/login`, and whose door it is.
    Login(Option<HolderId>),
    /// The same without a PIN: would the certificate do?
    Door(Option<HolderId>),
}

/// The operation behind a method and a path; else the answer.
pub(super) fn route(method: &Method, path: &str) -> Result<Operation, Answer> {
    let operation = find(path).ok_or_else(nothing_there)?;
    let methods: &[Method] = match operation {
        Operation::Enrol | Operation::Reenrol => &[Method::POST],
        Operation::Login(_) => &[Method::POST, Method::GET, Method::HEAD],
        _ => &[Method::GET, Method::HEAD],
    };
    if !methods.contains(method) {
        let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
        let text = "this is not done with that method";
        return Err(Answer::text(StatusCode::METHOD_NOT_ALLOWED, text)
            .with(header::ALLOW, &names.join(", ")));
    }
    match operation {
        Operation::Login(door) if method != Method::POST => Ok(Operation::Door(door)),
        operation => Ok(operation),
    }
}

fn nothing_there() -> Answer {
    Answer::text(StatusCode::NOT_FOUND, "there is nothing here")
}

fn find(path: &str) -> Option<Operation> {
    if let Some(rest) = path.strip_prefix(WELL_KNOWN) {
        let name = match rest.split_once('/') {
            Some((label, name)) if is_label(label) => name,
            Some(_) => return None,
            None => rest,
        };
        // /fullcmc and /serverkeygen are optional, and a key is born on a token here.
        return match name {
            "cacerts" => Some(Operation::CaCertificates),
            "csrattrs" => Some(Operation::Attributes),
            "simpleenroll" => Some(Operation::Enrol),
            "simplereenroll" => Some(Operation::Reenrol),
            _ => None,
        };
    }
    match path {
        "/crl" => Some(Operation::Crl),
        "/profile" => Some(Operation::Profile),
        "/login" => Some(Operation::Login(None)),
        _ => door(path.strip_prefix("/login/")?).map(|door| Operation::Login(Some(door))),
    }
}

/// Letters, digits and what RFC 3986 section 2.3 leaves as it is.
fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(plain)
}

/// `CONTRACT` or `CONTRACT/USER`.
fn door(path: &str) -> Option<HolderId> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        let part = percent_decode_str(part).decode_utf8().ok()?;
        // A slash that was encoded is part of a name, and no name has one.
        if part.contains('/') {
            return None;
        }
        parts.push(part);
    }
    parts.join("/").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Option<Operation> {
        find(path)
    }

    #[test]
    fn operations_are_found_with_and_without_a_label() {
        for (path, expected) in [
            ("/.well-known/est/cacerts", Some(Operation::CaCertificates)),
            (
                "/.well-known/est/main/cacerts",
                Some(Operation::CaCertificates),
            ),
            (
                "/.well-known/est/a.b-c_d~1/simpleenroll",
                Some(Operation::Enrol),
            ),
            ("/.well-known/est/simplereenroll", Some(Operation::Reenrol)),
            ("/.well-known/est/csrattrs", Some(Operation::Attributes)),
            ("/crl", Some(Operation::Crl)),
            ("/.well-known/est/", None),
            ("/.well-known/est", None),
            ("/.well-known/est//cacerts", None),
            ("/.well-known/est/a b/cacerts", None),
            ("/.well-known/est/a%2fb/cacerts", None),
            ("/.well-known/est/a/b/cacerts", None),
            ("/.well-known/est/cacerts/", None),
            ("/.well-known/est/fullcmc", None),
            ("/.well-known/est/serverkeygen", None),
            ("/", None),
            ("/crl/", None),
        ] {
            assert_eq!(asked(path), expected, "{path}");
        }
        let long = format!("/.well-known/est/{}/cacerts", "x".repeat(65));
        assert_eq!(asked(&long), None);
    }

    #[test]
    fn a_door_is_a_holder_percent_decoded() {
        let holder = |text: &str| Some(Operation::Login(Some(text.parse().unwrap())));
        assert_eq!(asked("/login"), Some(Operation::Login(None)));
        assert_eq!(asked("/login/00009876543"), holder("00009876543"));
        assert_eq!(asked("/login/SH001/taro"), holder("SH001/taro"));
        assert_eq!(
            asked("/login/SH001/%E5%A4%AA%E9%83%8E"),
            holder("SH001/太郎")
        );
        for wrong in [
            "", "a%2Fb", "a/b/c", "a/", "/a", "a%00", "a%0Ab", "a%20b", "a%3Ab", "%FF",
        ] {
            assert_eq!(asked(&format!("/login/{wrong}")), None, "{wrong}");
        }
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        let answer = route(&Method::GET, "/.well-known/est/simpleenroll").unwrap_err();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(route(&Method::GET, "/login"), Ok(Operation::Door(None)));
        assert_eq!(route(&Method::POST, "/login"), Ok(Operation::Login(None)));
    }
}
