//! The command line itself: help, mistakes, languages, configuration, what goes to which stream.

use crate::common::{World, run};

/// Every command with its subcommands.
const COMMANDS: [&str; 27] = [
    "issue",
    "status",
    "list",
    "show",
    "export",
    "request",
    "import",
    "delete",
    "token",
    "token list",
    "token init",
    "token pin",
    "token unlock",
    "token wait",
    "pending",
    "pending list",
    "pending abandon",
    "profile",
    "profile add",
    "integrate",
    "integrate openssl",
    "integrate ssh",
    "integrate curl",
    "integrate git",
    "integrate p11-kit",
    "completions",
    "man",
];

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('\u{3041}'..='\u{30ff}').contains(&c))
}

#[test]
fn bare_tokencert_shows_the_jobs_in_their_order() {
    let world = World::new();
    let shown = world.tokencert::<&str>(&[]).succeeds();
    let places = ["profile add", "token list", "issue", "status"].map(|job| shown.stdout.find(job));
    assert!(places.is_sorted() && places[0].is_some(), "{shown}");
    world
        .tokencert(&["--lang", "ja"])
        .succeeds()
        .says("作業の順");
}

#[test]
fn every_command_has_help_in_both_languages() {
    let world = World::new();
    for command in COMMANDS {
        let arguments = |language| -> Vec<&str> {
            command
                .split(' ')
                .chain(["--help", "--lang", language])
                .collect()
        };
        let english = world
            .tokencert(&arguments("en"))
            .succeeds()
            .says("Usage: tokencert");
        assert!(!is_japanese(&english.stdout), "{english}");
        let japanese = world
            .tokencert(&arguments("ja"))
            .succeeds()
            .says("使い方：");
        let first = japanese.stdout.lines().next().unwrap();
        assert!(
            is_japanese(first) && japanese.stdout.contains("共通オプション"),
            "{japanese}"
        );
        for english in [
            "Options:",
            "Print help",
            "default:",
            "possible values",
            "Examples:",
        ] {
            assert!(!japanese.stdout.contains(english), "{english}\n{japanese}");
        }
    }
}

#[test]
fn common_options_work_before_and_after_the_command() {
    let world = World::with_token("demo");
    let before = world
        .tokencert(&["--token", "demo", "--format", "json", "list"])
        .succeeds();
    let after = world
        .tokencert(&["list", "--token", "demo", "--format", "json"])
        .succeeds();
    assert_eq!(before.json(), after.json());
    let between = world
        .tokencert(&["token", "--format", "json", "list"])
        .succeeds();
    assert_eq!(between.json()["tokens"][0]["label"], "demo");
}

#[test]
fn an_option_wins_over_the_environment() {
    let world = World::with_token("demo").and_env("TOKENCERT_TOKEN", "another");
    world.tokencert(&["list"]).exits(4);
    world.tokencert(&["list", "--token", "demo"]).succeeds();
    world.tokencert(&["--token", "demo", "list"]).succeeds();
    let world = world
        .and_env("TOKENCERT_TOKEN", "")
        .and_env("TOKENCERT_PIN_SOURCE", "");
    world.tokencert(&["list"]).succeeds();
}

#[test]
fn a_mistake_on_the_command_line_is_exit_2_and_says_what_was_meant() {
    let world = World::new();
    world
        .tokencert(&["lst"])
        .exits(2)
        .complains("hint: try `list`");
    world
        .tokencert(&["list", "--tokn", "x"])
        .exits(2)
        .complains("hint: try `--token`");
    world
        .tokencert(&["list", "--lang", "fr"])
        .exits(2)
        .complains("`fr`");
    world
        .tokencert(&["list", "--lang"])
        .exits(2)
        .complains("hint: possible: en, ja");
    world
        .tokencert(&["list", "--token"])
        .exits(2)
        .complains("hint: see `--help`");
    world
        .tokencert(&["show"])
        .exits(2)
        .complains("missing: <SELECTOR>");
    world
        .tokencert(&["token"])
        .exits(2)
        .complains("possible: list, init, pin");
    world
        .tokencert(&[
            "request",
            "--key",
            "dsa:1024",
            "--subject",
            "CN=x",
            "--out",
            "x",
        ])
        .exits(2)
        .complains("`dsa:1024` is not a kind of key");
    let japanese = world
        .tokencert(&["list", "--tokn", "x", "--lang", "ja"])
        .exits(2);
    japanese
        .complains("エラー：引数 `--tokn` はありません")
        .complains("ヒント：`--token`");
}

