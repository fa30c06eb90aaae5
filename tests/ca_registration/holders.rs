//! Contracts and holders (R1), their PINs, and who may order what (R8, R9).

use secrecy::{ExposeSecret, SecretString};
use tokencert::ca::{Actor, HolderState, NewHolder};
use tokencert::registry::SecondFactor;

use crate::bank::{Bank, Customer, SoftwareKey, at, new_holder, random, reason};

const NOW: &str = "2026-04-01T03:00:00Z";

fn add(bank: &Bank, holder: &NewHolder) -> Result<(), &'static str> {
    add_as(bank, holder, &Actor::Operator)
}

fn add_as(bank: &Bank, holder: &NewHolder, actor: &Actor) -> Result<(), &'static str> {
    let added = bank
        .authority
        .add_holder(holder, actor, at(NOW), &mut random);
    added.map(|_| ()).map_err(|error| error.code())
}

#[test]
fn a_new_holder_waits_for_its_certificate_and_has_random_pins_that_differ() {
    let bank = Bank::new();
    let holder = new_holder("00009876543", Some("taro"));
    let (view, secrets) = bank
        .authority
        .add_holder(&holder, &Actor::Operator, at(NOW), &mut random)
        .unwrap();
    assert_eq!(view.kana, "ﾘﾖｳｼｬ");
    assert_eq!(view.institution, "1635");
    assert_eq!(view.second_factor, SecondFactor::ConfirmationPin);
    assert!(matches!(view.state, HolderState::Waiting(_)) && view.first_pins);
    assert_eq!(view.permit.unwrap().issue_count, 1);
    let [pin, confirmation] =
        [secrets.pin, secrets.confirmation_pin].map(|pin| pin.expose_secret().to_owned());
    assert!(pin.len() == 8 && confirmation.len() == 8 && pin != confirmation);
    assert!(secrets.code_uri.is_none());
    assert!(!format!("{:?}", bank.authority.events(None, 9)).contains(&pin));
}

#[test]
fn names_addresses_and_identifiers_that_cannot_be_right_are_refused() {
    let bank = Bank::new();
    let good = || new_holder("SH001", Some("taro"));
    let kana = |kana: &str| NewHolder {
        kana: kana.to_owned(),
        ..good()
    };
    let email = |email: &str| NewHolder {
        email: Some(email.to_owned()),
        ..good()
    };
    let name = |name: &str| NewHolder {
        name: Some(name.to_owned()),
        ..good()
    };
    let code = |code: &str| NewHolder {
        institution: Some(code.to_owned()),
        ..good()
    };
    for (holder, why) in [
        (kana(""), "rule-broken"),
        (kana("山田"), "rule-broken"),
        (kana("ﾔﾏﾀﾞ\u{7}"), "rule-broken"),
        (email("taro"), "san-invalid"),
        (email("a@b\r\nBcc: c@d"), "san-invalid"),
        (name("\u{202e}taro"), "rule-broken"),
        (name(&"長".repeat(65)), "rule-broken"),
        (code("16 35"), "rule-broken"),
        (code(""), "rule-broken"),
        (new_holder("SH 001", None), "holder-id-invalid"),
        (new_holder("SH001", Some("a:b")), "holder-id-invalid"),
        (new_holder("SH001", Some("a/b")), "holder-id-invalid"),
        (new_holder("SH001/a", None), "holder-id-invalid"),
        (new_holder("SH001", Some("")), "holder-id-invalid"),
        // More than a common name has room for (RFC 5280 appendix A.1).
        (
            new_holder("SH001", Some(&"u".repeat(60))),
            "subject-invalid",
        ),
    ] {
        assert_eq!(add(&bank, &holder), Err(why), "{holder:?}");
    }
    assert_eq!(bank.authority.holders(None, at(NOW)).unwrap().len(), 0);
    assert_eq!(bank.authority.contracts().unwrap(), []);
    assert_eq!(add(&bank, &good()), Ok(()));
}

