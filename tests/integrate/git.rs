//! git signs commits with an SSH key on the token.

use std::process::Child;
use std::time::Duration;

use crate::common::{Outcome, World, run};
use crate::support::{commands, integrate, no_pin_at_home, typed, with_askpass, world_with_keys};

/// OpenSSH's agent with a socket in the world.
struct Agent {
    child: Child,
    socket: String,
}

impl Agent {
    fn start(world: &World) -> Self {
        let socket = world.path("agent").display().to_string();
        let mut command = world.command("ssh-agent", &["-D", "-a", &socket]);
        let child = command.stdout(std::process::Stdio::null()).spawn();
        let child = child.expect("install the package `openssh-client`");
        let there = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            std::path::Path::new(&socket).exists()
        });
        assert!(there, "no agent");
        Self { child, socket }
    }

    /// Runs a command line that asks the agent.
    fn with(&self, world: &World, line: &str) -> Outcome {
        let mut command = with_askpass(world, typed(world, line));
        command.env("SSH_AUTH_SOCK", &self.socket);
        run(command)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn git(world: &World, arguments: &[&str]) -> Outcome {
    run(world.command("git", arguments))
}

fn configure(world: &World) {
    for (name, value) in [("user.name", "Taro"), ("user.email", "taro@example.jp")] {
        git(world, &["config", "--global", name, value]).succeeds();
    }
}

#[test]
fn git_signs_a_commit_that_git_verifies_against_the_allowed_signers() {
    for kind in ["rsa:2048", "ec:p256"] {
        let world = world_with_keys(&[("my key", kind)]);
        configure(&world);
        let said = integrate(&world, &["git", "my key", "--write"]);
        let lines = commands(&said);
        let agent = Agent::start(&world);
        agent.with(&world, &lines[0]).succeeds();
        git(&world, &["init", "-q", "."]).succeeds();
        let commit = format!("{} -q --allow-empty -m first", lines[1]);
        agent.with(&world, &commit).succeeds();
        let good = agent.with(&world, &lines[2]).succeeds();
        good.complains("Good \"git\" signature for taro@example.jp");
        // Neither a commit without signature nor one by somebody else is good.
        let plain = ["commit", "-q", "--allow-empty", "-m", "second"];
        git(&world, &plain).succeeds();
        agent.with(&world, &lines[2]).exits(1);
        agent.with(&world, &commit).succeeds();
        let signers = world
            .home()
            .join(".config/tokencert/integrate/git_allowed_signers");
        std::fs::write(signers, "").unwrap();
        agent.with(&world, &lines[2]).exits(1);
        no_pin_at_home(&world);
    }
}

#[test]
fn settings_of_the_users_own_are_not_overruled_unless_that_is_asked_for() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    configure(&world);
    git(&world, &["config", "--global", "gpg.format", "openpgp"]).succeeds();
    let before = std::fs::read(world.home().join(".gitconfig")).unwrap();
    let warned = world.tokencert(&["integrate", "git"]).succeeds();
    warned.complains("git's `gpg.format` is openpgp now");
    world
        .tokencert(&["integrate", "git", "--write"])
        .exits(1)
        .complains("--force");
    assert_eq!(
        std::fs::read(world.home().join(".gitconfig")).unwrap(),
        before
    );
    assert!(!world.home().join(".config/tokencert/integrate").exists());
    world
        .tokencert(&["integrate", "git", "--write", "--force"])
        .succeeds();
    git(&world, &["config", "--global", "--includes", "gpg.format"])
        .succeeds()
        .says("ssh");
    git(&world, &["config", "--global", "user.name"])
        .succeeds()
        .says("Taro");
}

#[test]
fn the_users_own_file_of_allowed_signers_gets_one_more_line() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    configure(&world);
    let own = world.home().join("signers");
    std::fs::write(&own, "hanako@example.jp ssh-ed25519 AAAA").unwrap();
    let set = [
        "config",
        "--global",
        "gpg.ssh.allowedSignersFile",
        "~/signers",
    ];
    git(&world, &set).succeeds();
    let said = integrate(&world, &["git", "--write"]);
    let first = std::fs::read_to_string(&own).unwrap();
    let lines: Vec<&str> = first.lines().collect();
    assert_eq!(lines.len(), 2, "{first}");
    assert_eq!(lines[0], "hanako@example.jp ssh-ed25519 AAAA");
    assert!(lines[1].starts_with("taro@example.jp namespaces=\"git\" ecdsa-sha2-nistp256 "));
    assert_eq!(said["changes"][1]["path"], own.to_str().unwrap());
    integrate(&world, &["git", "--write"]);
    assert_eq!(std::fs::read_to_string(&own).unwrap(), first);
}

#[test]
fn without_an_address_there_is_nobody_to_sign_for() {
    let world = world_with_keys(&[("my key", "ec:p256")]);
    let missing = world.tokencert(&["integrate", "git"]).exits(2);
    missing.complains("--email");
    let said = integrate(&world, &["git", "--email", "taro@example.jp"]);
    assert!(
        said["changes"][1]["text"]
            .as_str()
            .unwrap()
            .starts_with("taro@example.jp ")
    );
    for wrong in ["taro", "*@example.jp", "a b@example.jp", "a@b,c@d"] {
        world
            .tokencert(&["integrate", "git", "--email", wrong])
            .exits(2);
    }
}
