//! A PC with tokens plugged in, on which every program finds the same before each of its runs.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tempfile::TempDir;
use tokencert::testing::SoftHsm;

use super::commands::{MAKE_KEY, Start};

pub(crate) const PIN: &str = "123456";

/// How the programs reach the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// By SoftHSM2 itself.
    Plain,
    /// Through badtoken, that counts; the memory is looked at, too.
    Counted,
    /// Through badtoken, that makes each call last [`LATENCY`].
    Slow,
}

/// What a call takes on a slow token.
pub(crate) const LATENCY: Duration = Duration::from_millis(5);

/// What a run has cost, apart from time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) calls: usize,
    pub(crate) logins: usize,
    /// The largest resident set of any of the processes, in KiB.
    pub(crate) memory: u32,
}

pub(crate) struct Desk {
    softhsm: SoftHsm,
    folder: TempDir,
    labels: Vec<String>,
}

impl Desk {
    /// Plugs in so many tokens with the same on each of them, or leaves their places empty.
    pub(crate) fn new(tokens: usize, start: Start) -> Result<Self> {
        let desk = Self {
            softhsm: softhsm()?,
            folder: tempfile::Builder::new().prefix("bench-").tempdir()?,
            labels: (1..=tokens).map(|number| format!("T{number}")).collect(),
        };
        desk.furnish()?;
        let mut manifest = "serial,subject\n".to_owned();
        for label in &desk.labels {
            desk.lay_out(label)?;
            if matches!(start, Start::NoToken) {
                continue;
            }
            let serial = desk.softhsm.init_token(label, "87654321", PIN)?;
            manifest.extend([serial.as_str(), ",CN=", label, "\n"]);
            let pins = desk.path("home/box/pins");
            write_private(&pins.join(format!("{serial}.pin")), PIN)?;
            match start {
                Start::NoToken | Start::Empty => {}
                Start::Key => desk.chain(&MAKE_KEY, label, How::Plain)?,
                Start::Objects { pairs, more } => desk.fill(label, pairs, more)?,
            }
        }
        fs::write(desk.path("home/box/box.csv"), manifest)?;
        for (name, folder) in desk.changing() {
            copy(&folder, &desk.path("kept").join(name))?;
        }
        Ok(desk)
    }

    /// The two authorities, in a folder and in files, and a database for NSS a module.
    fn furnish(&self) -> Result<()> {
        for name in [
            "home/plain",
            "home/badtoken",
            "home/box/pins",
            "runtime",
            "work",
        ] {
            fs::create_dir_all(self.path(name))?;
        }
        fs::set_permissions(
            self.path("home/box/pins"),
            fs::Permissions::from_mode(0o700),
        )?;
        let module = self.module(How::Plain)?.display().to_string();
        let badtoken = self.module(How::Counted)?.display().to_string();
        let mut lines = vec![
            "tokencert-ca init --dir ca --name Bench".to_owned(),
            "openssl req -x509 -newkey rsa:3072 -nodes -keyout ca.key -out ca.pem -subj /CN=Bench -days 30".to_owned(),
            "openssl x509 -in ca.pem -outform DER -out ca.der".to_owned(),
        ];
        if is_there("certutil") {
            for (name, module) in [("plain", module), ("badtoken", badtoken)] {
                let database = format!("-d sql:../home/{name}");
                lines.push(format!("certutil -N {database} --empty-password"));
                let add = database.replacen("-d", "-dbdir", 1);
                lines.push(format!("modutil -force -add bench -libfile {module} {add}"));
            }
        }
        for line in &lines {
            finish(line, self.command(line, Path::new("work"), How::Plain)?)?;
        }
        Ok(())
    }

    /// The work folder of one token.
    fn lay_out(&self, label: &str) -> Result<()> {
        let work = self.path("work").join(label);
        fs::create_dir(&work)?;
        write_private(&work.join("pin"), PIN)?;
        fs::write(work.join("noise"), [0x42; 64])?;
        fs::write(work.join("template"), format!("cn = \"{label}\"\n"))?;
        let openssl = "openssl_conf = init\n[init]\nengines = engines\n[engines]\npkcs11 = engine\n\
                       [engine]\nengine_id = pkcs11\nMODULE_PATH = $ENV::BENCH_MODULE\nPIN = 123456\n\
                       [req]\ndistinguished_name = name\n[name]\n";
        Ok(fs::write(work.join("openssl.cnf"), openssl)?)
    }

    fn fill(&self, label: &str, pairs: usize, more: usize) -> Result<()> {
        let mut fill = Command::new(std::env::current_exe()?);
        fill.envs(self.softhsm.command_env())
            .arg("fill")
            .arg(self.softhsm.module())
            .args([label, &pairs.to_string(), &more.to_string()])
            .arg(self.path("work"));
        finish("bench fill", fill)
    }

    /// Whether a command line ends with success here.
    pub(crate) fn succeeds(&self, line: &str) -> bool {
        let command = self.command(line, Path::new("work"), How::Plain);
        command.is_ok_and(|command| finish(line, command).is_ok())
    }

