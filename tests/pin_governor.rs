//! The PIN governor (DESIGN.md 4.4) on a token that really locks: no run risks more than was asked.

mod common;

use common::{Outcome, PIN, SO_PIN, World};

const WRONG: &str = "31415926";

/// A token whose PINs lock after three wrong tries, with the flags that the standard has for it.
fn world() -> World {
    let world = World::with_token("demo").and_badtoken();
    world.control("user-tries 3\nso-tries 3");
    world
}

fn list(world: &World, pin: &str, more: &[&str]) -> Outcome {
    let source = world.pin_source_of(pin);
    let mut arguments = vec!["list", "--pin-source", &source];
    arguments.extend(more);
    world.tokencert(&arguments)
}

fn unlock(world: &World, so_pin: &str, more: &[&str]) -> Outcome {
    let (so, new) = (world.pin_source_of(so_pin), world.pin_source());
    let mut arguments = vec!["token", "unlock", "--so-pin-source", &so];
    arguments.extend(["--new-pin-source", &new]);
    arguments.extend(more);
    world.tokencert(&arguments)
}

/// The `C_Login` calls of the last run.
fn logins(world: &World) -> usize {
    world.calls().of("C_Login")
}

#[test]
fn a_run_without_a_terminal_makes_one_try_and_never_the_last_before_the_lock() {
    let world = world();
    list(&world, WRONG, &[])
        .exits(5)
        .complains("user PIN of `demo`")
        .complains("tries are running low")
        .complains("C_Login returned CKR_PIN_INCORRECT");
    assert_eq!((logins(&world), world.wrong_pins("user")), (1, 1));

    list(&world, WRONG, &[])
        .exits(5)
        .complains("one try is left");
    assert_eq!((logins(&world), world.wrong_pins("user")), (1, 2));

    for pin in [WRONG, PIN] {
        list(&world, pin, &[]).exits(6).complains("--final-try");
        assert_eq!((logins(&world), world.wrong_pins("user")), (0, 2));
    }
    list(&world, PIN, &["--final-try"]).succeeds();
    assert_eq!((logins(&world), world.wrong_pins("user")), (1, 0));
}

#[test]
fn a_locked_pin_is_exit_6_without_a_login_until_the_so_pin_unlocks_it() {
    let world = world();
    for _ in 0..3 {
        list(&world, WRONG, &["--final-try"]).exits(5);
    }
    world.calls();
    for more in [&[][..], &["--final-try"]] {
        let locked = list(&world, PIN, more).exits(6);
        locked.complains("locked").complains("token unlock");
        assert_eq!(logins(&world), 0);
    }
    unlock(&world, SO_PIN, &[]).succeeds();
    list(&world, PIN, &[]).succeeds();
}

#[test]
fn the_third_wrong_try_says_that_the_pin_is_now_locked() {
    let world = world();
    list(&world, WRONG, &[]).exits(5);
    list(&world, WRONG, &[]).exits(5);
    list(&world, WRONG, &["--final-try"])
        .exits(5)
        .complains("now locked");
}

#[test]
fn a_token_that_shows_no_flags_is_not_believed_to_have_tries_left() {
    let world = world();
    world.control("user-tries 3\nsilent-pin-flags");
    list(&world, WRONG, &[])
        .exits(5)
        .complains("does not say how many tries are left");
    list(&world, WRONG, &[]).exits(5);
    list(&world, WRONG, &[]).exits(5);
    // tpm2-pkcs11 says so only now, to the right PIN too.
    list(&world, PIN, &[]).exits(6).complains("locked");
    assert_eq!(logins(&world), 4);
}

#[test]
fn the_so_pin_stops_at_the_first_wrong_try_where_the_user_pin_would_go_on() {
    let world = world();
    list(&world, WRONG, &[]).exits(5);
    list(&world, PIN, &[]).succeeds();

    unlock(&world, WRONG, &[]).exits(5).complains("SO PIN");
    world.calls();
    unlock(&world, SO_PIN, &[])
        .exits(6)
        .complains("nobody can unlock it")
        .complains("--final-try");
    assert_eq!((logins(&world), world.wrong_pins("so")), (0, 1));
    unlock(&world, SO_PIN, &["--final-try"]).succeeds();
    assert_eq!((logins(&world), world.wrong_pins("so")), (1, 0));
}

#[test]
fn a_locked_so_pin_is_exit_6_without_a_login() {
    let world = world();
    for _ in 0..3 {
        unlock(&world, WRONG, &["--final-try"]).exits(5);
    }
    world.calls();
    unlock(&world, SO_PIN, &["--final-try"])
        .exits(6)
        .complains("locked");
    assert_eq!((logins(&world), world.wrong_pins("so")), (0, 3));
}

#[test]
fn changing_a_pin_is_one_try_with_the_same_rules() {
    let world = world();
    let (wrong, new) = (world.pin_source_of(WRONG), world.pin_source());
    let change = [
        "token",
        "pin",
        "--pin-source",
        &wrong,
        "--new-pin-source",
        &new,
    ];
    world.tokencert(&change).exits(5);
    world.tokencert(&change).exits(5);
    assert_eq!(world.wrong_pins("user"), 2);
    world.calls();
    world.tokencert(&change).exits(6).complains("--final-try");
    let calls = world.calls();
    assert_eq!(calls.of("C_SetPIN") + calls.of("C_Login"), 0, "{calls}");
}

