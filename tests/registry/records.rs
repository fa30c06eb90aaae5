//! Records to store.

use jiff::Timestamp;
use tokencert::registry::{
    CertificateRecord, CodeRecord, ContractRecord, EventRecord, HolderId, HolderRecord,
    NoticeRecord, PermitReason, PermitRecord, PermitState, Registry, SecondFactor,
};

/// So many seconds after the time at which all these records are made.
pub(crate) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub(crate) fn contract(id: &str) -> ContractRecord {
    ContractRecord {
        id: id.to_owned(),
        institution: "1635".to_owned(),
        created: time(0),
    }
}

/// `CONTRACT` or `CONTRACT/USER`, taken as it is.
pub(crate) fn holder_id(text: &str) -> HolderId {
    let (contract, user) = match text.split_once('/') {
        Some((contract, user)) => (contract, Some(user.to_owned())),
        None => (text, None),
    };
    HolderId {
        contract: contract.to_owned(),
        user,
    }
}

pub(crate) fn holder(id: &str) -> HolderRecord {
    HolderRecord {
        id: holder_id(id),
        kana: "ﾔﾏﾀﾞ ﾀﾛｳ".to_owned(),
        name: None,
        email: None,
        pin: "$argon2id$1".to_owned(),
        confirmation_pin: "$argon2id$2".to_owned(),
        first_pins: true,
        second_factor: SecondFactor::ConfirmationPin,
        code_secret: None,
        code_step: None,
        tries: 0,
        locked: false,
        suspended: None,
        created: time(0),
    }
}

pub(crate) fn permit(id: &str, holder: &str) -> PermitRecord {
    PermitRecord {
        id: id.to_owned(),
        holder: holder_id(holder),
        issue_count: 1,
        reason: PermitReason::Registration,
        registered: time(0),
        opened: time(0),
        closes: time(86_400),
        state: PermitState::Open,
        key: None,
        code_step: None,
    }
}

pub(crate) fn code(permit: &str, digest: &str) -> CodeRecord {
    CodeRecord {
        permit: permit.to_owned(),
        digest: digest.to_owned(),
        created: time(0),
        expires: time(60),
        used: None,
    }
}

pub(crate) fn certificate(serial: &str, holder: &str) -> CertificateRecord {
    CertificateRecord {
        serial: serial.to_owned(),
        holder: holder.to_owned(),
        by_operator: false,
        issue_count: 1,
        permit: None,
        key: format!("key of {serial}"),
        der: vec![0x30, 0x00, 0xff],
        not_before: time(0),
        not_after: time(100),
        issued: time(0),
        renews: None,
        logged_in: None,
        revoked: None,
    }
}

pub(crate) fn event(subject: &str, detail: &str) -> EventRecord {
    EventRecord {
        at: time(0),
        actor: "operator".to_owned(),
        action: "holder.add".to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_owned(),
    }
}

pub(crate) fn notice(serial: &str) -> NoticeRecord {
    NoticeRecord {
        serial: serial.to_owned(),
        days: 30,
        begun: time(0),
        sent: None,
    }
}

/// Adds a contract, and its administrator as holder.
pub(crate) fn with_contract(registry: &Registry, id: &str) {
    let added = registry.transaction(|transaction| {
        transaction.add_contract(&contract(id))?;
        transaction.add_holder(&holder(id))
    });
    added.unwrap();
}
