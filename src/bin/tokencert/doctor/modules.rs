//! Which modules there are, why, what their files are, and what they show.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tokencert::doctor::{Binary, File, Module, Outcome, ProfileSeen, Source};
use tokencert::pkcs11::ModuleSearch;

use super::child::{self, Probed};
use crate::context::Context;
use crate::modules::{by_name, search};
use crate::options::Destination;
use crate::softhsm;
use crate::software_token;
use crate::ui::Ui;

/// The modules, and the places where none was.
pub(super) fn look(
    profile: &ProfileSeen,
    all: bool,
    limit: Duration,
    context: &Context,
    ui: &Ui,
) -> (Vec<Module>, Vec<(PathBuf, Source)>) {
    let search = search();
    let (mut modules, searched) = list(profile, &search, context);
    let on_pc = context.destination() == Some(Destination::Pc);
    choose(&mut modules, all, on_pc);
    // What SoftHSM2 would show are then tokens of somebody else.
    let none_yet = on_pc && !software_token::is_configured(context);
    for module in &mut modules {
        let of_profile = profile.profile().map(|profile| &profile.module);
        module.download = of_profile.and_then(|source| source.download.clone());
        module.file = file(&module.path);
        let loadable = matches!(&module.file, File::Library(binary)
            if binary.suits(std::env::consts::OS, std::env::consts::ARCH));
        if (none_yet || !loadable) && module.outcome != Outcome::Unused {
            module.outcome = Outcome::NotLoaded;
        }
    }
    load(&mut modules, limit, context, ui);
    (modules, searched)
}

/// What is named, then what is found.
fn list(
    profile: &ProfileSeen,
    search: &ModuleSearch,
    context: &Context,
) -> (Vec<Module>, Vec<(PathBuf, Source)>) {
    let mut modules: Vec<Module> = Vec::new();
    let mut add = |path: PathBuf, source: Source| {
        let same = |module: &&mut Module| is_same(&module.path, &path);
        match modules.iter_mut().find(same) {
            Some(module) if module.sources.contains(&source) => {}
            Some(module) => module.sources.push(source),
            None => modules.push(Module::new(&path, source)),
        }
    };
    if let Some(named) = context.module_of_option() {
        let variable = std::env::var_os("TOKENCERT_MODULE");
        let of_variable = variable.is_some_and(|value| value == named.as_os_str());
        let source = if of_variable {
            Source::Environment
        } else {
            Source::Option
        };
        add(by_name(named, search), source);
    }
    if let Some(named) = context.module_of_configuration() {
        add(by_name(named, search), Source::Configuration);
    }
    let of_profile = profile.profile().and_then(|one| one.module.name.as_ref());
    if let Some(named) = of_profile {
        add(by_name(named.into(), search), Source::Profile);
    }
    let mut searched = Vec::new();
    for sighting in search.sightings() {
        let registration = sighting.registration.map(Source::Registration);
        let source = registration.unwrap_or(Source::KnownPlace);
        if sighting.there {
            add(sighting.path, source);
        } else {
            searched.push((sighting.path, source));
        }
    }
    (modules, searched)
}

/// Commands use the first one that is named, and that one only; else all that are found. For keys
/// on this computer it is one.
fn choose(modules: &mut [Module], all: bool, on_pc: bool) {
    // A profile's module is for its USB tokens.
    let named = |module: &Module| {
        let mut sources = module.sources.iter();
        sources.any(|source| source.is_named() && !(on_pc && *source == Source::Profile))
    };
    let first = modules.iter().position(named);
    let first = first.or_else(|| {
        let softhsm = |module: &Module| softhsm::is_named(&module.path);
        modules.iter().position(softhsm).filter(|_| on_pc)
    });
    for (at, module) in modules.iter_mut().enumerate() {
        let used = match first {
            Some(first) => at == first,
            None => !on_pc,
        };
        module.outcome = if used || all {
            Outcome::Answered { finalize: None }
        } else {
            Outcome::Unused
        };
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}

fn file(path: &Path) -> File {
    if !path.is_absolute() && path.components().count() > 1 {
        return File::Relative;
    }
    let mut beginning = Vec::new();
    let limit = u64::try_from(Binary::BYTES).unwrap_or(u64::MAX);
    if !path.exists() || !path.is_absolute() {
        return File::Absent;
    }
    // Nobody may ever write to a pipe of that name.
    if !path.is_file() {
        return File::NotLibrary;
    }
    let read =
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut beginning));
    match read {
        Ok(_) => Binary::read(&beginning).map_or(File::NotLibrary, File::Library),
        Err(error) => File::Unreadable(error.to_string()),
    }
}

/// Has each module that is to be used loaded, all at the same time.
fn load(modules: &mut [Module], limit: Duration, context: &Context, ui: &Ui) {
    let started = modules.iter_mut().filter_map(|module| {
        let is_used = matches!(module.outcome, Outcome::Answered { .. });
        is_used.then(|| command(&module.path, context).map(|command| (module, command)))
    });
    let commands: Result<Vec<_>, _> = started.collect();
    let commands = match commands {
        Ok(commands) => commands,
        Err(error) => {
            ui.warn_of(&tokencert::Error::reading("tokencert", error));
            return;
        }
    };
    std::thread::scope(|scope| {
        for (module, mut command) in commands {
            scope.spawn(move || {
                let Probed {
                    outcome,
                    library,
                    slots,
                } = child::probe(&mut command, limit);
                (module.outcome, module.library, module.slots) = (outcome, library, slots);
            });
        }
    });
}

fn command(module: &Path, context: &Context) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("probe").arg("--module").arg(module);
    context.hand_down(&mut command);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(sources: &[&[Source]]) -> Vec<Module> {
        let one = |(number, sources): (usize, &&[Source])| {
            let name = match sources {
                [Source::Profile] => "libeToken.so",
                _ => "libsofthsm2.so",
            };
            let path = format!("/{number}/{name}");
            let mut module = Module::new(path.as_ref(), Source::KnownPlace);
            module.sources = sources.to_vec();
            module
        };
        sources.iter().enumerate().map(one).collect()
    }

    fn used(sources: &[&[Source]], all: bool, on_pc: bool) -> Vec<usize> {
        let mut modules = modules(sources);
        choose(&mut modules, all, on_pc);
        let used = |module: &Module| module.outcome != Outcome::Unused;
        (0..modules.len())
            .filter(|at| used(&modules[*at]))
            .collect()
    }

    #[test]
    fn the_first_module_that_is_named_is_used_else_all_that_are_found() {
        let (found, option) = (&[Source::KnownPlace][..], &[Source::Option][..]);
        let profile = &[Source::KnownPlace, Source::Profile][..];
        assert_eq!(used(&[option, profile, found], false, false), [0]);
        assert_eq!(used(&[found, profile], false, false), [1]);
        assert_eq!(used(&[found, found], false, false), [0, 1]);
        assert_eq!(used(&[option, found], true, false), [0, 1]);
    }

    #[test]
    fn for_keys_on_this_computer_the_profiles_module_is_not_used() {
        let (found, profile) = (&[Source::KnownPlace][..], &[Source::Profile][..]);

        assert_eq!(used(&[profile, found], false, true), [1]);
        assert_eq!(used(&[profile], false, true), [0; 0]);
        assert_eq!(used(&[profile, &[Source::Option]], false, true), [1]);
    }
}
