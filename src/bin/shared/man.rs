//! The command `man` of both programs.

use std::path::PathBuf;

use clap::{Arg, Command, CommandFactory};
use clap_mangen::roff::{Inline, Roff, bold, roman};
use tokencert::Error;
use tokencert::files::{self, Access};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::help;
use crate::i18n::{Catalog, message};
use crate::manual;
use crate::ui::Ui;

/// The program's name.
const NAME: &str = env!("CARGO_BIN_NAME");

/// What each exit status means.
const STATUSES: &[(Exit, &str)] = &[
    (Exit::Done, "exit-done"),
    (Exit::Failed, "exit-failed"),
    (Exit::Usage, "exit-usage"),
    (Exit::Due, "exit-due"),
    (Exit::Token, "exit-token"),
    (Exit::PinWrong, "exit-pin-wrong"),
    (Exit::PinLocked, "exit-pin-locked"),
    (Exit::Refused, "exit-refused"),
    (Exit::Pending, "exit-pending"),
    (Exit::Interrupted, "exit-interrupted"),
];

/// Print the manual page, or write those of all commands into a folder
#[derive(clap::Args, Debug)]
#[command(after_help = concat!(
    "Examples:\n  $ ", env!("CARGO_BIN_NAME"), " man | man -l -\n  $ ",
    env!("CARGO_BIN_NAME"), " man --out /usr/local/share/man/man1"
))]
pub(crate) struct ManArgs {
    /// Folder to write the pages to, one for each command
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, ui: &Ui) -> Result<Exit, Failure> {
    let catalog = Catalog::new(ui.language());
    let pages = pages(&catalog).map_err(|error| Error::writing(NAME, error))?;
    match &args.out {
        Some(folder) => {
            for (name, page) in &pages {
                let path = folder.join(format!("{name}.1"));
                files::write(&path, page, Access::Public)?;
            }
        }
        None => ui.data(pages.first().map_or(&[][..], |(_, page)| page))?,
    }
    Ok(Exit::Done)
}

/// A page and its name.
type Page = (String, Vec<u8>);

/// The pages of all commands, the program's own first.
fn pages(catalog: &Catalog) -> std::io::Result<Vec<Page>> {
    let command = help::localized(crate::Cli::command(), catalog);
    let mut pages = Vec::new();
    add_pages(&command, NAME, None, catalog, &mut pages)?;
    Ok(pages)
}

fn add_pages(
    command: &Command,
    name: &str,
    above: Option<&str>,
    catalog: &Catalog,
    pages: &mut Vec<Page>,
) -> std::io::Result<()> {
    let below = command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help" && !sub.is_hide_set());
    let below: Vec<(String, &Command)> = below
        .map(|sub| (format!("{name}-{}", sub.get_name()), sub))
        .collect();
    let others = above
        .into_iter()
        .chain(below.iter().map(|(name, _)| &**name));
    pages.push((name.to_owned(), page(command, name, others, catalog)?));
    for (sub_name, sub) in &below {
        add_pages(sub, sub_name, Some(name), catalog, pages)?;
    }
    Ok(())
}

fn page<'n>(
    command: &Command,
    name: &str,
    others: impl Iterator<Item = &'n str>,
    catalog: &Catalog,
) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone())
        .title(name)
        .source(concat!(
            env!("CARGO_BIN_NAME"),
            " ",
            env!("CARGO_PKG_VERSION")
        ));
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.get_subcommands().next().is_some() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut rest = Rest {
        roff: Roff::new(),
        catalog,
    };
    rest.examples(command);
    rest.list(
        "man-exit-status",
        STATUSES
            .iter()
            .map(|(exit, key)| ((*exit as u8).to_string(), catalog.text(&message(key)))),
    );
    rest.list("man-environment", environment(command, catalog).into_iter());
    let files = manual::FILES.iter();
    let files = files.map(|(path, key)| ((*path).to_owned(), catalog.text(&message(key))));
    rest.list("man-files", files);
    let others: Vec<String> = others.map(|other| format!("{other}(1)")).collect();
    if !others.is_empty() {
        rest.heading("man-see-also");
        rest.roff.text([roman(others.join(", "))]);
    }
    page.extend(rest.roff.to_roff().into_bytes());
    Ok(translated(&page, catalog))
}

/// The variables that stand for options of a command, then those that every command heeds.
fn environment(command: &Command, catalog: &Catalog) -> Vec<(String, String)> {
    let of_option = |arg: &Arg| {
        let variable = arg.get_env()?.to_str()?.to_owned();
        let said = message("man-environment-option").with("option", arg.get_long()?);
        Some((variable, catalog.text(&said)))
    };
    let options = command.get_arguments().filter_map(of_option);
    let fixed = manual::ENVIRONMENT.iter();
    let fixed = fixed.map(|(name, key)| ((*name).to_owned(), catalog.text(&message(key))));
    options.chain(fixed).collect()
}

/// The sections that clap knows nothing of.
struct Rest<'c> {
    roff: Roff,
    catalog: &'c Catalog,
}

impl Rest<'_> {
    fn heading(&mut self, key: &str) {
        let heading = self.catalog.text(&message(key));
        self.roff.control("SH", [heading.as_str()]);
    }

    /// The examples as they are typed, line by line.
    fn examples(&mut self, command: &Command) {
        let Some(examples) = command.get_after_help().map(ToString::to_string) else {
            return;
        };
        self.heading("man-examples");
        self.roff.control("nf", []);
        let lines: Vec<Inline> = examples
            .lines()
            .skip(1)
            .map(|line| roman(format!("{}\n", line.trim_start())))
            .collect();
        self.roff.text(lines);
        self.roff.control("fi", []);
    }

    fn list(&mut self, heading: &str, entries: impl Iterator<Item = (String, String)>) {
        self.heading(heading);
        for (name, text) in entries {
            self.roff.control("TP", []);
            self.roff.text([bold(name)]);
            self.roff.text([roman(text)]);
        }
    }
}

/// The page with clap's own headings in the user's language.
fn translated(page: &[u8], catalog: &Catalog) -> Vec<u8> {
    let text = String::from_utf8_lossy(page);
    let lines = text.lines().map(|line| {
        let key = match line {
            ".SH NAME" => "man-name",
            ".SH SYNOPSIS" => "man-synopsis",
            ".SH DESCRIPTION" => "man-description",
            ".SH OPTIONS" => "man-options",
            ".SH SUBCOMMANDS" => "man-subcommands",
            _ => return format!("{line}\n"),
        };
        format!(".SH \"{}\"\n", catalog.text(&message(key)))
    });
    lines.collect::<String>().into_bytes()
}

#[cfg(test)]
#[path = "man/tests.rs"]
mod tests;
