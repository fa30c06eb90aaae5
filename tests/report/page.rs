//! The page, as a browser shows it.

use std::path::PathBuf;

use tokencert::report::page::{WORDS, Words, english, write};

use crate::browser::Page;
use crate::{MARKUP, report};

fn file(folder: &tempfile::TempDir, words: &Words<'_>) -> PathBuf {
    let mut page = Vec::new();
    write(&report(), words, &mut page).unwrap();
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
