//! The programs on a real terminal: prompts without echo, choices, Ctrl-C.

use crate::common::{PIN, SO_PIN, Terminal, World};
use expectrl::{ControlCode, Expect};

#[test]
fn the_pin_is_asked_for_without_echo() {
    let world = World::with_token("demo");
    let mut terminal = Terminal::run(&world, &["list", "--login"]);
    let asked = terminal.shows("user PIN of `demo`");
    assert!(asked.is_empty(), "{asked}");
    terminal.types(PIN);
    let (rest, status) = terminal.ends();
    assert!(
        status == 0 && rest.contains("The token is empty."),
        "{rest}"
    );
    assert!(!rest.contains(PIN), "{rest}");
}

#[test]
fn after_a_wrong_pin_another_try_is_the_users_choice() {
    let world = World::with_token("demo").and_counted();
    let mut terminal = Terminal::run(&world, &["list", "--login", "--lang", "ja"]);
    terminal.shows("USBのPIN");
    terminal.types("00000000");
    terminal.shows("USBのPINが違います。");
    terminal.shows("残り回数が少なくなっています");
    terminal.shows("もう一度USBのPIN");
    terminal.types(PIN);
    assert_eq!(terminal.ends().1, 0);
    assert_eq!(world.calls().of("C_Login"), 2);

    let mut terminal = Terminal::run(&world, &["list", "--login"]);
    terminal.shows("user PIN");
    terminal.types("00000000");
    terminal.shows("or Enter to stop");
    terminal.types("");
    let (rest, status) = terminal.ends();
    assert!(
        status == 5 && rest.contains("the user PIN of `demo`"),
        "{rest}"
    );
    assert_eq!(world.calls().of("C_Login"), 1);
}

#[test]
fn an_empty_pin_is_not_sent_to_the_token() {
    let world = World::with_token("demo").and_counted();
    let mut terminal = Terminal::run(&world, &["list", "--login"]);
    terminal.shows("user PIN of");
    terminal.types("");
    assert_eq!(terminal.ends().1, 2);
    assert_eq!(world.calls().of("C_Login"), 0);
}

#[test]
fn a_pin_source_is_used_once_even_on_a_terminal() {
    let world = World::with_token("demo").and_counted();
    let wrong = world.pin_source_of("00000000");
    let (rest, status) = Terminal::run(&world, &["list", "--pin-source", &wrong]).ends();
    assert_eq!(status, 5, "{rest}");
    assert_eq!(world.calls().of("C_Login"), 1);
}

#[test]
fn ctrl_c_at_the_pin_prompt_is_130_and_leaves_the_terminal_as_it_was() {
    let world = World::with_token("demo");
    let program = world
        .tokencert_command::<&str>(&[])
        .get_program()
        .to_owned();
    let line = format!(
        "stty echo; stty -g > before; env --default-signal=INT {} list --login; echo status=$?; stty -g > after",
        program.display()
    );
    let mut terminal = Terminal::start(world.command("bash", &["-c", &line]));
    terminal.shows("user PIN of");
    terminal.session.send(ControlCode::EndOfText).unwrap();
    terminal.shows("status=130");
    assert_eq!(terminal.ends().1, 0);
    assert_eq!(world.read("before"), world.read("after"));
}

#[test]
fn of_several_tokens_one_is_chosen_by_its_number() {
    let world = World::new();
    world.token("one");
    world.token("two");
    let mut terminal = Terminal::run(&world, &["list"]);
    terminal.shows("Several tokens are there:");
    let options = terminal.shows("Number (1 to 2");
    terminal.types("3");
    terminal.shows("`3` is not one of the numbers");
    terminal.shows("Number (1 to 2");
    terminal.types("2");
    let (rest, status) = terminal.ends();
    let second = options.split("  2  ").nth(1).unwrap().trim();
    assert!(status == 0 && rest.contains(second), "{options}\n{rest}");

    let mut terminal = Terminal::run(&world, &["list"]);
    terminal.shows("Number");
    terminal.types("");
    assert_eq!(terminal.ends().1, 4);
}

#[test]
fn after_a_choice_the_token_is_looked_at_afresh_under_its_lock() {
    let world = World::new();
    world.token("one");
    world.token("two");
    let world = world.and_counted();
    let pin = world.pin_source();
    let request = ["request", "--key", "ec:p256", "--subject", "CN=x"];
    let request = [&request[..], &["--out", "x.csr", "--pin-source", &pin]].concat();
    let mut terminal = Terminal::run(&world, &request);
    terminal.shows("Number (1 to 2");
    terminal.types("1");
    assert_eq!(terminal.ends().1, 0);
    assert_eq!(world.calls().of("C_Initialize"), 2);
}

#[test]
fn a_new_token_gets_pins_that_were_typed_twice() {
    let world = World::new();
    let listed = world
        .tokencert(&["token", "list", "--format", "json"])
        .json();
    let slot = listed["tokens"][0]["slot"].to_string();
    let mut terminal = Terminal::run(
        &world,
        &["token", "init", "--slot", &slot, "--label", "new"],
    );
    terminal.shows("New SO PIN");
    terminal.types(SO_PIN);
    terminal.shows("The same SO PIN once more");
    terminal.types("87654322");
    terminal.shows("not the same");
    for question in ["New SO PIN", "The same SO PIN"] {
        terminal.shows(question);
        terminal.types(SO_PIN);
    }
    for question in ["New user PIN", "The same user PIN"] {
        terminal.shows(question);
        terminal.types(PIN);
    }
    let (rest, status) = terminal.ends();
    assert!(status == 0 && rest.contains("Initialised `new`"), "{rest}");
    world
        .tokencert(&["list", "--pin-source", &world.pin_source()])
        .succeeds();
}

#[test]
fn deleting_asks_for_the_serial_number() {
    let world = World::new();
    let serial = world.token("demo");
    let pin = world.pin_source();
    let request = [
        "request",
        "--key",
        "ec:p256",
        "--subject",
        "CN=x",
        "--out",
        "-",
    ];
    world
        .tokencert(&[&request[..], &["--pin-source", &pin]].concat())
        .succeeds();
    let delete = ["delete", "x", "--what", "all", "--pin-source", &pin];
    let mut terminal = Terminal::run(&world, &delete);
    terminal.shows("Type its serial number");
    terminal.types("something else");
    assert_eq!(terminal.ends().1, 2);
    let mut terminal = Terminal::run(&world, &delete);
    terminal.shows("Type its serial number");
    terminal.types(&serial);
    assert_eq!(terminal.ends().1, 0);
    world
        .tokencert(&["list", "--pin-source", &pin])
        .succeeds()
        .says("The token is empty.");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let world = World::with_token("demo");
    let shown = |world: &World| {
        Terminal::run(world, &["list", "--token", "another"])
            .ends()
            .0
    };
    assert!(shown(&world).contains("\u{1b}[1;31merror: "));
    let plain = shown(&world.and_env("NO_COLOR", "1"));
    assert!(!plain.contains('\u{1b}'), "{plain}");
}

#[test]
fn nothing_of_a_pin_is_in_the_command_line_of_the_process() {
    let world = World::with_token("demo");
    let mut terminal = Terminal::run(&world, &["list", "--login"]);
    terminal.shows("user PIN of");
    let process = terminal.session.get_process().pid();
    let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    terminal.types(PIN);
    assert_eq!(terminal.ends().1, 0);
    assert!(!String::from_utf8_lossy(&line).contains(PIN));
}
