//! What the jobs of a token cost, beside the same jobs by the programs of others.

mod commands;
mod desk;
mod fill;

use std::time::Duration;

use anyhow::{Context, Result};

use crate::page::{Section, Table, commit, machine, version};
use commands::{BOX_OF_EC, ISSUE_EC, JOBS, Job, Program, Start};
use desk::{Cost, Desk, How, LATENCY};

pub(crate) use fill::fill;

/// How often each program does each job, if that does not take too long.
const RUNS: usize = 7;

/// No more runs of a program after these took as long as this.
const LONG: Duration = Duration::from_secs(20);

/// A run that must last longer than this is left out.
const TOO_LONG: Duration = Duration::from_mins(1);

/// How many tokens are worked at once.
const BOX: usize = 8;

const ABOUT: &str = "\
Every program works the same tokens of SoftHSM2, which are put back as they were before each run; the programs take turns. The tokens are kept in
memory (`/dev/shm`): what a real one stores is no work for the PC's disk. All else that a program writes is on the disk. `ms` is the wall
time of all the commands that the job takes, directly on SoftHSM2: the median, the least in parentheses, and how many times ours.
The calls are counted by `badtoken` in front of it, which also makes each of them last 5 ms for the column that says so. The peak is that of the
largest process. `tests/bench/src/tokens/commands.rs` has the command lines.

`tokencert request` and `certutil -R` make the key pair and its request in one, so their key pairs are with a request. To issue is to make
a key pair and a request, to have it signed by an authority on the same PC, and to store the certificate and its root: `tokencert` with the key of
its authority on a token as well, and it checks afterwards that the key on the token is that of the certificate; the others' chains have `openssl`
sign with a key in a file, and check nothing. The time to make an RSA key varies by itself.

Eight tokens are plugged in together, one is plugged in alone. `tokencert issue --manifest` works those that are there by itself, a process
each; of the other commands and chains eight run side by side: `fails` where one of them ended with an error.";

/// The times of some runs.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn sum(&self) -> Duration {
        self.0.iter().sum()
    }

    fn wants_more(&self) -> bool {
        self.0.len() < RUNS && self.sum() < LONG
    }

    fn least(&self) -> Option<f64> {
        self.0.iter().min().map(milliseconds)
    }

    fn median(&self) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort();
        let upper = sorted.get(sorted.len() / 2)?;
        let lower = sorted.get((sorted.len() - 1) / 2)?;
        Some(f64::midpoint(milliseconds(lower), milliseconds(upper)))
    }

    /// Median and least, and how much more than another median that is.
    fn cell(&self, beside: Option<&Self>) -> String {
        let (Some(median), Some(least)) = (self.median(), self.least()) else {
            return format!("over {} s", TOO_LONG.as_secs());
        };
        let beside = beside.and_then(Self::median);
        let times = beside.map(|beside| format!(" ×{:.2}", median / beside));
        format!("{median:.1} ({least:.1}){}", times.unwrap_or_default())
    }
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What one program's way to do a job has cost.
struct Measured {
    program: Program,
    lines: &'static [&'static str],
    cost: Cost,
    plain: Times,
    slow: Times,
}

impl Measured {
    /// Whether a run at the latency is to be made at all.
    fn is_bearable(&self) -> bool {
        u32::try_from(self.cost.calls).is_ok_and(|calls| LATENCY * calls < TOO_LONG)
    }
}

/// Measures all jobs; prints as it goes, for it takes a quarter of an hour.
pub(crate) fn measure() -> Result<Section> {
    let programs = installed()?;
    let mut jobs = Table::new(&[
        "job",
        "program",
        "`C_` calls",
        "logins",
        "ms",
        "ms at 5 ms a call",
        "peak MiB",
    ])?;
    let mut notes = Vec::new();
    for job in JOBS {
        let desk = Desk::new(1, job.start)?;
        let measured = on_desk(&desk, job, &programs)?;
        let ours = measured.first().context("tokencert does every job")?;
        for one in &measured {
            jobs.row(&row(job, one, ours))?;
        }
        if let Some(goal) = job.goal {
            let calls = ours.cost.calls;
            notes.push(format!(
                "{}: {calls} calls, the goal is {goal} or fewer",
                job.name
            ));
        }
    }
    let mut several = Table::new(&["issue, ec:p256", "1 token, ms", "8 tokens, ms"])?;
    for how in [How::Plain, How::Slow] {
        let goals = side_by_side(how, &programs, &mut several)?;
        notes.extend(goals.into_iter().filter(|_| how == How::Slow));
    }
    Ok(Section {
        title: "Tokens",
        text: about(&programs)?,
        tables: vec![jobs, several],
        notes,
    })
}

/// The programs that are there and can do what is measured.
fn installed() -> Result<Vec<Program>> {
    let desk = Desk::new(0, Start::NoToken)?;
    let mut programs = Program::ALL.to_vec();
    programs.retain(|program| desk.succeeds(program.probe()));
    Ok(programs)
}

