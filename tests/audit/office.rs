//! An office with a token and an authority of OpenSSL's, and audits of it at any time.

use std::io::Write as _;
use std::process::Stdio;

use jiff::{Span, Timestamp};
use serde_json::{Value, json};
use tokencert::audit::{Audit, Observation, Policy};
use tokencert::certificate::RevocationList;
use tokencert::finding::{Finding, Reason, Report, RuleId, Severity, Verdict};
use tokencert::profile::Profile;

use crate::common::World;

/// What a certificate of a clerk says of itself.
pub(crate) const CLERK: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n";

/// A PC with badtoken in front of a token, and an authority.
pub(crate) struct Office {
    pub(crate) world: World,
}

/// What an audit is made of beside the tokens.
pub(crate) struct With<'a> {
    pub(crate) policy: &'a str,
    pub(crate) profile: Option<&'a Profile>,
    pub(crate) lists: Vec<RevocationList>,
    pub(crate) now: Timestamp,
}

impl Default for With<'_> {
    fn default() -> Self {
        Self {
            policy: "version = 1",
            profile: None,
            lists: Vec::new(),
            now: now(),
        }
    }
}

/// The time.
#[expect(clippy::disallowed_methods, reason = "OpenSSL reads the clock too")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// So many days from now.
pub(crate) fn in_days(days: i32) -> Timestamp {
    now() + Span::new().hours(24 * days)
}

impl Office {
    /// A token without anything on it, and an authority.
    pub(crate) fn new() -> Self {
        let world = World::with_token("desk").and_badtoken();
        world.control("");
        let office = Self { world };
        office.authority("ca", "/CN=Office CA");
        office
    }

    /// The same with a clerk's key `taro` under the ID 01, its certificate and that of its issuer.
    pub(crate) fn in_order() -> Self {
        let office = Self::new();
        office.clerk("taro", "01", "/CN=taro", CLERK);
        office.import("ca.pem");
        office
    }

    /// Makes an authority: `NAME.pem` and `NAME.key`.
    pub(crate) fn authority(&self, name: &str, subject: &str) {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let curve = "ec_paramgen_curve:P-256";
        let make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-nodes"];
        let extension = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
        let files = ["-keyout", &key, "-out", &certificate, "-subj", subject];
        let rest = ["-days", "3650"];
        let all = [&make[..], &extension, &files, &rest].concat();
        self.world.openssl(&all).succeeds();
    }

    /// Makes a key on the token, and a certificate beside it.
    pub(crate) fn clerk(&self, name: &str, id: &str, subject: &str, extensions: &str) {
        self.key(name, id, "ec:p256");
        self.certify(name, subject, extensions, &["-days", "365"]);
        self.import(&format!("{name}.pem"));
    }

    /// Makes a key on the token, and a request: `NAME.csr`.
    pub(crate) fn key(&self, name: &str, id: &str, kind: &str) {
        let request = format!("{name}.csr");
        let key = ["request", "--key", kind, "--id", id, "--label", name];
        let rest = ["--subject", "CN=any", "--out", &request, "--pin-source"];
        let source = self.world.pin_source();
        let all = [&key[..], &rest, &[&source]].concat();
        self.world.tokencert(&all).succeeds();
    }

    /// Has the authority sign the request `NAME.csr` for a subject: `NAME.pem`.
    pub(crate) fn certify(&self, name: &str, subject: &str, extensions: &str, more: &[&str]) {
        self.world.write("extensions", extensions);
        let (request, certificate) = (format!("{name}.csr"), format!("{name}.pem"));
        let sign = ["x509", "-req", "-in", &request, "-out", &certificate];
        let by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
        let what = ["-extfile", "extensions", "-subj", subject];
        let all = [&sign[..], &by, &what, more].concat();
        self.world.openssl(&all).succeeds();
    }

    /// Puts a certificate on the token.
    pub(crate) fn import(&self, file: &str) {
        let source = self.world.pin_source();
        let loose = ["--allow-orphan", "--allow-invalid-dates"];
        let all = [&["import", file, "--pin-source", &source][..], &loose].concat();
        self.world.tokencert(&all).succeeds();
    }

    /// Writes an object with OpenSC's program, which checks nothing.
    pub(crate) fn write_object(&self, file: &str, kind: &str, more: &[&str]) {
        let login = ["--login", "--pin", crate::common::PIN];
        let object = ["--write-object", file, "--type", kind];
        let all = [&login[..], &object, more].concat();
        self.world.pkcs11_tool(&all).succeeds();
    }

