//! The windows of the rules R3 to R7, to the second and to the calendar day.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use tokencert::lifecycle::{Lifecycle, State, Windows};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn windows(zone: &str) -> Windows {
    let mut windows = Windows::default();
    windows.time_zone = zone.into();
    windows
}

fn life(zone: &str, not_before: &str, not_after: &str) -> Lifecycle {
    Lifecycle::new(at(not_before), at(not_after), &windows(zone)).unwrap()
}

/// Valid for the year up to 2023-10-02 23:59:59 in Japan.
fn tokyo() -> Lifecycle {
    life("Asia/Tokyo", "2022-10-02T15:00:00Z", "2023-10-02T14:59:59Z")
}

const ACQUIRABLE: State = State::Acquirable {
    until: date(2023, 12, 31),
};

#[test]
fn every_state_begins_and_ends_at_its_second() {
    let life = tokyo();
    for (now, state) in [
        ("2022-10-02T14:59:59.999999999Z", State::NotYetValid),
        ("2022-10-02T15:00:00Z", State::Valid),
        ("2023-09-01T23:59:59+09:00", State::Valid),
        ("2023-09-02T00:00:00+09:00", State::InRenewalWindow),
        ("2023-10-02T23:59:59+09:00", State::InRenewalWindow),
        ("2023-10-02T23:59:59.999+09:00", State::InRenewalWindow),
        ("2023-10-03T00:00:00+09:00", ACQUIRABLE),
        ("2023-12-31T23:59:59+09:00", ACQUIRABLE),
        ("2024-01-01T00:00:00+09:00", State::ReissueNeeded),
    ] {
        assert_eq!(life.state(at(now)), state, "{now}");
    }
}

#[test]
fn a_certificate_that_expires_at_noon_is_acquirable_from_the_next_second() {
    let life = life(
        "Asia/Tokyo",
        "2022-10-02T03:00:00Z",
        "2023-10-02T12:00:00+09:00",
    );
    assert_eq!(
        life.state(at("2023-10-02T12:00:00+09:00")),
        State::InRenewalWindow
    );
    assert_eq!(life.state(at("2023-10-02T12:00:01+09:00")), ACQUIRABLE);
    assert_eq!(
        life.state(at("2023-09-02T00:00:00+09:00")),
        State::InRenewalWindow
    );
    assert_eq!(life.state(at("2023-09-01T23:59:59+09:00")), State::Valid);
    assert_eq!(life.state(at("2023-12-31T23:59:59+09:00")), ACQUIRABLE);
}

#[test]
fn without_days_after_expiry_the_expiry_date_is_the_last_to_acquire_on() {
    let mut windows = windows("Asia/Tokyo");
    windows.reacquire_days_after_expiry = 0;
    let life = Lifecycle::new(
        at("2022-10-02T00:00:00Z"),
        at("2023-10-02T03:00:00Z"),
        &windows,
    );
    let life = life.unwrap();
    let until = date(2023, 10, 2);
    assert_eq!(
        life.state(at("2023-10-02T23:59:59+09:00")),
        State::Acquirable { until }
    );
    assert_eq!(
        life.state(at("2023-10-03T00:00:00+09:00")),
        State::ReissueNeeded
    );
}

#[test]
fn the_same_instant_is_another_day_in_another_zone() {
    let (not_before, not_after) = ("2022-10-02T15:00:00Z", "2023-10-02T14:59:59Z");
    let opens = |zone| life(zone, not_before, not_after).renewal_opens();
    assert_eq!(opens("Asia/Tokyo"), at("2023-09-01T15:00:00Z"));
    assert_eq!(opens("UTC"), at("2023-09-02T00:00:00Z"));
    assert_eq!(opens("America/Los_Angeles"), at("2023-09-02T07:00:00Z"));
    assert_eq!(opens("Pacific/Kiritimati"), at("2023-09-02T10:00:00Z"));
}

#[test]
fn days_are_calendar_days_across_a_change_of_clocks() {
    // Berlin goes back to winter time on 2023-10-29: 30 days are 721 hours.
    let life = life(
        "Europe/Berlin",
        "2022-11-01T00:00:00Z",
        "2023-11-10T22:59:59Z",
    );
    assert_eq!(life.renewal_opens(), at("2023-10-11T00:00:00+02:00"));
    assert_eq!(life.state(at("2023-10-10T23:59:59+02:00")), State::Valid);
    assert_eq!(life.days_left(at("2023-10-11T00:00:00+02:00")), 30);
    assert_eq!(life.days_left(at("2023-10-28T23:59:59+02:00")), 13);
    assert_eq!(life.days_left(at("2023-10-29T23:59:59+01:00")), 12);
}

#[test]
fn a_day_whose_midnight_is_skipped_begins_at_its_first_instant() {
    // In Beirut the clocks went from 2021-03-27 24:00 to 2021-03-28 01:00.
    let life = life(
        "Asia/Beirut",
        "2020-04-27T00:00:00Z",
        "2021-04-27T12:00:00Z",
    );
    assert_eq!(life.renewal_opens(), at("2021-03-28T01:00:00+03:00"));
    assert_eq!(life.state(at("2021-03-27T23:59:59+02:00")), State::Valid);
    assert_eq!(
        life.state(at("2021-03-28T01:00:00+03:00")),
        State::InRenewalWindow
    );
}

