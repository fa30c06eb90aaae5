//! Shells complete what is on the tokens now, and nobody is logged in for that.

use std::process::Command;
use std::time::Duration;

use expectrl::session::OsSession;
use expectrl::{Expect, Regex, Session};

use crate::common::{World, run};
use crate::support::{typed, world_with_keys};

const PROMPT: &str = "what now> ";

/// A shell on a terminal of its own, in which `line` has made the completions known.
fn shell(world: &World, program: &[&str], lines: &[&str]) -> OsSession {
    let mut command = typed(world, "");
    let path = command.get_envs().find(|(name, _)| *name == "PATH");
    let path = path.and_then(|(_, path)| path).unwrap().to_owned();
    command = world.command(program[0], &program[1..]);
    command
        .env("PATH", path)
        .env("TERM", "dumb")
        .env("PS1", PROMPT);
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    // The terminal of a test begins without echo, and readline then shows nothing.
    for line in ["stty echo"].iter().chain(lines) {
        session.send_line(line).unwrap();
    }
    session.send_line("echo re''ady").unwrap();
    session.expect("ready").unwrap();
    session.expect(PROMPT).unwrap();
    session
}

/// Types what a person types, presses Tab, and waits for what then stands there.
#[track_caller]
fn completes(session: &mut OsSession, typed: &str, whole: &str) {
    // What was typed before is wiped with Ctrl-U.
    session.send(format!("\u{15}{typed}\t")).unwrap();
    if let Err(error) = session.expect(whole) {
        let shown = session.expect(Regex("(?s).+"));
        let shown = shown.map(|found| String::from_utf8_lossy(found.as_bytes()).into_owned());
        panic!("`{typed}` does not become `{whole}`: {error}\n{shown:?}");
    }
}

fn bash(world: &World) -> OsSession {
    let lines = [
        "bind 'set enable-bracketed-paste off'",
        "source <(tokencert completions bash)",
    ];
    shell(world, &["bash", "--norc", "--noprofile", "-i"], &lines)
}

#[test]
fn bash_completes_tokens_and_labels_without_logging_in() {
    let world = world_with_keys(&[("payroll", "ec:p256"), ("my key", "ec:p256")]).and_counted();
    // Even where a PIN could be had.
    let pin = world.pin_source();
    let world = world.and_env("TOKENCERT_PIN_SOURCE", pin);
    world.calls();
    let mut bash = bash(&world);
    completes(&mut bash, "tokencert show --token ", "show --token usb ");
    completes(&mut bash, "tokencert show --token=u", "--token=usb ");
    completes(&mut bash, "tokencert show pay", "show payroll ");
    // Blanks are written as the shell reads them.
    completes(&mut bash, "tokencert show my", r"show my\ key ");
    completes(&mut bash, "tokencert show 'my", "show 'my key' ");
    completes(
        &mut bash,
        "tokencert --pin-source file:/x show label:pay",
        "label:payroll ",
    );
    completes(
        &mut bash,
        "tokencert integrate ssh --token usb pay",
        "usb payroll ",
    );
    completes(&mut bash, "tokencert integ", "tokencert integrate ");
    completes(&mut bash, "tokencert list --form", "list --format ");
    let calls = world.calls();
    assert!(calls.of("C_Initialize") >= 7, "{calls}");
    assert_eq!(calls.of("C_Login"), 0, "{calls}");
}

#[test]
fn bash_completes_a_token_that_was_plugged_in_a_moment_ago() {
    let world = World::with_token("first");
    let mut bash = bash(&world);
    completes(&mut bash, "tokencert list --token fi", "--token first ");
    world.token("second");
    completes(&mut bash, "tokencert list --token se", "--token second ");
    // Where it has no label of its own, a token is named by its serial number.
    let serial = world.token("first");
    let start = &serial[..serial.len() - 4];
    completes(
        &mut bash,
        &format!("tokencert list --token {start}"),
        &format!("{serial} "),
    );
}

#[test]
fn a_label_that_a_shell_would_carry_out_is_never_inserted() {
    let labels = [
        "$(touch hacked)",
        "x';touch hacked;'",
        "usb|touch hacked",
        "a & b",
    ];
    for label in labels {
        let world = World::with_token("usb2");
        let serial = world.token(label);
        let pin = world.pin_source();
        let request = [
            "request", "--token", "usb2", "--key", "ec:p256", "--label", label,
        ];
        let rest = ["--subject", "CN=x", "--out", "-", "--pin-source", &pin];
        world.tokencert(&[&request[..], &rest].concat()).succeeds();
        let ask = |words: &[&str]| {
            let words = [&["--", "tokencert", "show"], words].concat();
            let mut command = world.tokencert_command(&words);
            command.env("TOKENCERT_COMPLETE", "fish");
            run(command).succeeds()
        };
        let tokens = ask(&["--token", ""]);
        let values: Vec<&str> = tokens
            .stdout
            .lines()
            .filter_map(|line| line.split('\t').next())
            .collect();
        assert!(
            values.contains(&"usb2") && values.contains(&&*serial),
            "{tokens}"
        );
        assert!(
            !values.iter().any(|value| value.contains("touch")),
            "{tokens}"
        );
        // The key is named by its ID in place of the label.
        let keys = ask(&["--token", "usb2", ""]);
        let first = keys.stdout.split_whitespace().next().unwrap();
        assert!(first.chars().all(|c| c.is_ascii_hexdigit()), "{keys}");
    }
}