/// Has each program do the job, by turns.
fn on_desk(desk: &Desk, job: &Job, programs: &[Program]) -> Result<Vec<Measured>> {
    let mut all = Vec::new();
    for (program, lines) in job.by {
        if programs.contains(program) {
            all.push(Measured {
                program: *program,
                lines,
                cost: desk.cost(lines)?,
                plain: Times::default(),
                slow: Times::default(),
            });
        }
    }
    for _ in 0..RUNS {
        for one in &mut all {
            if one.plain.wants_more() {
                one.plain.0.push(desk.run(one.lines, How::Plain)?);
            }
            if one.is_bearable() && one.slow.wants_more() {
                one.slow.0.push(desk.run(one.lines, How::Slow)?);
            }
        }
    }
    Ok(all)
}

fn row(job: &Job, one: &Measured, ours: &Measured) -> [String; 7] {
    let theirs = one.program != ours.program;
    #[expect(clippy::cast_precision_loss, reason = "they are small")]
    let more = one.cost.calls as f64 / ours.cost.calls as f64;
    let more = (theirs && more.is_finite()).then(|| format!(" ×{more:.2}"));
    [
        job.name.to_owned(),
        one.program.name().to_owned(),
        format!("{}{}", one.cost.calls, more.unwrap_or_default()),
        one.cost.logins.to_string(),
        one.plain.cell(theirs.then_some(&ours.plain)),
        one.slow.cell(theirs.then_some(&ours.slow)),
        format!("{:.1}", f64::from(one.cost.memory) / 1024.0),
    ]
}

/// A program's way to issue for all the tokens that are plugged in.
struct Way {
    name: String,
    lines: Lines,
    one: Times,
    /// None once it failed.
    eight: Option<Times>,
}

/// The commands of each token, all tokens at once; or one command for all of them.
enum Lines {
    OfEach(&'static [&'static str]),
    OfAll(&'static str),
}

impl Way {
    fn new(name: impl Into<String>, lines: Lines) -> Self {
        Self {
            name: name.into(),
            lines,
            one: Times::default(),
            eight: Some(Times::default()),
        }
    }

    fn is_ours(&self) -> bool {
        self.name.starts_with("tokencert")
    }

    fn run(&self, desk: &Desk, how: How) -> Result<Duration> {
        match self.lines {
            Lines::OfEach(lines) => desk.run(lines, how),
            Lines::OfAll(line) => desk.run_box(line, how),
        }
    }
}

/// Issues for one token that is plugged in alone, and for eight that are plugged in together.
fn side_by_side(how: How, programs: &[Program], table: &mut Table) -> Result<Vec<String>> {
    let alone = Desk::new(1, ISSUE_EC.start)?;
    let together = Desk::new(BOX, ISSUE_EC.start)?;
    let installed = |(program, _): &&(Program, _)| programs.contains(program);
    let by = ISSUE_EC.by.iter().filter(installed);
    let mut all = vec![Way::new("tokencert --manifest", Lines::OfAll(BOX_OF_EC))];
    all.extend(by.map(|(program, lines)| Way::new(program.name(), Lines::OfEach(lines))));
    for _ in 0..RUNS {
        for way in &mut all {
            if !way.eight.as_ref().is_some_and(Times::wants_more) {
                continue;
            }
            let (one, ours) = (way.run(&alone, how)?, way.is_ours());
            way.one.0.push(one);
            match (way.run(&together, how), way.eight.as_mut()) {
                (Ok(time), Some(times)) => times.0.push(time),
                (Err(error), _) if ours => return Err(error),
                _ => way.eight = None,
            }
        }
    }
    let latency = match how {
        How::Slow => ", at 5 ms a call",
        How::Plain | How::Counted => "",
    };
    let mut notes = Vec::new();
    for way in &all {
        let (name, one, eight) = (&way.name, &way.one, &way.eight);
        table.row(&[
            format!("{name}{latency}"),
            one.cell(None),
            match eight {
                Some(eight) => eight.cell(Some(one)),
                None => "fails".to_owned(),
            },
        ])?;
        let eight = eight.as_ref().and_then(Times::median);
        if let (true, Some(one), Some(eight)) = (way.is_ours(), one.median(), eight) {
            let times = eight / one;
            notes.push(format!(
                "`{name}`: 8 tokens take {times:.2} times what 1 takes{latency}, the goal is less than 1.5"
            ));
        }
    }
    Ok(notes)
}

/// What the tables show, and what was there.
fn about(programs: &[Program]) -> Result<String> {
    let mut versions = vec![format!("SoftHSM2 {}", version("softhsm2"))];
    let mut absent = Vec::new();
    for program in Program::ALL {
        let version = match program {
            Program::Tokencert => commit(),
            other => format!("{} {}", other.package(), version(other.package())),
        };
        let name = format!("{} ({version})", program.name());
        if programs.contains(&program) {
            versions.push(name);
        } else {
            absent.push(name);
        }
    }
    let absent = if absent.is_empty() {
        String::new()
    } else {
        format!(
            "Absent, or too old to list objects: {}.\n\n",
            absent.join(", ")
        )
    };
    Ok(format!(
        "{}With {}.\n\n{absent}{ABOUT}",
        machine()?,
        versions.join(", ")
    ))
}