#[test]
fn a_pin_of_a_length_that_the_token_refuses_is_not_sent_unless_the_limits_are_nonsense() {
    let world = world();
    world.control("user-tries 3\npin-limits 6 8");
    for pin in ["12345", "123456789"] {
        list(&world, pin, &[]).exits(5).complains("6 to 8");
        assert_eq!((logins(&world), world.wrong_pins("user")), (0, 0));
    }
    // Kryoptic says 8 to 0, and 0 means that a module does not know.
    for limits in ["8 0", "0 0"] {
        world.control(&format!("user-tries 3\npin-limits {limits}"));
        list(&world, PIN, &[]).succeeds();
    }
}

#[test]
fn a_login_that_was_made_before_counts_as_made() {
    let world = world();
    world.control("fault after 1 C_Login CKR_USER_ALREADY_LOGGED_IN");
    let listed = list(&world, PIN, &["--format", "json"]).succeeds();
    assert_eq!(listed.json()["logged_in"], true);
    assert_eq!(logins(&world), 1);
}

#[test]
fn an_answer_that_is_not_about_the_pin_is_not_taken_for_one() {
    let world = world();
    // OpenSC answers so to a wrong PIN on an ePass2003, and to anything else.
    world.control("fault before 1 C_Login CKR_GENERAL_ERROR");
    list(&world, PIN, &[])
        .exits(1)
        .complains("C_Login returned CKR_GENERAL_ERROR")
        .never_says("was wrong")
        .never_says("removed");
    world.control("fault before 1 C_Login CKR_PIN_EXPIRED");
    list(&world, PIN, &[]).exits(1).complains("token pin");
    world.control("fault before 1 C_Login 0xff000024");
    list(&world, PIN, &[]).exits(1).complains("0xff000024");
    assert_eq!(logins(&world), 3);
}

#[test]
fn a_keypad_is_given_no_pin_and_a_token_without_login_is_given_none_either() {
    let world = world();
    world.control(&format!("user-tries 3\nkeypad {PIN}"));
    let listed = world.tokencert(&["list", "--login", "--format", "json"]);
    assert_eq!(listed.succeeds().json()["logged_in"], true);
    assert_eq!(logins(&world), 1);

    world.control(&format!("no-login {PIN}"));
    world.tokencert(&["list", "--login"]).succeeds();
    assert_eq!(logins(&world), 0);
}

#[test]
fn a_pin_source_is_tried_on_one_token_only() {
    let world = world();
    world.token("other");
    let source = world.pin_source();
    world
        .tokencert(&["list", "--login", "--pin-source", &source])
        .exits(4)
        .complains("demo")
        .complains("other");
    assert_eq!(logins(&world), 0);
}

#[cfg(unix)]
mod at_a_terminal {
    use super::common::Terminal;
    use super::{PIN, WRONG, logins, world};

    #[test]
    fn each_further_try_is_asked_for_with_what_the_flags_say() {
        let world = world();
        let mut terminal = Terminal::run(&world, &["list", "--login"]);
        terminal.shows("user PIN of `demo`");
        terminal.types(WRONG);
        terminal.shows("tries are running low");
        terminal.shows("again, or Enter to stop");
        terminal.types(PIN);
        assert_eq!(terminal.ends().1, 0);
        assert_eq!((logins(&world), world.wrong_pins("user")), (2, 0));
    }

    #[test]
    fn the_try_before_the_lock_is_not_even_asked_for() {
        let world = world();
        let mut terminal = Terminal::run(&world, &["list", "--login"]);
        terminal.shows("user PIN of `demo`");
        terminal.types(WRONG);
        terminal.shows("again, or Enter to stop");
        terminal.types(WRONG);
        let (rest, status) = terminal.ends();
        assert_eq!(status, 5, "{rest}");
        assert!(rest.contains("one try is left"), "{rest}");
        assert_eq!((logins(&world), world.wrong_pins("user")), (2, 2));
    }

    #[test]
    fn enter_stops() {
        let world = world();
        let mut terminal = Terminal::run(&world, &["list", "--login"]);
        terminal.shows("user PIN of `demo`");
        terminal.types(WRONG);
        terminal.shows("again, or Enter to stop");
        terminal.types("");
        assert_eq!(terminal.ends().1, 5);
        assert_eq!((logins(&world), world.wrong_pins("user")), (1, 1));
    }

    #[test]
    fn a_low_count_is_said_before_the_first_try() {
        let world = world();
        super::list(&world, WRONG, &[]).exits(5);
        let mut terminal = Terminal::run(&world, &["list", "--login"]);
        terminal.shows("tries are running low");
        terminal.shows("user PIN of `demo`");
        terminal.types(PIN);
        assert_eq!(terminal.ends().1, 0);
    }
}