    /// Runs the lines once for each of the tokens, all tokens at once, and tells how long it took.
    pub(crate) fn run(&self, lines: &[&str], how: How) -> Result<Duration> {
        self.timed(how, || {
            thread::scope(|scope| {
                let chains: Vec<_> = self
                    .labels
                    .iter()
                    .map(|label| scope.spawn(|| self.chain(lines, label, how)))
                    .collect();
                for chain in chains {
                    chain.join().map_err(|_| anyhow!("a thread ended"))??;
                }
                Ok(())
            })
        })
    }

    /// Runs a line that works all the tokens by itself, in the folder of the manifest.
    pub(crate) fn run_box(&self, line: &str, how: How) -> Result<Duration> {
        self.timed(how, || {
            finish(line, self.command(line, Path::new("home/box"), how)?)
        })
    }

    /// Makes all as it was, then does the work.
    fn timed(&self, how: How, work: impl FnOnce() -> Result<()>) -> Result<Duration> {
        for (name, folder) in self.changing() {
            fs::remove_dir_all(&folder)?;
            copy(&self.path("kept").join(name), &folder)?;
        }
        let control = match how {
            How::Slow => format!("latency {}\n", LATENCY.as_millis()),
            How::Plain | How::Counted => String::new(),
        };
        fs::write(self.path("control"), control)?;
        let began = Instant::now();
        work()?;
        Ok(began.elapsed())
    }

    /// Runs the lines once, counted.
    pub(crate) fn cost(&self, lines: &[&str]) -> Result<Cost> {
        for name in ["calls", "memory"] {
            // There is none before the first run, and none of a program that calls nothing.
            fs::remove_file(self.path(name)).ok();
        }
        self.run(lines, How::Counted)?;
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        let memory = fs::read_to_string(self.path("memory"))?;
        let memory = memory
            .lines()
            .map(str::parse)
            .collect::<Result<Vec<u32>, _>>()?;
        Ok(Cost {
            calls: calls.lines().count(),
            logins: calls
                .lines()
                .filter(|line| line.ends_with(" C_Login"))
                .count(),
            memory: memory.into_iter().max().context("no process")?,
        })
    }

    fn chain(&self, lines: &[&str], label: &str, how: How) -> Result<()> {
        let work = Path::new("work").join(label);
        for line in lines {
            finish(
                line,
                self.command(&line.replace("TOKEN", label), &work, how)?,
            )?;
        }
        Ok(())
    }

    fn command(&self, line: &str, folder: &Path, how: How) -> Result<Command> {
        let module = self.module(how)?;
        let database = if how == How::Plain {
            "plain"
        } else {
            "badtoken"
        };
        let line = line
            .replace("MODULE", &module.display().to_string())
            .replace("HOW", database)
            .replace("PIN", PIN);
        let mut words = line.split(' ').map(OsString::from);
        let name = words.next().context("a program")?;
        let mut program = PathBuf::from(&name);
        if name == "tokencert" || name == "tokencert-ca" {
            program = std::env::current_exe()?.with_file_name(name);
        }
        let mut command = if how == How::Counted {
            // It forks from a small process, so that what is told is the program's and not ours.
            let mut time = Command::new("/usr/bin/time");
            time.args(["--append", "--format", "%M", "--output"])
                .arg(self.path("memory"))
                .arg(program);
            time
        } else {
            Command::new(program)
        };
        let home = self.path("home");
        command
            .args(words)
            .current_dir(self.folder.path().join(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").context("PATH")?)
            .env("LANG", "C.UTF-8")
            .env("XDG_RUNTIME_DIR", self.path("runtime"))
            .env("HOME", home)
            .env("TOKENCERT_MODULE", &module)
            .env("GNUTLS_PIN", PIN)
            .env("BENCH_MODULE", &module)
            .envs(self.softhsm.command_env())
            .env("BADTOKEN_MODULE", self.softhsm.module())
            .env("BADTOKEN_CONTROL", self.path("control"))
            .env("BADTOKEN_LOG", self.path("calls"));
        if line.contains("-engine pkcs11") {
            command.env("OPENSSL_CONF", "openssl.cnf");
        }
        Ok(command)
    }

    fn module(&self, how: How) -> Result<PathBuf> {
        Ok(match how {
            How::Plain => self.softhsm.module().to_owned(),
            How::Counted | How::Slow => std::env::current_exe()?.with_file_name("libbadtoken.so"),
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a run may change, and the next one is to find as it was.
    fn changing(&self) -> [(&'static str, PathBuf); 2] {
        let tokens = self.softhsm.conf().with_file_name("tokens");
        [("tokens", tokens), ("home", self.path("home"))]
    }
}

/// SoftHSM2 with its tokens in memory, where there is a folder for that.
fn softhsm() -> Result<SoftHsm> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() {
        SoftHsm::new_in(memory)?
    } else {
        SoftHsm::new()?
    })
}

/// Whether a program is installed.
fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Runs a command to its end; one that fails ends all, for what it did not do cannot be measured.
fn finish(line: &str, mut command: Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{line}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("`{line}`: {}\n{said}{stderr}", output.status);
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o600),
    )?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(fs::set_permissions(to, fs::metadata(from)?.permissions())?)
}
