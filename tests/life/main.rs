//! The whole life of a certificate between the real programs: a served authority on one side, a PC
//! with a token on the other.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod bank;
#[path = "../common/mod.rs"]
mod common;

use bank::{Bank, CONTRACT};
use common::World;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// UTC as `faketime` takes it.
fn clock(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn not_after(bank: &Bank, world: &World) -> Timestamp {
    let status = bank.status(world);
    let text = status["certificates"][0]["not_after"].as_str();
    text.unwrap().parse().unwrap()
}

/// 00:00 in Tokyo of the day so many days from the day of `instant`.
fn day_from(instant: Timestamp, days: i64) -> Timestamp {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    let day = instant.to_zoned(zone).start_of_day().unwrap();
    day.checked_add(days.days()).unwrap().timestamp()
}

#[test]
fn a_user_acquires_logs_in_and_is_refused_once_the_certificate_is_revoked() {
    let bank = Bank::open();
    bank.register(None, &[]);
    let user = bank.register(Some("riyousya"), &[]);
    assert_eq!(bank.holder(&user)["state"], "waiting");
    let world = bank.customer();
    bank.acquire(&world, &user)
        .succeeds()
        .says("CN = 00009876543 riyousya 1635")
        .says("IssuedCount = 001");
    assert_eq!(bank.holder(&user)["state"], "valid");
    bank.log_in(&world, &user)
        .succeeds()
        .says("00009876543 riyousya 1635");
    let revoke = [
        "certificate",
        "revoke",
        &user.holder,
        "--reason",
        "lost",
        "--yes",
    ];
    bank.desk(&revoke).succeeds();
    bank.log_in(&world, &user).exits(7).complains("revoked");
    // The list of revoked certificates says the same to other people's software.
    bank.desk(&["crl", "--out", "ca.crl"]).succeeds();
    world
        .tokencert(&["export", "00009876543 riyousya 1635", "--out", "leaf.pem"])
        .succeeds();
    let at = |name: &str| bank.world.path(name).display().to_string();
    let (ca, crl) = (at("ca/ca.pem"), at("ca.crl"));
    let refused = world.openssl(&[
        "verify",
        "-crl_check",
        "-CAfile",
        &ca,
        "-CRLfile",
        &crl,
        "leaf.pem",
    ]);
    assert!(
        format!("{}{}", refused.stdout, refused.stderr).contains("certificate revoked"),
        "{refused}"
    );
}

#[test]
fn five_wrong_pins_lock_the_holder_until_somebody_unlocks() {
    let bank = Bank::open();
    let administrator = bank.register(None, &[]);
    let world = bank.customer();
    for _ in 0..5 {
        bank.issue(&world, CONTRACT, "0000", &administrator.confirmation_pin)
            .exits(7);
    }
    bank.acquire(&world, &administrator)
        .exits(7)
        .complains("locked");
    bank.desk(&["holder", "unlock", CONTRACT]).succeeds();
    bank.acquire(&world, &administrator).succeeds();
    // One key pair and one certificate, in spite of six refusals.
    let listed = world.tokencert(&["list", "--format", "json"]).json();
    assert_eq!(
        listed["identities"].as_array().unwrap().len(),
        1,
        "{listed}"
    );
}

#[test]
fn a_reissue_ends_the_present_certificate_and_counts_one_more() {
    let bank = Bank::open();
    bank.register(None, &[]);
    let user = bank.register(Some("riyousya"), &[]);
    let world = bank.customer();
    bank.acquire(&world, &user).succeeds();
    let reissue = [
        "certificate",
        "reissue",
        &user.holder,
        "--reason",
        "lost",
        "--yes",
    ];
    bank.desk(&reissue)
        .succeeds()
        .says(CONTRACT)
        .says("riyousya");
    bank.log_in(&world, &user).exits(7).complains("revoked");
    let other = bank.customer();
    bank.acquire(&other, &user)
        .succeeds()
        .says("IssuedCount = 002");
    bank.log_in(&other, &user).succeeds();
    assert_eq!(bank.holder(&user)["issue_count"], 2);
}

#[test]
fn renewal_opens_at_midnight_thirty_days_before_and_not_a_second_earlier() {
    let mut bank = Bank::open();
    let holder = bank.register(None, &[]);
    let world = bank.customer();
    bank.acquire(&world, &holder).succeeds();
    let opens = day_from(not_after(&bank, &world), -30);

    bank.set_clock(&clock(opens - 1.second()));
    bank.at_customer(&world, &["renew"])
        .succeeds()
        .says("Not due");
    assert_eq!(bank.holder(&holder)["state"], "valid");
    bank.set_clock(&clock(opens));
    assert_eq!(bank.holder(&holder)["state"], "in-renewal-window");
    bank.at_customer(&world, &["renew"])
        .succeeds()
        .says("IssuedCount = 001");
    // Old and new are both there; the new one logs in, and the old one can go.
    let listed = world.tokencert(&["list", "--format", "json"]).json();
    assert_eq!(
        listed["identities"].as_array().unwrap().len(),
        2,
        "{listed}"
    );
    bank.log_in(&world, &holder).succeeds();
    bank.at_customer(&world, &["renew", "--retire"]).succeeds();
    let listed = world.tokencert(&["list", "--format", "json"]).json();
    assert_eq!(
        listed["identities"].as_array().unwrap().len(),
        1,
        "{listed}"
    );
    bank.log_in(&world, &holder).succeeds();
}

#[test]
fn after_expiry_the_holder_acquires_again_until_the_end_of_the_ninetieth_day() {
    let mut bank = Bank::open();
    let holder = bank.register(None, &[]);
    let (world, late) = (bank.customer(), bank.customer());
    bank.acquire(&world, &holder).succeeds();
    let expiry = not_after(&bank, &world);

    // The last second of its validity still renews; the next does not.
    bank.set_clock(&clock(expiry + 1.second()));
    bank.at_customer(&world, &["renew"])
        .exits(1)
        .complains("tokencert issue");
    bank.log_in(&world, &holder).exits(7).complains("expired");
    let closes = day_from(expiry, 91);
    bank.set_clock(&clock(closes));
    bank.acquire(&late, &holder).exits(7).complains("reissue");
    bank.set_clock(&clock(closes - 1.second()));
    bank.acquire(&world, &holder)
        .succeeds()
        .says("IssuedCount = 001");
    bank.log_in(&world, &holder).succeeds();
}

#[test]
fn a_one_time_code_is_taken_once() {
    let bank = Bank::open();
    bank.register(None, &[]);
    let user = bank.register(Some("riyousya"), &["--second-factor", "one-time-code"]);
    let uri = user.code_uri.as_deref().unwrap();
    let code = || {
        let secret = uri.split("secret=").nth(1).unwrap();
        let secret = secret.split('&').next().unwrap();
        let oathtool = bank.world.command("oathtool", &["--totp", "-b", secret]);
        common::run(oathtool).succeeds().stdout.trim().to_owned()
    };
    let (world, thief) = (bank.customer(), bank.customer());
    let code = code();
    bank.issue(&world, &user.holder, &user.pin, &code)
        .succeeds();
    bank.issue(&thief, &user.holder, &user.pin, &code)
        .exits(7)
        .never_says("IssuedCount");
}

#[test]
fn a_user_logs_in_whatever_signs_and_letters_the_user_id_has() {
    let bank = Bank::open();
    bank.register(None, &[]);
    for user in ["yamada+1@honten", "山田_太郎"] {
        let user = bank.register(Some(user), &[]);
        let world = bank.customer();
        bank.acquire(&world, &user).succeeds();
        bank.log_in(&world, &user).succeeds().says(&user.holder);
    }
}

#[test]
fn a_pc_whose_clock_is_wrong_is_told_of_the_clock_and_not_of_another_authority() {
    let bank = Bank::open();
    let holder = bank.register(None, &[]);
    let world = bank.customer();
    bank.acquire(&world, &holder).succeeds();
    bank.log_in(&world, &holder).succeeds();
    // Beyond the end of the server's certificate, and before that of the holder's.
    let later = clock(not_after(&bank, &world) - (100 * 24).hours());
    Bank::log_in_at(&later, &world, &holder)
        .exits(1)
        .complains("the clock here says")
        .never_says("another one than in earlier runs");
}
