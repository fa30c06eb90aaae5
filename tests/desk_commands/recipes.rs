//! The recipes in docs/: what the operator types is run, and says what stands there; what the user
//! types is understood.

use std::fs;
use std::path::Path;

use crate::common::{World, run};

#[test]
fn the_recipes_are_what_the_programs_do() {
    Kitchen::open("C.UTF-8").cook("docs/recipes.md");
}

#[test]
fn the_japanese_recipes_are_what_the_programs_do() {
    Kitchen::open("ja_JP.UTF-8").cook("docs/recipes.ja.md");
}

#[test]
fn both_languages_have_the_same_recipes() {
    let commands = |name: &str| -> Vec<String> {
        let steps = steps(&read(name)).into_iter();
        steps.map(|step| step.command).collect()
    };
    assert_eq!(commands("docs/recipes.md"), commands("docs/recipes.ja.md"));
}

/// A command, who types it, and what it says.
struct Step {
    user: bool,
    command: String,
    says: Vec<String>,
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut block = None;
    for line in text.lines() {
        match (line, line.strip_prefix("$ ")) {
            ("```console", _) => block = Some(false),
            ("```user", _) => block = Some(true),
            ("```", _) => block = None,
            (_, Some(command)) if block.is_some() => steps.push(Step {
                user: block == Some(true),
                command: command.to_owned(),
                says: Vec::new(),
            }),
            (line, _) if block.is_some() && line != "…" => {
                steps.last_mut().unwrap().says.push(line.to_owned());
            }
            _ => {}
        }
    }
    steps
}

/// A world with an authority, in which recipes are followed.
struct Kitchen {
    world: World,
    environment: Vec<(String, String)>,
}

impl Kitchen {
    fn open(locale: &str) -> Self {
        let world = World::new().and_env("LANG", locale).and_env("TZ", "UTC");
        world.init_authority(&[]).succeeds();
        Self {
            world,
            environment: Vec::new(),
        }
    }

    fn cook(mut self, name: &str) {
        let steps = steps(&read(name));
        assert!(steps.len() > 15, "{name} has no recipes");
        for step in &steps {
            let said = self.follow(step);
            let mut lines = said.lines();
            for expected in &step.says {
                assert!(
                    lines.any(|line| line.trim_end() == expected),
                    "{name}: {}\n-- `{expected}` is not said in\n{said}",
                    step.command
                );
            }
        }
    }

    fn follow(&mut self, step: &Step) -> String {
        if let Some(variable) = step.command.strip_prefix("export ") {
            let (name, value) = variable.split_once('=').unwrap();
            self.environment.push((name.to_owned(), value.to_owned()));
            return String::new();
        }
        if step.user {
            return self.understand(&step.command);
        }
        let mut shell = self.world.command("sh", &["-c", &step.command]);
        let program = self.world.tokencert_ca_command(&[]);
        let programs = Path::new(program.get_program()).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        shell.env("PATH", format!("{}:{path}", programs.display()));
        shell.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let said = run(shell).succeeds().stdout;
        if step.command.contains("holder add") && !step.command.contains("--user") {
            self.keep_confirmation_pin(&said);
        }
        said
    }

    /// The user's commands need the authority's server and a token: here it is enough that the
    /// program has them with these options.
    fn understand(&self, command: &str) -> String {
        let words: Vec<&str> = command.split(' ').skip(1).chain(["--help"]).collect();
        self.world.tokencert(&words).succeeds();
        String::new()
    }

    /// The administrator comes to the desk with the confirmation PIN that was told.
    fn keep_confirmation_pin(&self, said: &str) {
        let line = said.lines().nth(2).unwrap();
        let pin = line.split_whitespace().last().unwrap();
        self.world.private_file("work/confirmation", pin);
    }
}
