//! The page, as a browser shows it.

use std::path::PathBuf;

use tokencert::finding::Report;
use tokencert::report::page::{WORDS, Words, english, write};

use crate::browser::Page;
use crate::{MARKUP, report};

fn file(folder: &tempfile::TempDir, words: &Words<'_>) -> PathBuf {
    written(folder, &report(), words)
}

fn written(folder: &tempfile::TempDir, report: &Report, words: &Words<'_>) -> PathBuf {
    let mut page = Vec::new();
    write(report, words, &mut page).unwrap();
    let path = folder.path().join("report.html");
    std::fs::write(&path, page).unwrap();
    path
}

#[test]
fn a_browser_shows_the_findings_and_hides_what_is_filtered() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = Page::open(&file(&folder, &english()));
    assert_eq!(page.text("h1"), "Audit of tokens");
    assert!(page.text("main").contains("desk-1"));
    assert_eq!(page.text("#findings h2"), "Findings (2)");
    assert!(page.text("#findings").contains("経理の専用USB"));
    assert!(page.text("#modules").contains("it crashed"));
    let due = page.text("#certificates tbody tr");
    assert!(due.starts_with("Nov 1, 2026\t-20\t"), "{due}");

    page.types("#text", "taro EXPIRED");
    assert_eq!(page.text("#findings h2"), "Findings (1 / 2)");
    assert!(!page.text("#findings").contains("window.hit"));
    assert_eq!(page.text("#certificates h2"), "Certificates (0 / 3)");
    page.types("#text", "");
    let choose = "severity.value = 'medium'; \
                  severity.dispatchEvent(new Event('input', { bubbles: true }))";
    page.value(choose);
    assert_eq!(page.text("#findings h2"), "Findings (1 / 2)");
    assert!(page.text("#findings tbody").contains("window.hit"));
}

#[test]
fn each_month_in_which_something_expires_has_a_bar_of_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = Page::open(&file(&folder, &english()));
    for (state, name) in [
        ("past", "taro"),
        ("found", "window.hit"),
        ("fine", "hanako"),
    ] {
        let title = page.value(&format!(
            "document.querySelector('svg .{state} title').textContent"
        ));
        assert!(title.as_str().unwrap().contains(name), "{title}");
    }
    assert_eq!(
        page.value("document.querySelectorAll('svg rect').length"),
        3
    );
}

#[test]
fn what_expires_in_twenty_years_is_not_said_to_expire_in_four() {
    let folder = tempfile::tempdir().unwrap();
    let mut report = report();
    let labels = "[...document.querySelectorAll('svg text')].map((one) => one.textContent).join()";
    let within = Page::open(&written(&folder, &report, &english())).value(labels);
    assert!(!within.as_str().unwrap().contains(['≥', '≤']), "{within}");
    let certificates = &mut report.tokens[0].certificates;
    certificates[0].not_after = "2020-01-01T00:00:00Z".parse().unwrap();
    certificates[1].not_after = "2046-11-21T00:00:00Z".parse().unwrap();
    let beyond = Page::open(&written(&folder, &report, &english())).value(labels);
    let beyond = beyond.as_str().unwrap();
    assert!(
        beyond.contains("≤ 11/25") && beyond.contains("≥ 10/29"),
        "{beyond}"
    );
    // The bar of the month after this one keeps its label, and this month gives way.
    assert!(
        beyond.contains("12/26") && !beyond.contains("11/26"),
        "{beyond}"
    );
}

#[test]
fn names_are_shown_and_never_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = Page::open(&file(&folder, &english()));
    assert!(
        page.text("#findings").contains(MARKUP),
        "it is shown as it is"
    );
    assert_eq!(page.value("typeof window.hit"), "undefined");
    assert_eq!(page.value("document.querySelectorAll('script').length"), 2);
    assert_eq!(page.value("document.querySelectorAll('img').length"), 0);
    assert!(!page.text("main").contains('\u{202e}'));
    // Markup that got in all the same would not run either.
    page.value(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit=1\">'); \
         const made = document.createElement('script'); made.textContent = 'window.hit = 1'; \
         document.body.append(made); new Promise(done => setTimeout(done, 200))",
    );
    assert_eq!(page.value("typeof window.hit"), "undefined");
    let fetched = page.value("fetch('https://example.com/').then(() => 'sent', () => 'refused')");
    assert_eq!(fetched, "refused");
}

#[test]
fn the_page_is_a_picture_and_fits_on_paper() {
    let folder = tempfile::tempdir().unwrap();
    let mut page = Page::open(&file(&folder, &english()));
    let picture = page.screenshot();
    page.value("document.body.remove()");
    let blank = page.screenshot();
    assert!(picture.starts_with(b"\x89PNG"));
    assert!(picture.len() > 4 * blank.len(), "{} bytes", picture.len());
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report.png");
    std::fs::write(kept, picture).unwrap();
    let mut page = Page::open(&file(&folder, &english()));
    assert!(page.print().starts_with(b"%PDF"));
}

#[test]
fn every_word_can_be_of_another_language() {
    let folder = tempfile::tempdir().unwrap();
    let words = Words {
        language: "ja",
        word: &|name| format!("訳{}", name.len()),
    };
    let mut page = Page::open(&file(&folder, &words));
    assert_eq!(page.value("document.documentElement.lang"), "ja");
    assert!(page.text("#certificates").contains("2026/11/01"));
    let shown = page.text("main");
    for (_, word) in WORDS {
        if word.contains(' ') {
            assert!(!shown.contains(word), "{word}");
        }
    }
}
