//! The transcripts of the READMEs, run as they stand, each README as one story.
//!
//! `…` stands for any text; on a line of its own, for any lines. Hexadecimal numbers (serial
//! numbers, IDs, digests) stand for others, the same one always for the same, in output and in
//! commands. A date or a time of day stands for any. A command that fails must be followed by
//! `echo $?`. `tokencert-ca serve … &` serves on a port that is free, which stands for the README's,
//! until the end of the story.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here is to fail the test"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use common::{PIN, SO_PIN, World, run};

/// The fewest digits of a hexadecimal number that differs from run to run.
const HEX_DIGITS: usize = 8;

#[test]
fn the_transcripts_of_the_readme_are_what_the_programs_say() {
    Story::in_language("C.UTF-8").tell("README.md");
}

#[test]
fn the_transcripts_of_the_japanese_readme_are_what_the_programs_say() {
    Story::in_language("ja_JP.UTF-8").tell("README.ja.md");
}

#[test]
fn both_readmes_have_the_same_commands() {
    let commands = |readme: &str| -> Vec<String> {
        let known =
            |line: &str| matches!(line.split(' ').next(), Some("tokencert" | "tokencert-ca"));
        let blocks = transcripts(&read(readme));
        let lines = blocks.into_iter().map(|step| step.command);
        lines
            .filter(|line| known(line))
            .map(|line| verbs(&line))
            .collect()
    };
    assert_eq!(commands("README.md"), commands("README.ja.md"));
}

/// A command line up to its first option or value.
fn verbs(line: &str) -> String {
    let word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let words = line
        .split(' ')
        .take_while(|it| word(it) && !it.starts_with("--"));
    words.collect::<Vec<_>>().join(" ")
}

/// A command of a README with the output that follows it.
struct Step {
    line: usize,
    command: String,
    output: Vec<String>,
}

/// The commands of all `console` blocks.
fn transcripts(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (index, line) in readme.lines().enumerate() {
        match (line, line.strip_prefix("$ "), steps.last_mut()) {
            ("```console", ..) => inside = true,
            ("```", ..) => inside = false,
            _ if !inside => {}
            (_, Some(command), _) => steps.push(Step {
                line: index + 1,
                command: command.to_owned(),
                output: Vec::new(),
            }),
            (_, None, Some(step)) => step.output.push(line.trim_end().to_owned()),
            (_, None, None) => panic!("line {}: output without a command", index + 1),
        }
    }
    steps
}

/// A folder in which a README's commands are run one after the other.
struct Story {
    world: World,
    environment: Vec<(String, String)>,
    /// What the README's hexadecimal numbers are in this run.
    numbers: BTreeMap<String, String>,
    server: Option<Server>,
    status: i32,
}

/// The server of a story, and its port there and in this run.
struct Server {
    process: Child,
    port: (String, String),
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Story {
    /// The folder that the READMEs tell of.
    fn in_language(locale: &str) -> Self {
        let world = World::with_token("demo")
            .and_env("LANG", locale)
            .and_env("TZ", "UTC")
            .and_env("TOKENCERT_PIN_SOURCE", "file:pin");
        for (name, pin) in [("pin", PIN), ("so-pin", SO_PIN), ("new-pin", "654321")] {
            world.private_file(&format!("work/{name}"), pin);
        }
        world.init_authority(&[]).succeeds();
        world.write("stranger.pem", read("fixtures/stranger.pem"));
        let authority = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3652 \
            -keyout other-ca.key -out other-ca.pem -subj";
        let mut arguments: Vec<&str> = authority.split_whitespace().collect();
        arguments.push("/O=Other/CN=Other CA");
        world.openssl(&arguments).succeeds();
        Self {
            world,
            environment: Vec::new(),
            numbers: BTreeMap::new(),
            server: None,
            status: 0,
        }
    }

    fn tell(mut self, readme: &str) {
        let steps = transcripts(&read(readme));
        assert!(steps.len() > 10, "{readme} has no transcripts");
        for step in &steps {
            let place = format!("{readme}:{}: {}", step.line, step.command);
            assert!(
                self.status == 0 || step.command == "echo $?",
                "the command before {place} ended with {}, which no `echo $?` shows",
                self.status
            );
            let output = self.run(&step.command);
            let said: Vec<&str> = output.lines().map(str::trim_end).collect();
            let expected: Vec<&str> = step.output.iter().map(String::as_str).collect();
            assert!(
                self.fits_lines(&expected, &said),
                "{place}\n-- in the README\n{}\n-- in truth\n{output}",
                expected.join("\n")
            );
        }
        assert_eq!(self.status, 0, "the last command of {readme}");
    }

    /// Runs a command with the README's numbers replaced, and returns all that it says.
    fn run(&mut self, command: &str) -> String {
        if let Some(variable) = command.strip_prefix("export ") {
            let (name, value) = variable.split_once('=').expect("NAME=VALUE");
            self.environment.push((name.to_owned(), value.to_owned()));
            return String::new();
        }
        if let Some(serve) = command.strip_suffix(" &") {
            return self.serve(serve);
        }
        let mut command = self
            .numbers
            .iter()
            .fold(command.to_owned(), |line, (there, here)| {
                line.replace(there, here)
            });
        if let Some(Server { port, .. }) = &self.server {
            command = command.replace(&port.0, &port.1);
        }
        let program = self.world.tokencert_command::<&str>(&[]);
        let programs = Path::new(program.get_program()).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let script = format!("exec 2>&1\n(exit {})\n{command}", self.status);
        let mut shell = self.world.command("sh", &["-c", &script]);
        shell.env("PATH", format!("{}:{path}", programs.display()));
        shell.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let outcome = run(shell);
        self.status = outcome.status.expect("no signal ends a transcript");
        match &self.server {
            Some(Server { port, .. }) => outcome.stdout.replace(&port.1, &port.0),
            None => outcome.stdout,
        }
    }

    /// Starts the README's server on a port that is free, and returns the line that it says.
    fn serve(&mut self, command: &str) -> String {
        let words: Vec<&str> = command.split(' ').collect();
        let place = words
            .iter()
            .find_map(|word| word.strip_prefix("127.0.0.1:"));
        let there = format!(":{}", place.expect("ADDRESS:PORT"));
        let arguments = command.replace(&there, ":0");
        let arguments: Vec<&str> = arguments.split(' ').skip(1).collect();
        let mut serve = self.world.tokencert_ca_command(&arguments);
        let mut process = serve.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut said).unwrap();
        let (_, after) = said.split_once("localhost:").expect("an address");
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap();
        let here = format!(":{}", &after[..digits]);
        let said = said.replace(&here, &there);
        let port = (there, here);
        self.server = Some(Server { process, port });
        said
    }

