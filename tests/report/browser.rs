//! A headless Chromium that opens a page, told what to do through the DevTools protocol on a pipe.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What Debian calls the browser, the small one first.
const NAMES: [&str; 2] = ["chromium-headless-shell", "chromium"];

/// An open page.
pub(crate) struct Page {
    browser: Child,
    commands: File,
    answers: BufReader<File>,
    sent: u64,
    session: Option<String>,
    _folder: TempDir,
}

impl Page {
    /// Opens a file, in Japan's time zone.
    pub(crate) fn open(file: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipes = ["commands", "answers"].map(|name| folder.path().join(name));
        let made = Command::new("mkfifo").args(&pipes).status().unwrap();
        assert!(made.success());
        let folders = std::env::var_os("PATH").unwrap();
        let has =
            |name: &&str| std::env::split_paths(&folders).any(|folder| folder.join(name).exists());
        let program = NAMES.into_iter().find(has);
        let browser = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<\"$COMMANDS\" 4>\"$ANSWERS\"", "sh"])
            .arg(program.expect("Chromium, which scripts/test installs"))
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--remote-debugging-pipe", "--window-size=1200,1600"])
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .env("COMMANDS", &pipes[0])
            .env("ANSWERS", &pipes[1])
            .env("TZ", "Asia/Tokyo")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut page = Self {
            browser,
            // The shell opens them in the same order, each as soon as the other end is open.
            commands: File::options().write(true).open(&pipes[0]).unwrap(),
            answers: BufReader::new(File::open(&pipes[1]).unwrap()),
            sent: 0,
            session: None,
            _folder: folder,
        };
        let address = format!("file://{}", file.display());
        let target = page.command("Target.createTarget", &json!({ "url": address }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = page.command("Target.attachToTarget", &attach);
        page.session = attached["sessionId"].as_str().map(str::to_owned);
        // Until then it is the empty page that a tab begins with.
        let open = "location.protocol === 'file:' && document.readyState === 'complete'";
        while page.value(open) != true {
            std::thread::sleep(Duration::from_millis(20));
        }
        page
    }

    /// What an expression is in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let evaluate = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        let answer = self.command("Runtime.evaluate", &evaluate);
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// Types a text into the element that a selector finds, in place of what is there.
    pub(crate) fn types(&mut self, selector: &str, text: &str) {
        self.value(&format!("document.querySelector('{selector}').select()"));
        self.command("Input.insertText", &json!({ "text": text }));
    }

    /// What is shown of an element, as a reader would copy it.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.value(&format!("document.querySelector('{selector}').innerText"));
        text.as_str().unwrap().to_owned()
    }

    /// A picture of the page (PNG).
    pub(crate) fn screenshot(&mut self) -> Vec<u8> {
        let all = json!({ "format": "png", "captureBeyondViewport": true });
        self.bytes("Page.captureScreenshot", &all)
    }

    /// The page on paper (PDF).
    pub(crate) fn print(&mut self) -> Vec<u8> {
        self.bytes("Page.printToPDF", &json!({ "preferCSSPageSize": true }))
    }

    fn bytes(&mut self, method: &str, parameters: &Value) -> Vec<u8> {
        let answer = self.command(method, parameters);
        Base64::decode_vec(answer["data"].as_str().unwrap()).unwrap()
    }

    fn command(&mut self, method: &str, parameters: &Value) -> Value {
        self.sent += 1;
        let mut command = json!({ "id": self.sent, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        let command = format!("{command}\0");
        self.commands.write_all(command.as_bytes()).unwrap();
        loop {
            let mut answer = Vec::new();
            self.answers.read_until(0, &mut answer).unwrap();
            assert_eq!(answer.pop(), Some(0), "the browser has ended");
            let mut answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["id"] == self.sent {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].take();
            }
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.browser.kill().ok();
        self.browser.wait().ok();
    }
}
