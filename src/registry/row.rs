//! Between records and rows.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, Row as _, Type};

use super::record::{
    CertificateRecord, CodeRecord, ContractRecord, EventRecord, HolderId, HolderRecord,
    NoticeRecord, PermitReason, PermitRecord, PermitState, RenewalRecord, Revocation,
    RevocationReason, SecondFactor, Suspension,
};

/// A record that is read from a row.
pub(super) trait Record: Sized {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self>;
}

/// The columns of a row, by name.
pub(super) struct Fields<'r>(pub(super) &'r AnyRow);

impl<'r> Fields<'r> {
    pub(super) fn get<T>(&self, name: &str) -> sqlx::Result<T>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        self.0.try_get(name)
    }

    pub(super) fn flag(&self, name: &str) -> sqlx::Result<bool> {
        Ok(self.get::<i64>(name)? != 0)
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, name: &str) -> sqlx::Result<T> {
        let number: i64 = self.get(name)?;
        T::try_from(number).map_err(|_| unreadable(name))
    }

    pub(super) fn time(&self, name: &str) -> sqlx::Result<Timestamp> {
        self.time_if_any(name)?.ok_or_else(|| unreadable(name))
    }

    pub(super) fn time_if_any(&self, name: &str) -> sqlx::Result<Option<Timestamp>> {
        let seconds: Option<i64> = self.get(name)?;
        let time = seconds.map(Timestamp::from_second).transpose();
        time.map_err(|_| unreadable(name))
    }

    pub(super) fn word<T: Word>(&self, name: &str) -> sqlx::Result<T> {
        self.word_if_any(name)?.ok_or_else(|| unreadable(name))
    }

    pub(super) fn word_if_any<T: Word>(&self, name: &str) -> sqlx::Result<Option<T>> {
        let word: Option<&str> = self.get(name)?;
        word.map(|word| T::of_word(word).ok_or_else(|| unreadable(name)))
            .transpose()
    }

    fn holder(&self) -> sqlx::Result<HolderId> {
        let user: String = self.get("member")?;
        Ok(HolderId {
            contract: self.get("contract")?,
            user: Some(user).filter(|user| !user.is_empty()),
        })
    }
}

fn unreadable(column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds what no registry writes").into())
}

/// An enumeration that is stored as words.
pub(super) trait Word: Sized {
    fn word(self) -> &'static str;
    fn of_word(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal,)* })*) => { $(
        impl Word for $type {
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    )* };
}

pub(super) use words;

words! {
    SecondFactor { ConfirmationPin = "confirmation-pin", OneTimeCode = "one-time-code", }
    Suspension { Stopped = "stopped", Lost = "lost", }
    PermitReason { Registration = "registration", Reissue = "reissue", Expiry = "expiry", }
    PermitState { Open = "open", Bound = "bound", Issued = "issued", Closed = "closed", }
    RevocationReason {
        Lost = "lost", Stopped = "stopped", Compromised = "compromised", Reissued = "reissued",
    }
}

impl Record for ContractRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            institution: row.get("institution")?,
            created: row.time("created")?,
        })
    }
}

impl Record for HolderRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.holder()?,
            kana: row.get("kana")?,
            name: row.get("name")?,
            email: row.get("email")?,
            pin: row.get("pin")?,
            confirmation_pin: row.get("confirmation_pin")?,
            first_pins: row.flag("first_pins")?,
            second_factor: row.word("second_factor")?,
            code_secret: row.get("code_secret")?,
            code_step: row.get("code_step")?,
            tries: row.number("tries")?,
            locked: row.flag("locked")?,
            suspended: row.word_if_any("suspended")?,
            created: row.time("created")?,
        })
    }
}

impl Record for PermitRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            holder: row.holder()?,
            issue_count: row.number("issue_count")?,
            reason: row.word("reason")?,
            registered: row.time("registered")?,
            opened: row.time("opened")?,
            closes: row.time("closes")?,
            state: row.word("state")?,
            key: row.get("key_digest")?,
            code_step: row.get("code_step")?,
        })
    }
}

impl Record for CodeRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        let key: Option<String> = row.get("key_digest")?;
        Ok(Self {
            permit: row.get("permit")?,
            digest: row.get("digest")?,
            created: row.time("created")?,
            expires: row.time("expires")?,
            used: key.zip(row.time_if_any("used")?),
        })
    }
}

impl Record for CertificateRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        let revoked = row.time_if_any("revoked_at")?;
        let reason = row.word_if_any("revoked_for")?;
        Ok(Self {
            serial: row.get("serial")?,
            holder: row.get("holder")?,
            by_operator: row.flag("by_operator")?,
            issue_count: row.number("issue_count")?,
            permit: row.get("permit")?,
            key: row.get("key_digest")?,
            der: row.get("der")?,
            not_before: row.time("not_before")?,
            not_after: row.time("not_after")?,
            issued: row.time("issued")?,
            renews: row.get("renews")?,
            logged_in: row.time_if_any("logged_in")?,
            revoked: revoked
                .zip(reason)
                .map(|(at, reason)| Revocation { at, reason }),
        })
    }
}

impl Record for RenewalRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        let contract: Option<String> = row.get("contract")?;
        let holder =
            contract.map(|_| Ok::<_, sqlx::Error>((row.holder()?, row.word_if_any("suspended")?)));
        Ok(Self {
            certificate: CertificateRecord::read(row)?,
            holder: holder.transpose()?,
            is_barred: row.flag("is_barred")?,
        })
    }
}

impl Record for EventRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            at: row.time("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            detail: row.get("detail")?,
        })
    }
}

impl Record for NoticeRecord {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            serial: row.get("serial")?,
            days: row.number("days")?,
            begun: row.time("begun")?,
            sent: row.time_if_any("sent")?,
        })
    }
}

/// The one column `content` of a row.
pub(super) struct Content(pub(super) String);

impl Record for Content {
    fn read(row: &Fields<'_>) -> sqlx::Result<Self> {
        row.get("content").map(Self)
    }
}