    /// What the tokens show, with the user's PIN or without.
    pub(crate) fn look(&self, with_pin: bool) -> Vec<Observation> {
        let listed = self.world.tokencert(&["token", "list", "--format", "json"]);
        let tokens = listed.succeeds().json()["tokens"].clone();
        let source = with_pin.then(|| self.world.pin_source());
        let wanted = tokens.as_array().unwrap().iter().map(|token| {
            let of_desk = token["label"] == "desk";
            let name = |key: &str| token[key].clone();
            json!({
                "slot": token["slot"],
                "identity": {
                    "label": name("label"),
                    "serial": name("serial"),
                    "manufacturer": name("manufacturer"),
                    "model": name("model"),
                },
                "pin_source": source.as_ref().filter(|_| of_desk),
            })
        });
        let order = json!({ "tokens": wanted.collect::<Vec<_>>() });
        let mut child = self
            .world
            .tokencert_command(&["audit-module"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(order.to_string().as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        serde_json::from_value(answer["seen"].clone()).unwrap()
    }

    /// The report on what the tokens show with the user's PIN.
    pub(crate) fn report(&self) -> Seen {
        self.report_with(With::default())
    }

    /// The same under other circumstances.
    pub(crate) fn report_with(&self, with: With<'_>) -> Seen {
        report(self.look(true), with)
    }

    /// The same without the user's PIN.
    pub(crate) fn report_without_pin(&self) -> Seen {
        report(self.look(false), With::default())
    }
}

/// The report on tokens.
pub(crate) fn report(tokens: Vec<Observation>, with: With<'_>) -> Seen {
    let policy = Policy::parse("policy.toml", with.policy).unwrap();
    let audit = Audit::new(&policy, with.profile, with.now).unwrap();
    let audit = audit.with_lists(with.lists);
    Seen(audit.report("pc", Vec::new(), tokens))
}

/// A report, and what tests ask of it.
pub(crate) struct Seen(pub(crate) Report);

impl Seen {
    /// What came of a rule on the token.
    pub(crate) fn of(&self, rule: RuleId) -> Verdict {
        let outcomes = self.0.outcomes.iter();
        let mut of_rule = outcomes.filter(|one| one.rule == rule && one.token.label == "desk");
        let outcome = of_rule.next().unwrap().outcome;
        assert!(
            of_rule.next().is_none(),
            "one outcome for a rule and a token"
        );
        outcome
    }

    /// The findings of a rule on the token.
    pub(crate) fn findings(&self, rule: RuleId) -> Vec<&Finding> {
        let findings = self.0.findings.iter();
        let own = findings.filter(|one| one.rule == rule && one.token.label == "desk");
        own.collect()
    }

    /// The one finding of a rule on the token.
    #[track_caller]
    pub(crate) fn one(&self, rule: RuleId) -> &Finding {
        assert_eq!(self.of(rule), Verdict::Finding, "{rule}");
        match self.findings(rule).as_slice() {
            [one] => one,
            several => panic!("{several:#?}"),
        }
    }

    /// Insists that a rule has one finding of a severity, about the object with this label.
    #[track_caller]
    pub(crate) fn breaks(&self, rule: RuleId, severity: Severity, object: Option<&str>) {
        let found = self.one(rule);
        assert_eq!(found.severity, severity, "{found:#?}");
        let label = found
            .object
            .as_ref()
            .and_then(|object| object.label.as_deref());
        assert_eq!(label, object, "{found:#?}");
        assert!(!found.message.contains(['{', '}']), "{}", found.message);
        assert!(!found.action.is_empty());
    }

    /// Insists that a rule was checked and found nothing.
    #[track_caller]
    pub(crate) fn is_ok(&self, rule: RuleId) {
        let found = self.findings(rule);
        assert_eq!(self.of(rule), Verdict::Ok, "{rule}: {found:#?}");
    }

    /// Insists that a rule was not checked, for this reason.
    #[track_caller]
    pub(crate) fn is_unchecked(&self, rule: RuleId, reason: Reason) {
        let of_rule = |one: &&tokencert::finding::NotChecked| {
            one.rule == rule && one.token.label == "desk" && one.reason == reason
        };
        let unchecked = &self.0.not_checked;
        assert!(
            unchecked.iter().any(|one| of_rule(&one)),
            "{rule}: {unchecked:#?}"
        );
    }
}