    fn fits_lines(&mut self, expected: &[&str], said: &[&str]) -> bool {
        match (expected, said) {
            ([], []) | (["…"], _) => true,
            (["…", rest @ ..], _) => {
                (0..=said.len()).any(|from| self.fits_lines(rest, &said[from..]))
            }
            ([first, rest @ ..], [line, more @ ..]) => {
                let before = self.numbers.clone();
                let fits = self.fits(first, line) && self.fits_lines(rest, more);
                if !fits {
                    self.numbers = before;
                }
                fits
            }
            _ => false,
        }
    }

    /// Compares a line, and learns what the README's numbers are in this run.
    fn fits(&mut self, expected: &str, said: &str) -> bool {
        if let Some(rest) = expected.strip_prefix('…') {
            let mut ends = said.char_indices().map(|(at, _)| at).chain([said.len()]);
            let before = self.numbers.clone();
            return ends.any(|at| {
                self.numbers.clone_from(&before);
                self.fits(rest, &said[at..])
            });
        }
        if let Some(length) = clock(expected) {
            return clock(said) == Some(length) && self.fits(&expected[length..], &said[length..]);
        }
        let length = hexadecimal(expected);
        if length >= HEX_DIGITS {
            // A serial number that happens to begin with zeros is shorter.
            let found = hexadecimal(said);
            if found < HEX_DIGITS {
                return false;
            }
            let ((there, expected), (here, said)) =
                (expected.split_at(length), said.split_at(found));
            let known = self
                .numbers
                .entry(there.to_owned())
                .or_insert(here.to_owned());
            return known == here && self.fits(expected, said);
        }
        match (expected.chars().next(), said.chars().next()) {
            (None, None) => true,
            (Some(a), Some(b)) if a == b => {
                self.fits(&expected[a.len_utf8()..], &said[b.len_utf8()..])
            }
            _ => false,
        }
    }
}

/// How many hexadecimal digits a text begins with.
fn hexadecimal(text: &str) -> usize {
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    text.find(|c| !digit(c)).unwrap_or(text.len())
}

/// How long the date or time is that a text begins with.
fn clock(text: &str) -> Option<usize> {
    let like = |shape: &str| {
        let mut chars = text.chars();
        let fits = |wanted: char| match (wanted, chars.next()) {
            ('0', Some(c)) => c.is_ascii_digit(),
            (wanted, c) => c == Some(wanted),
        };
        shape.chars().all(fits).then_some(shape.len())
    };
    ["0000-00-00", "00:00:00", "0000年00月00日"]
        .into_iter()
        .find_map(like)
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn numbers_and_dates_are_learnt_and_all_else_is_compared() {
    let mut story = Story::in_language("C.UTF-8");
    assert!(story.fits(
        "ID 0123abcd until 2027-01-01 (…)",
        "ID ffffffff until 2030-12-31 (x)"
    ));
    assert!(!story.fits("ID 0123abcd", "ID eeeeeeee"));
    assert!(!story.fits("valid", "invalid"));
    assert!(story.fits_lines(&["…", "b", "…"], &["a", "b", "c", "d"]));
    assert!(!story.fits_lines(&["…", "b"], &["a", "b", "c"]));
    assert_eq!(story.run("echo 0123abcd; exit 3"), "ffffffff\n");
    assert_eq!(story.run("echo $?"), "3\n");
}