#[test]
fn a_contract_has_one_administrator_ten_users_and_one_institution() {
    let bank = Bank::new();
    for user in 0..10 {
        assert_eq!(
            add(&bank, &new_holder("SH001", Some(&format!("u{user}")))),
            Ok(())
        );
    }
    assert_eq!(
        add(&bank, &new_holder("SH001", Some("u10"))),
        Err("rule-broken")
    );
    assert_eq!(add(&bank, &new_holder("SH001", None)), Ok(()));
    assert_eq!(
        add(&bank, &new_holder("SH001", None)),
        Err("registry-conflict")
    );
    assert_eq!(add(&bank, &new_holder("SH002", Some("u0"))), Ok(()));
    let elsewhere = NewHolder {
        institution: Some("1283".to_owned()),
        ..new_holder("SH002", Some("u1"))
    };
    assert_eq!(add(&bank, &elsewhere), Err("rule-broken"));
    let unsaid = NewHolder {
        institution: None,
        ..new_holder("SH003", None)
    };
    assert_eq!(add(&bank, &unsaid), Ok(()));
    let contracts = bank.authority.contracts().unwrap();
    let found: Vec<_> = contracts
        .iter()
        .map(|one| (one.id.as_str(), one.institution.as_str()))
        .collect();
    assert_eq!(
        found,
        [("SH001", "1635"), ("SH002", "1635"), ("SH003", "0000")]
    );
    let again = bank
        .authority
        .add_contract("SH001", "1635", &Actor::Operator, at(NOW));
    assert_eq!(again.unwrap_err().code(), "registry-conflict");
    assert_eq!(
        bank.authority
            .holders(Some("SH001"), at(NOW))
            .unwrap()
            .len(),
        11
    );
}

#[test]
fn an_administrator_acts_with_the_confirmation_pin_for_users_of_the_own_contract_only() {
    let bank = Bank::new();
    let administrator = bank.customer(None, NOW);
    let user = bank.customer(Some("taro"), NOW);
    let contract = administrator.id.contract.clone();
    let order = |pin: &str| bank.authority.administrator(&contract, pin, at(NOW));
    assert_eq!(order("00").unwrap_err().code(), "account-refused");
    assert_eq!(
        order(administrator.pin()).unwrap_err().code(),
        "account-refused"
    );
    let by = order(administrator.confirmation_pin()).unwrap();
    assert_eq!(by, Actor::Administrator(contract.clone()));
    assert!(bank.authority.unlock(&user.id, &by, at(NOW)).is_ok());
    let themselves = bank
        .authority
        .reset_pins(&administrator.id, &by, at(NOW), &mut random);
    assert_eq!(themselves.unwrap_err().code(), "rule-broken");
    assert_eq!(add(&bank, &new_holder("SH009", Some("jiro"))), Ok(()));
    let other = new_holder("SH009", Some("jiro")).id;
    assert_eq!(
        bank.authority
            .unlock(&other, &by, at(NOW))
            .unwrap_err()
            .code(),
        "rule-broken"
    );
    assert_eq!(
        add_as(&bank, &new_holder(&contract, Some("saburo")), &by),
        Ok(())
    );
    assert_eq!(
        add_as(&bank, &new_holder("SH009", Some("saburo")), &by),
        Err("rule-broken")
    );
    let unknown = bank.authority.administrator("SH777", "00", at(NOW));
    assert_eq!(unknown.unwrap_err().code(), "account-refused");
    for _ in 0..5 {
        order("00").unwrap_err();
    }
    let locked = order(administrator.confirmation_pin()).unwrap_err();
    assert!(locked.to_string().contains("locked"), "{locked}");
}