#[test]
fn the_language_is_the_option_then_the_configuration_then_the_locale() {
    let world = World::new().and_env("LC_ALL", "ja_JP.UTF-8");
    assert!(is_japanese(&world.tokencert::<&str>(&[]).succeeds().stdout));
    assert!(!is_japanese(
        &world.tokencert(&["--lang", "en"]).succeeds().stdout
    ));
    world.write("config.toml", "lang = 'en'\n");
    let configured = world.tokencert(&["--config", "config.toml"]).succeeds();
    assert!(!is_japanese(&configured.stdout));
    let overruled = world
        .tokencert(&["--config", "config.toml", "--lang", "ja"])
        .succeeds();
    assert!(is_japanese(&overruled.stdout));
}

#[test]
fn a_misspelt_key_of_the_configuration_is_an_error_with_a_suggestion() {
    let world = World::with_token("demo");
    world.write("config.toml", "token = 'demo'\nmodul = '/x'\n");
    world
        .tokencert(&["list", "--config", "config.toml"])
        .exits(2)
        .complains("unknown key `modul` on line 2; did you mean `module`?");
    world.write("config.toml", "token = 'another'\n");
    world
        .tokencert(&["list", "--config", "config.toml"])
        .exits(4)
        .complains("`another`");
    world
        .tokencert(&["list", "--config", "missing.toml"])
        .exits(1)
        .complains("missing.toml");
}

#[test]
fn a_pin_in_a_uri_on_the_command_line_is_refused_and_not_repeated() {
    let world = World::with_token("demo");
    let uri = "pkcs11:token=demo?pin-value=31415926";
    for arguments in [
        vec!["list", "--token", uri],
        vec!["show", uri],
        vec!["export", uri],
        vec!["delete", uri, "--what", "all"],
    ] {
        world
            .tokencert(&arguments)
            .exits(2)
            .complains("shows the PIN to every user")
            .never_says("31415926");
    }
    let world = world.and_env("TOKENCERT_TOKEN", uri);
    world.tokencert(&["list"]).exits(2).never_says("31415926");
    world.tokencert(&["list", "--help"]).never_says("31415926");
}

#[test]
fn a_module_is_named_by_its_absolute_path_and_must_be_there() {
    let world = World::new();
    let relative = world
        .tokencert(&["token", "list", "--module", "./libsofthsm2.so"])
        .exits(2);
    relative.complains("absolute path");
    let missing = world
        .tokencert(&["token", "list", "--module", "/nowhere/lib.so"])
        .exits(1);
    missing.complains("/nowhere/lib.so could not be loaded");
    let stranger = world.write("text.so", "no library");
    let stranger = stranger.to_str().unwrap();
    world
        .tokencert(&["token", "list", "--module", stranger])
        .exits(1)
        .complains("text.so");
}

