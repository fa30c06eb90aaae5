//! The mechanisms that our jobs want, by the standard's numbers and names (PKCS#11 v3.1).

use super::Mechanisms;

macro_rules! mechanisms {
    ($($name:ident = $value:literal,)*) => {
        $(
            #[allow(dead_code, reason = "some are only told by their names")]
            pub(super) const $name: u64 = $value;
        )*

        /// The standard's name of a mechanism that has to do with our jobs.
        #[must_use]
        pub fn mechanism_name(mechanism: u64) -> Option<&'static str> {
            match mechanism {
                $($value => Some(concat!("CKM_", stringify!($name))),)*
                _ => None,
            }
        }
    };
}

mechanisms! {
    RSA_PKCS_KEY_PAIR_GEN = 0x0000,
    RSA_PKCS = 0x0001,
    RSA_PKCS_PSS = 0x000d,
    SHA256_RSA_PKCS = 0x0040,
    SHA384_RSA_PKCS = 0x0041,
    SHA512_RSA_PKCS = 0x0042,
    SHA256_RSA_PKCS_PSS = 0x0043,
    SHA384_RSA_PKCS_PSS = 0x0044,
    SHA512_RSA_PKCS_PSS = 0x0045,
    EC_KEY_PAIR_GEN = 0x1040,
    ECDSA = 0x1041,
    ECDSA_SHA256 = 0x1044,
    ECDSA_SHA384 = 0x1045,
    ECDSA_SHA512 = 0x1046,
    EC_EDWARDS_KEY_PAIR_GEN = 0x1055,
    EDDSA = 0x1057,
}

impl Mechanisms {
    /// True if one of these is listed.
    pub(super) fn any(&self, wanted: &[u64]) -> bool {
        wanted.iter().any(|one| self.listed.contains(one))
    }

    pub(super) fn rsa_keys(&self) -> bool {
        self.any(&[RSA_PKCS_KEY_PAIR_GEN])
    }

    pub(super) fn ec_keys(&self) -> bool {
        self.any(&[EC_KEY_PAIR_GEN])
    }

    pub(super) fn edwards_keys(&self) -> bool {
        self.any(&[EC_EDWARDS_KEY_PAIR_GEN])
    }

    pub(super) fn pss(&self) -> bool {
        self.any(&[RSA_PKCS_PSS, SHA256_RSA_PKCS_PSS])
    }

    /// True if a key that the token makes can also sign.
    pub(super) fn signs(&self) -> bool {
        let rsa = self.any(&[RSA_PKCS, SHA256_RSA_PKCS]) || self.pss();
        let ec = self.any(&[ECDSA, ECDSA_SHA256]);
        let edwards = self.any(&[EDDSA]);
        let none_made = !(self.rsa_keys() || self.ec_keys() || self.edwards_keys());
        (rsa && (none_made || self.rsa_keys()))
            || (ec && (none_made || self.ec_keys()))
            || (edwards && (none_made || self.edwards_keys()))
    }
}
