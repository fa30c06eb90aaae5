//! `tokencert inventory import`

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::files;
use tokencert::inventory::{Gathered, Imported, Inventory, MAXIMUM_REPORT_BYTES};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::text;
use crate::ui::Ui;

/// How many bytes of reports are read before they are stored together.
const BATCH_BYTES: usize = 64 * 1024 * 1024;

/// Collect reports that `tokencert audit --format json` wrote
///
/// A report counts once, however often it is imported. Of a folder, every file is taken that ends in
/// .json. A file that cannot be imported is named with the reason, and the others are imported; the
/// exit status is 1 then.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert inventory import desk-1.json desk-2.json\n  \
                  $ tokencert inventory import /srv/reports"
)]
pub(super) struct ImportArgs {
    /// Reports, or folders of reports
    #[arg(value_name = "REPORT.json", required = true)]
    reports: Vec<PathBuf>,
}

/// What became of a file.
enum Fate {
    Imported(Imported),
    Failed(Error),
}

pub(super) fn run(
    args: &ImportArgs,
    inventory: &Inventory,
    context: &Context,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let mut fates: Vec<(PathBuf, Fate)> = Vec::new();
    let mut batch: Vec<(PathBuf, Gathered)> = Vec::new();
    let mut bytes = 0;
    {
        let _progress = ui.progress(&message("progress-importing-reports"));
        for path in &args.reports {
            match reports_in(path) {
                Ok(files) => {
                    for file in files {
                        match read(&file) {
                            Ok((report, size)) => {
                                bytes += size;
                                batch.push((file, report));
                            }
                            Err(error) => fates.push((file, Fate::Failed(error))),
                        }
                        if bytes >= BATCH_BYTES {
                            store(&mut batch, inventory, context, &mut fates)?;
                            bytes = 0;
                        }
                    }
                }
                Err(error) => fates.push((path.clone(), Fate::Failed(error))),
            }
        }
        store(&mut batch, inventory, context, &mut fates)?;
    }
    tell(&fates, context, ui)
}

/// The file, or the reports in a folder: no command line of Windows names them one by one.
fn reports_in(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let reading = |error| Error::reading(path, error);
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(reading)? {
        let file = entry.map_err(reading)?.path();
        let ending = file
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("json"));
        if ending && file.is_file() {
            found.push(file);
        }
    }
    if found.is_empty() {
        return Err(Error::ReportUnusable {
            path: sanitized(&path.display().to_string()),
            reason: "the folder holds no file that ends in .json".to_owned(),
        });
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<(Gathered, usize), Error> {
    let bytes = files::read(path, MAXIMUM_REPORT_BYTES)?;
    let report = Gathered::read(&path.display().to_string(), &bytes)?;
    Ok((report, bytes.len()))
}

fn store(
    batch: &mut Vec<(PathBuf, Gathered)>,
    inventory: &Inventory,
    context: &Context,
    fates: &mut Vec<(PathBuf, Fate)>,
) -> Result<(), Error> {
    let (paths, reports): (Vec<_>, Vec<_>) = std::mem::take(batch).into_iter().unzip();
    let imported = inventory.import(&reports, context.now())?;
    let imported = imported.into_iter().map(Fate::Imported);
    fates.extend(paths.into_iter().zip(imported));
    Ok(())
}

fn tell(fates: &[(PathBuf, Fate)], context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    for (path, fate) in fates {
        match fate {
            Fate::Imported(imported) => {
                warn(&path.display().to_string(), imported, context, ui)?;
            }
            Fate::Failed(error) => {
                ui.error_of(error);
                exit = Exit::Failed;
            }
        }
    }
    if context.json() {
        let reports: Vec<Value> = fates.iter().map(|(path, fate)| told(path, fate)).collect();
        ui.json(&json!({ "version": 1, "reports": reports }))?;
        return Ok(exit);
    }
    let imported = fates.iter().filter_map(|(_, fate)| match fate {
        Fate::Imported(imported) => Some(imported),
        Fate::Failed(_) => None,
    });
    let (already, new): (Vec<_>, Vec<_>) = imported.partition(|imported| imported.already);
    let tokens: usize = new.iter().map(|imported| imported.tokens).sum();
    let summary = message("inventory-imported").count("reports", new.len());
    let summary = summary
        .count("tokens", tokens)
        .count("already", already.len());
    let failed = fates.len() - new.len() - already.len();
    ui.say(&summary.count("failed", failed))?;
    Ok(exit)
}

/// Warns of what is odd about a report that was imported.
pub(super) fn warn(
    name: &str,
    imported: &Imported,
    context: &Context,
    ui: &Ui,
) -> Result<(), Failure> {
    let zone = context.zone(ui)?;
    let name = sanitized(name);
    if let (Some(time), false) = (imported.ahead, imported.already) {
        let ahead = message("report-from-future").with("report", &name);
        ui.warn(&ahead.with("time", text::instant(time, &zone, ui)));
    }
    if imported.unknown > 0 {
        let unknown = message("report-unknown-rules").with("report", &name);
        ui.warn(&unknown.count("count", imported.unknown));
    }
    for token in &imported.reappeared {
        let seen = message("token-reappeared").with("token", ui.phrase(&token.identity));
        let seen = seen.with("mark", super::words::mark(token.mark, ui));
        ui.warn(&seen.with("host", sanitized(&token.host)));
    }
    Ok(())
}

fn told(path: &Path, fate: &Fate) -> Value {
    let file = path.display().to_string();
    match fate {
        Fate::Imported(imported) => json!({
            "file": file,
            "outcome": if imported.already { "already" } else { "imported" },
            "tokens": imported.tokens,
            "ahead": imported.ahead,
            "unknown": imported.unknown,
            "reappeared": imported.reappeared,
            "error": null,
        }),
        Fate::Failed(error) => json!({
            "file": file,
            "outcome": "failed",
            "tokens": null,
            "ahead": null,
            "unknown": null,
            "reappeared": [],
            "error": error.to_string(),
        }),
    }
}