#[test]
fn pins_that_the_holder_has_chosen_replace_the_first_ones() {
    let bank = Bank::new();
    let key = SoftwareKey::new(2);
    let customer = bank.customer(Some("taro"), NOW);
    let by = Actor::Operator;
    let set = |pin: &str, confirmation: &str| {
        let pins = (&SecretString::from(pin), &SecretString::from(confirmation));
        bank.authority
            .set_pins(&customer.id, pins, &by, at(NOW), &mut random)
    };
    assert_eq!(
        set("12345678", "12345678").unwrap_err().code(),
        "rule-broken"
    );
    assert_eq!(
        set("1234:678", "12345679").unwrap_err().code(),
        "rule-broken"
    );
    assert_eq!(set("1", "12345679").unwrap_err().code(), "rule-broken");
    assert!(!set("my-own-pin", "87654321").unwrap().first_pins);
    assert_eq!(
        reason(bank.acquire(&customer, &key, NOW)),
        "unauthenticated"
    );
    let name = customer.id.to_string();
    assert!(
        bank.acquire_with(&name, "my-own-pin:87654321", &key, NOW)
            .is_ok()
    );
}

#[test]
fn a_new_secret_of_codes_ends_the_old_one_and_is_not_for_administrators() {
    let bank = Bank::new();
    let customer = bank.customer_with(Some("taro"), Some(SecondFactor::OneTimeCode), NOW);
    let (name, key, by) = (
        customer.id.to_string(),
        SoftwareKey::new(2),
        Actor::Operator,
    );
    let old = customer.password_with_code(NOW);
    let uri = bank
        .authority
        .renew_code(&customer.id, &by, at(NOW), &mut random)
        .unwrap();
    assert_eq!(
        reason(bank.acquire_with(&name, &old, &key, NOW)),
        "unauthenticated"
    );
    let mut customer = Customer { ..customer };
    customer.secrets.code_uri = Some(uri);
    assert!(
        bank.acquire_with(&name, &customer.password_with_code(NOW), &key, NOW)
            .is_ok()
    );
    let administrator = bank.customer(None, NOW);
    let refused = bank
        .authority
        .renew_code(&administrator.id, &by, at(NOW), &mut random);
    assert_eq!(refused.unwrap_err().code(), "rule-broken");
}

#[test]
fn a_registry_belongs_to_one_authority_and_its_secrets_to_one_key() {
    let [one, other] = [1, 77].map(Bank::of_key);
    let registry = one.folder.path().join(tokencert::ca::REGISTRY_FILE);
    let location = tokencert::registry::Location::File(registry);
    let open = |bank: &Bank| {
        let path = bank.folder.path();
        tokencert::ca::RegistrationAuthority::open(path, Some(&location), &mut random)
    };
    assert!(open(&one).is_ok());
    let refusal = open(&other).unwrap_err();
    assert!(
        refusal.to_string().contains("another authority"),
        "{refusal}"
    );
    std::fs::remove_file(one.folder.path().join("secrets.key")).unwrap();
    let refusal = open(&one).unwrap_err();
    assert!(
        refusal.to_string().contains("`secrets.key` is missing"),
        "{refusal}"
    );
    // No other is put where the right one belongs.
    assert!(!one.folder.path().join("secrets.key").exists());
}

#[test]
fn the_profile_of_a_served_authority_says_what_a_client_cannot_know() {
    let bank = Bank::new();
    let profile = bank
        .authority
        .profile("example", "https://ca.example:8443/")
        .unwrap();
    let profile = tokencert::profile::Profile::parse("p", &profile.to_toml().unwrap()).unwrap();
    assert_eq!(profile.authority, "https://ca.example:8443");
    assert_eq!(
        profile.login_url.as_deref(),
        Some("https://ca.example:8443/login")
    );
    let key = SoftwareKey::new(2);
    let customer = bank.customer(Some("taro"), NOW);
    let certificate = bank.acquire(&customer, &key, NOW).unwrap();
    let holder = tokencert::profile::Holder {
        contract: Some("00009876543"),
        user: Some("taro"),
        institution: Some("1635"),
        ..tokencert::profile::Holder::default()
    };
    assert_eq!(
        profile.subject(&holder).unwrap(),
        certificate.subject().to_string()
    );
}