#[test]
fn leap_days_count() {
    let opens = |not_after| life("Asia/Tokyo", "2022-01-01T00:00:00Z", not_after).renewal_opens();
    assert_eq!(
        opens("2024-03-30T12:00:00+09:00"),
        at("2024-02-29T00:00:00+09:00")
    );
    assert_eq!(
        opens("2023-03-30T12:00:00+09:00"),
        at("2023-02-28T00:00:00+09:00")
    );
    let on_leap_day = life(
        "Asia/Tokyo",
        "2023-03-01T00:00:00Z",
        "2024-02-29T12:00:00+09:00",
    );
    assert_eq!(on_leap_day.days_left(at("2024-02-28T23:59:59+09:00")), 1);
    assert_eq!(on_leap_day.days_left(at("2024-03-01T00:00:00+09:00")), -1);
}

#[test]
fn days_left_change_at_midnight_and_are_none_on_the_day_itself() {
    let life = tokyo();
    assert_eq!(life.expiry_date(), date(2023, 10, 2));
    for (now, days) in [
        ("2023-09-08T09:00:00+09:00", 24),
        ("2023-10-01T23:59:59+09:00", 1),
        ("2023-10-02T00:00:00+09:00", 0),
        ("2023-10-02T23:59:59+09:00", 0),
        ("2023-10-03T00:00:00+09:00", -1),
    ] {
        assert_eq!(life.days_left(at(now)), days, "{now}");
    }
}

#[test]
fn notices_are_due_from_the_first_second_of_their_day_until_expiry() {
    let life = tokyo();
    for (now, due) in [
        ("2023-09-01T23:59:59+09:00", &[][..]),
        ("2023-09-02T00:00:00+09:00", &[30]),
        ("2023-09-21T23:59:59+09:00", &[30]),
        ("2023-09-22T00:00:00+09:00", &[30, 10]),
        ("2023-10-02T23:59:59+09:00", &[30, 10]),
        ("2023-10-03T00:00:00+09:00", &[]),
    ] {
        assert_eq!(life.notices_due(at(now)), due, "{now}");
    }
}

#[test]
fn a_permit_is_open_to_the_end_of_its_last_day() {
    let closes = windows("Asia/Tokyo").acquisition_closes(at("2024-01-10T23:59:59+09:00"));
    assert_eq!(closes.unwrap(), at("2024-03-31T00:00:00+09:00"));
    let closes = windows("Asia/Tokyo").acquisition_closes(at("2024-01-11T00:00:00+09:00"));
    assert_eq!(closes.unwrap(), at("2024-04-01T00:00:00+09:00"));
}

#[test]
fn a_certificate_without_end_is_valid_to_the_end_of_time() {
    let life = Lifecycle::new(
        at("2020-01-01T00:00:00Z"),
        Timestamp::MAX,
        &windows("Asia/Tokyo"),
    )
    .unwrap();
    assert_eq!(life.state(at("2026-01-01T00:00:00Z")), State::Valid);
    assert_eq!(life.state(Timestamp::MAX), State::InRenewalWindow);
}

#[test]
fn an_unknown_zone_is_named() {
    let error = Lifecycle::new(
        Timestamp::UNIX_EPOCH,
        Timestamp::UNIX_EPOCH,
        &windows("Asia/Edo"),
    );
    assert!(error.unwrap_err().to_string().contains("Asia/Edo"));
}

proptest! {
    #[test]
    fn states_follow_each_other_in_their_order(
        not_before in any::<i32>(),
        seconds in 0..400_000_000_i64,
        days in any::<[u16; 3]>(),
        earlier in -500_000_000..500_000_000_i64,
        later in 0..500_000_000_i64,
        zone in proptest::sample::select(vec!["Asia/Tokyo", "Europe/Berlin", "Pacific/Apia"]),
    ) {
        let mut windows = windows(zone);
        windows.renewal_days_before = days[0];
        windows.reacquire_days_after_expiry = days[1];
        let instant = |second: i64| Timestamp::from_second(second).unwrap();
        let not_before = i64::from(not_before);
        let not_after = not_before + seconds;
        let life = Lifecycle::new(instant(not_before), instant(not_after), &windows).unwrap();
        let rank = |second: i64| match life.state(instant(second)) {
            State::NotYetValid => 0,
            State::Valid => 1,
            State::InRenewalWindow => 2,
            State::Acquirable { .. } => 3,
            _ => 4,
        };
        let now = not_before + earlier;
        prop_assert!(rank(now) <= rank(now + later));
        prop_assert_eq!(life.state(instant(now)).is_valid(), (not_before..=not_after).contains(&now));
        prop_assert!(life.days_left(instant(now)) >= life.days_left(instant(now + later)));
    }
}