#[test]
fn data_goes_to_standard_output_and_talk_to_standard_error_without_colour() {
    let world = World::with_token("demo");
    let listed = world.tokencert(&["list", "--format", "json"]).succeeds();
    assert!(listed.stderr.is_empty(), "{listed}");
    listed.json();
    let failed = world.tokencert(&["list", "--token", "another"]).exits(4);
    assert!(failed.stdout.is_empty(), "{failed}");
    assert!(!failed.stderr.contains('\u{1b}'), "{failed}");
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let world = World::new();
    let program = world
        .tokencert_command::<&str>(&[])
        .get_program()
        .to_owned();
    // Longer than the pipe is deep, so that writing meets the closed end for certain.
    let line = format!(
        "for i in 1 2 3; do {0} man; done | true; {0} man > >(true); {0} completions zsh | head -c 1; echo ${{PIPESTATUS[0]}}",
        program.display()
    );
    let piped = run(world.command("bash", &["-c", &line])).succeeds();
    assert!(
        piped.stdout.ends_with("0\n") && piped.stderr.is_empty(),
        "{piped}"
    );
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        world
            .tokencert(&["completions", shell])
            .succeeds()
            .says("TOKENCERT_COMPLETE");
        let mut asked = world.tokencert_command(&["--", "tokencert", "token", "un"]);
        asked.env("TOKENCERT_COMPLETE", shell);
        asked.env("_CLAP_COMPLETE_INDEX", "2");
        run(asked).succeeds().says("unlock");
    }
    world.tokencert(&["man"]).succeeds().says(".TH");
    std::fs::create_dir(world.path("man1")).unwrap();
    world
        .tokencert(&["man", "--out", "man1", "--lang", "ja"])
        .succeeds();
    for command in COMMANDS {
        let page = world.read(format!("man1/tokencert-{}.1", command.replace(' ', "-")));
        assert!(is_japanese(&page), "{command}");
    }
}

#[test]
fn profiles_are_added_listed_and_shown() {
    let world = World::new();
    world
        .tokencert(&["profile", "list"])
        .succeeds()
        .says("There is no profile.");
    let profile = "version = 1\nname = 'bank'\nauthority = 'files:/srv/requests'\n\
                   [title]\nja = '○○信用金庫'\n[support]\nname = 'ﾍﾙﾌﾟﾃﾞｽｸ'\ntelephone = '0120-000-000'\n";
    world.write("bank.toml", profile);
    world.tokencert(&["profile", "add", "bank.toml"]).succeeds();
    world
        .tokencert(&["profile", "list", "--lang", "ja"])
        .succeeds()
        .says("○○信用金庫");
    let listed = world
        .tokencert(&["profile", "list", "--format", "json"])
        .succeeds()
        .json();
    assert_eq!(listed["version"], 1);
    assert_eq!(listed["profiles"][0]["name"], "bank");
    world
        .tokencert(&["profile", "show", "bank"])
        .succeeds()
        .says("renewal_days_before = 30");
    world
        .tokencert(&["profile", "show", "bnak"])
        .exits(2)
        .complains("there are: bank");

    world.write("other.toml", profile.replace("requests", "strangers"));
    let add = ["profile", "add", "other.toml"];
    world
        .tokencert(&add)
        .exits(1)
        .complains("`--force`")
        .complains("files:/srv/requests");
    let japanese = [&add[..], &["--lang", "ja"]].concat();
    world.tokencert(&japanese).exits(1).complains("別の認証局");
    world
        .tokencert(&[&add[..], &["--force"]].concat())
        .succeeds();
    world
        .tokencert(&["profile", "add", "bank.toml", "--force"])
        .succeeds();

    world.write("wrong.toml", profile.replace("authority", "authorty"));
    let wrong = world.tokencert(&["profile", "add", "wrong.toml"]).exits(2);
    wrong.complains("did you mean `authority`?");
    // From now on every hint ends with the support desk.
    let failed = world.tokencert(&["list", "--lang", "ja"]).exits(4);
    failed.complains("お問い合わせ先：ﾍﾙﾌﾟﾃﾞｽｸ　0120-000-000");
}

#[test]
fn names_that_people_gave_are_not_taken_for_phrases_and_translated() {
    let world = World::with_token("user PIN");
    let wrong = ["list", "--token", "the request", "--lang", "ja"];
    let missing = world.tokencert(&wrong).exits(4);
    missing
        .complains("`the request`")
        .complains("`user PIN`（シリアル番号 ");
}