#[test]
fn zsh_completes_tokens_and_labels() {
    let world = world_with_keys(&[("payroll", "ec:p256"), ("my key", "ec:p256")]);
    let lines = [
        "unsetopt zle_bracketed_paste PROMPT_SP; unset zle_bracketed_paste",
        "autoload -U compinit && compinit -u -D",
        "source <(tokencert completions zsh)",
    ];
    let mut zsh = shell(&world, &["zsh", "-f", "-i"], &lines);
    completes(&mut zsh, "tokencert show --token u", "sb");
    completes(&mut zsh, "tokencert show pay", "roll");
    completes(&mut zsh, "tokencert show my", r"\ key");
}

#[test]
fn fish_completes_tokens_and_labels() {
    let world = world_with_keys(&[("payroll", "ec:p256"), ("my key", "ec:p256")]);
    let ask = |line: &str| {
        let script = format!("tokencert completions fish | source; complete -C '{line}'");
        let path = typed(&world, "");
        let mut command = world.command("fish", &["--no-config", "-c", &script]);
        inherit_path(&mut command, &path);
        run(command).succeeds()
    };
    ask("tokencert show --token ").says("usb");
    ask("tokencert show pay").says("payroll");
    ask("tokencert show m").says("my key");
}

fn inherit_path(command: &mut Command, from: &Command) {
    let path = from.get_envs().find(|(name, _)| *name == "PATH");
    command.env("PATH", path.and_then(|(_, path)| path).unwrap());
}

#[test]
fn what_is_no_module_completes_nothing_and_says_nothing() {
    let world = World::with_token("usb");
    let ask = |world: &World, module: &str| {
        let words = ["--", "tokencert", "show", "--module", module, "--token", ""];
        let mut command = world.tokencert_command(&words);
        command.env("TOKENCERT_COMPLETE", "fish");
        run(command).succeeds()
    };
    let module = world.softhsm().module().display().to_string();
    assert_eq!(
        ask(&world, &module).stdout.split_whitespace().next(),
        Some("usb")
    );
    let stranger = world.write("text.so", "no library").display().to_string();
    for module in ["/nowhere/lib.so", &stranger] {
        let answer = ask(&world, module);
        assert_eq!(
            (answer.stdout.as_str(), answer.stderr.as_str()),
            ("", ""),
            "{answer}"
        );
    }
}

#[test]
fn a_module_that_crashes_or_hangs_disturbs_nobody_who_presses_tab() {
    let world = world_with_keys(&[("payroll", "ec:p256")]).and_badtoken();
    let mut bash = bash(&world);
    let crashes = ["C_Initialize", "C_GetSlotList", "C_GetTokenInfo"];
    let crashes = crashes.map(|call| format!("fault before 1 {call} crash"));
    for control in crashes.iter().map(String::as_str).chain(["latency 1500"]) {
        world.control(control);
        for line in ["tokencert list --token u", "tokencert show pay"] {
            bash.send(format!("\u{15}{line}\t\u{15}echo al''ive\n"))
                .unwrap();
            let said = bash.expect("alive").unwrap();
            let said = String::from_utf8_lossy(said.before()).into_owned();
            assert!(said.contains(line), "{control}: {said}");
            for word in ["bort", "error", "usb", "payroll"] {
                assert!(!said.contains(word), "{control}: {said}");
            }
        }
        world.control("");
        completes(&mut bash, "tokencert show pay", "show payroll ");
    }
}

#[test]
fn the_authoritys_program_completes_the_tokens_of_its_module() {
    let world = World::with_token("hsm");
    let module = world.softhsm().module().display().to_string();
    let words = [
        "--",
        "tokencert-ca",
        "init",
        "--module",
        &module,
        "--token",
        "h",
    ];
    let mut command = world.tokencert_ca_command(&words);
    command.env("TOKENCERT_CA_COMPLETE", "fish");
    let answer = run(command).succeeds();
    assert_eq!(
        answer.stdout.split_whitespace().next(),
        Some("hsm"),
        "{answer}"
    );
}

#[test]
fn both_programs_have_a_script_for_every_shell() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let own = world.tokencert(&["completions", shell]).succeeds();
        own.says("TOKENCERT_COMPLETE");
        let other = world.tokencert_ca(&["completions", shell]).succeeds();
        other.says("TOKENCERT_CA_COMPLETE");
    }
    let mut command = world.command("bash", &["-n", "/dev/stdin"]);
    let script = world.tokencert(&["completions", "bash"]).stdout;
    let file = world.write("script", script);
    command.stdin(std::fs::File::open(file).unwrap());
    run(command).succeeds();
}
