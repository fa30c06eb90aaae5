//! How long a login takes, beside the one signature that no login can do without.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use jiff::Timestamp;
use secrecy::SecretString;
use tokencert::authority::{LoginService as _, Present};
use tokencert::est::{Clock, EstLogin, Network, Trust};
use tokencert::key::SigningKey as _;
use tokencert::pkcs11::KeyOrder;
use tokencert::testing::SoftHsm;
use tokencert::token::Need;
use tokencert::{KeyId, LoginPolicy, Module, Pin, RequestTemplate};

use crate::authority::Account;
use crate::http::{Credentials, Server};
use crate::now;

const TIMES: u32 = 40;

const PIN: &str = "123456";

/// The same in a child, which finds a token of its own; prints both times in milliseconds.
pub(crate) fn in_child(server: &Server, account: &Account) -> Result<String> {
    let softhsm = SoftHsm::new()?;
    softhsm.init_token("bench", "87654321", PIN)?;
    let output = Command::new(std::env::current_exe()?)
        .envs(softhsm.command_env())
        .arg("login")
        .arg(softhsm.module())
        .arg(server.address.to_string())
        .args([&account.user_name, &account.pin, &account.password])
        .arg(server.authority.to_pem()?)
        .output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Makes a key on the token, acquires a certificate for it, and logs in with it again and again.
pub(crate) fn measure(module: &str, server: &Server, account: &Account) -> Result<String> {
    let module = Module::open(Path::new(module))?;
    let token = module.token(&"bench".parse()?, Need::Write)?;
    token.login(&mut Pin::new(PIN.to_owned()), LoginPolicy::default())?;
    let order = KeyOrder::new("ec:p256".parse()?, KeyId::from([1; 16]), "bench");
    let key = token.generate(&order, now())?.key;
    let csr = RequestTemplate::new("CN=x").sign(&key, key.scheme())?;
    let who = Credentials::Account(&account.user_name, &account.password);
    let runtime = tokio::runtime::Runtime::new()?;
    let certificate = runtime.block_on(server.enrol(&csr, &who))?;
    let present = Present {
        certificate: &certificate,
        chain: &[],
        key: &key,
    };
    let pin = SecretString::from(account.pin.clone());
    let login = milliseconds(|| {
        let network = Network {
            clock: Box::new(SystemClock),
            notes: Box::new(drop),
            proxy: None,
        };
        let trust = Trust::Certificates(vec![server.authority.as_ref().clone()]);
        let url = format!("https://localhost:{}", server.address.port());
        EstLogin::new(&url, trust, network)?.log_in(&present, None, &pin)?;
        Ok(())
    })?;
    let signature = milliseconds(|| {
        key.sign(key.scheme(), b"a message")?;
        Ok(())
    })?;
    Ok(format!(
        "login with an ec:p256 key on a token: {login:.1} ms, beside one signature of it: {signature:.1} ms"
    ))
}

fn milliseconds(mut act: impl FnMut() -> Result<()>) -> Result<f64> {
    let began = Instant::now();
    for _ in 0..TIMES {
        act()?;
    }
    Ok(began.elapsed().as_secs_f64() * 1000.0 / f64::from(TIMES))
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn wait(&mut self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
