//! Rule 3: how a module is initialised, shared and ended.

use tokencert::pkcs11::{ExclusiveModule, LoginPolicy, Module, TokenAccess};
use tokencert::token::{Need, TokenSelector};

use crate::bad::{Bad, pin};
use crate::common::badtoken;

#[test]
fn a_module_that_insists_on_locking_gets_it() {
    Bad::tell(|bad| {
        bad.control("insist-on-locking");
        Bad::token(&Bad::module());
    });
}

#[test]
fn a_module_that_cannot_lock_as_the_system_does_is_used_without() {
    Bad::tell(|bad| {
        bad.control("fault before 1 C_Initialize CKR_CANT_LOCK");
        Bad::token(&Bad::module());
        assert_eq!(bad.calls().of("C_Initialize"), 2);
    });
}

#[test]
fn a_module_that_wants_a_text_gets_the_one_that_was_named_and_no_other_gets_one() {
    Bad::tell(|bad| {
        bad.control("init-text configdir=/nowhere");
        assert!(ExclusiveModule::open(badtoken(), None).is_err());
        assert!(ExclusiveModule::open(badtoken(), Some("configdir=/else")).is_err());
        let text = Some("configdir=/nowhere");
        let mut module = ExclusiveModule::open(badtoken(), text).unwrap();
        module.look_afresh().unwrap();
        Bad::token(&module);
    });
}

#[test]
fn a_module_that_something_else_initialised_is_never_finalized() {
    Bad::tell(|bad| {
        // Another part of the process has loaded it by another name.
        let behind = Module::open(bad.softhsm.module()).unwrap();
        let held = behind.open(&TokenSelector::Only, Need::Read).unwrap();
        let mut module = Bad::module();
        module.look_afresh().unwrap();
        module.finalize().unwrap();
        assert_eq!(bad.calls().of("C_Finalize"), 0);
        held.contents().unwrap();
    });
}

#[test]
fn a_finalize_that_fails_is_passed_over() {
    Bad::tell(|bad| {
        bad.control("fault after 1 C_Finalize CKR_GENERAL_ERROR");
        let mut module = Bad::module();
        module.look_afresh().unwrap();
        Bad::token(&module);
    });
}

#[test]
fn a_module_without_read_only_sessions_is_read_through_others() {
    Bad::tell(|bad| {
        bad.control("no-read-only-sessions CKR_FUNCTION_FAILED");
        let module = Bad::module();
        let token = module.open(&TokenSelector::Only, Need::Read).unwrap();
        token.contents().unwrap();
    });
}

#[test]
fn a_token_that_wants_no_login_gets_none() {
    Bad::tell(|bad| {
        bad.control("no-login 123456");
        let module = Bad::module();
        let token = Bad::token(&module);
        assert!(token.is_logged_in());
        token.login(&mut pin(), LoginPolicy::default()).unwrap();
        bad.request(&token, "ec:p256");
        assert_eq!(bad.calls().of("C_Login"), 0);
    });
}

#[test]
fn what_another_process_wrote_is_seen_by_looking_afresh() {
    Bad::tell(|bad| {
        bad.control("cache-objects");
        let mut module = Bad::module();
        let token = Bad::logged_in(&module);
        let write = std::process::Command::new("pkcs11-tool")
            .args(["--login", "--pin", "123456", "--keypairgen"])
            .args(["--key-type", "EC:prime256v1", "--id", "01", "--module"])
            .arg(bad.softhsm.module())
            .envs(bad.softhsm.command_env())
            .output()
            .unwrap();
        assert!(write.status.success(), "{write:?}");
        assert_eq!(token.contents().unwrap().identities.len(), 0);
        drop(token);
        module.look_afresh().unwrap();
        let token = Bad::logged_in(&module);
        assert_eq!(token.contents().unwrap().identities.len(), 1);
    });
}
