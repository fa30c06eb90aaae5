//! `profile export`: the profile of the folder, and that of the server.

use crate::office::Office;

#[test]
fn the_profile_of_a_server_has_all_that_a_clerk_cannot_know() {
    let office = Office::initialised(&["--institution", "1635"]);
    let export = [
        "profile",
        "export",
        "--url",
        "https://ca.example.jp:8443/shinkin",
        "--out",
        "p.toml",
        "--destination",
        "usb",
        "--support-name",
        "例信用金庫",
        "--support-telephone",
        "0120-000-000",
        "--support-hours",
        "9:00-17:00",
    ];
    office.ca(&export).succeeds();
    let toml: toml::Table = office.world.read("p.toml").parse().unwrap();
    let text = |name: &str| toml[name].as_str().unwrap().to_owned();
    assert_eq!(text("authority"), "https://ca.example.jp:8443/shinkin");
    assert!(text("login_url").starts_with("https://ca.example.jp:8443/"));
    assert_eq!(text("institution"), "1635");
    assert_eq!(text("destination"), "usb");
    assert_eq!(text("second_factor"), "confirmation-pin");
    assert_eq!(text("ca_fingerprint").len(), 64);
    assert!(text("subject").contains("{contract} {user} {institution}"));
    let administrator = text("administrator_subject");
    assert!(
        administrator.contains("{contract} {institution}"),
        "{administrator}"
    );
    assert_eq!(
        toml["windows"]["renewal_days_before"].as_integer(),
        Some(30)
    );
    assert_eq!(toml["support"]["name"].as_str(), Some("例信用金庫"));
    assert_eq!(toml["support"]["hours"].as_str(), Some("9:00-17:00"));
    let add = ["profile", "add", "p.toml"];
    office.world.tokencert(&add).succeeds();
}

#[test]
fn the_profile_names_a_second_factor_only_where_it_is_that_of_everybody() {
    let office = Office::initialised(&["--institution", "1635"]);
    office.add_administrator();
    office.add("taro");
    let export = ["profile", "export", "--url", "https://ca.example.jp"];
    let export = |name: &str| {
        office
            .ca(&[&export[..], &["--out", name]].concat())
            .succeeds();
        let toml: toml::Table = office.world.read(name).parse().unwrap();
        toml.get("second_factor").cloned()
    };
    let confirmation = toml::Value::from("confirmation-pin");
    assert_eq!(export("before.toml"), Some(confirmation));
    office.json(&["holder", "otp", "SH001/taro"]);
    assert_eq!(export("after.toml"), None);
}

#[test]
fn without_an_address_the_profile_names_the_folder() {
    let office = Office::new();
    office
        .ca(&["profile", "export", "--out", "p.toml"])
        .succeeds();
    let toml: toml::Table = office.world.read("p.toml").parse().unwrap();
    assert!(toml["authority"].as_str().unwrap().starts_with("dir:/"));
}

#[test]
fn an_address_that_is_none_is_refused_before_a_file_is_written() {
    let office = Office::new();
    for url in [
        "http://ca.example.jp",
        "ca.example.jp",
        "https://",
        "https://user:pw@ca.example.jp",
        "https://ca.example.jp/\u{1b}[31m",
        "https://ca example.jp",
    ] {
        let export = ["profile", "export", "--out", "p.toml", "--url", url];
        let refused = office.ca(&export).exits(2);
        refused.never_says("\u{1b}").never_says("user:pw");
        let export = ["profile", "export", "--out", "p.toml", "--login-url", url];
        office.ca(&export).exits(2).never_says("\u{1b}");
        assert!(!office.world.path("p.toml").exists(), "{url}");
    }
}
