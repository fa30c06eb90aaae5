//! What is measured, and the command lines that each program does it with.
//!
//! `MODULE`, `TOKEN` and `PIN` stand for the module, the label of the token and its PIN. Each token
//! has a work folder, in which its commands run; the authorities are in the folder above.

/// A program that does some of the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Tokencert,
    OpenSc,
    GnuTls,
    P11Kit,
    Nss,
}

impl Program {
    pub(crate) const ALL: [Self; 5] = [
        Self::Tokencert,
        Self::OpenSc,
        Self::GnuTls,
        Self::P11Kit,
        Self::Nss,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tokencert => "tokencert",
            Self::OpenSc => "pkcs11-tool",
            Self::GnuTls => "p11tool",
            Self::P11Kit => "p11-kit",
            Self::Nss => "certutil",
        }
    }

    /// Debian's package, whose version is told; ours is none.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Tokencert => "",
            Self::OpenSc => "opensc",
            Self::GnuTls => "gnutls-bin",
            Self::P11Kit => "p11-kit",
            Self::Nss => "libnss3-tools",
        }
    }

    /// Ends with success where the program is there and can do what is measured.
    pub(crate) fn probe(self) -> &'static str {
        match self {
            Self::Tokencert => "tokencert --version",
            Self::OpenSc => "pkcs11-tool --module MODULE --list-slots",
            Self::GnuTls => "p11tool --version",
            // Only newer ones list objects.
            Self::P11Kit => "p11-kit list-objects --help",
            Self::Nss => "modutil -rawlist -dbdir sql:../home/plain",
        }
    }
}

/// What is on the tokens when a job begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    NoToken,
    Empty,
    /// An RSA-2048 key of the ID 01, and beside the token `leaf.pem` and `leaf.der`.
    Key,
    /// So many key pairs with their certificates, and so many more certificates.
    Objects {
        pairs: usize,
        more: usize,
    },
}

/// One thing to do, and how.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) start: Start,
    /// The calls that we want to make at most.
    pub(crate) goal: Option<usize>,
    pub(crate) by: &'static [(Program, &'static [&'static str])],
}

const LIST: &[(Program, &[&str])] = &[
    (
        Program::Tokencert,
        &["tokencert list --token TOKEN --pin-source file:pin"],
    ),
    (
        Program::OpenSc,
        &["pkcs11-tool --module MODULE --token-label TOKEN --login --pin PIN --list-objects"],
    ),
    (
        Program::GnuTls,
        &["p11tool --provider MODULE --batch --login --list-all pkcs11:token=TOKEN"],
    ),
    (
        Program::P11Kit,
        &["p11-kit list-objects --login --provider=MODULE pkcs11:token=TOKEN?pin-value=PIN"],
    ),
    // It has no way to list keys and certificates in one.
    (
        Program::Nss,
        &[
            "certutil -L -d sql:../../home/HOW -h TOKEN -f pin",
            "certutil -K -d sql:../../home/HOW -h TOKEN -f pin",
        ],
    ),
];

const WRITE_WITH_OPENSC: [&str; 2] = [
    "pkcs11-tool --module MODULE --token-label TOKEN --login --pin PIN --write-object leaf.der --type cert --id 01 --label key",
    "pkcs11-tool --module MODULE --token-label TOKEN --login --pin PIN --write-object ../ca.der --type cert --id 02 --label ca",
];
const WRITE_WITH_GNUTLS: [&str; 2] = [
    "p11tool --provider MODULE --batch --login --write --load-certificate leaf.pem --id 01 --label key pkcs11:token=TOKEN",
    "p11tool --provider MODULE --batch --login --write --load-certificate ../ca.pem --id 02 --label ca pkcs11:token=TOKEN",
];
const WRITE_WITH_NSS: [&str; 2] = [
    "certutil -A -d sql:../../home/HOW -h TOKEN -f pin -n TOKEN:key -t ,, -i leaf.pem",
    "certutil -A -d sql:../../home/HOW -h TOKEN -f pin -n TOKEN:ca -t ,, -i ../ca.pem",
];
const EC_WITH_OPENSC: &str = "pkcs11-tool --module MODULE --token-label TOKEN --login --pin PIN --keypairgen --key-type EC:prime256v1 --id 01 --label key --usage-sign";
const RSA_WITH_OPENSC: &str = "pkcs11-tool --module MODULE --token-label TOKEN --login --pin PIN --keypairgen --key-type rsa:2048 --id 01 --label key --usage-sign";
const EC_WITH_GNUTLS: &str = "p11tool --provider MODULE --batch --login --generate-privkey=ecdsa --curve=secp256r1 --id 01 --label key --outfile public.pem pkcs11:token=TOKEN";
const RSA_WITH_GNUTLS: &str = "p11tool --provider MODULE --batch --login --generate-privkey=rsa --bits=2048 --id 01 --label key --outfile public.pem pkcs11:token=TOKEN";
const EC_WITH_NSS: &str = "certutil -R -d sql:../../home/HOW -h TOKEN -f pin -k ec -q nistp256 -s CN=TOKEN -z noise -o request.der";
const RSA_WITH_NSS: &str = "certutil -R -d sql:../../home/HOW -h TOKEN -f pin -k rsa -g 2048 -s CN=TOKEN -z noise -o request.der";
const REQUEST_WITH_OPENSSL: &str = "openssl req -new -engine pkcs11 -keyform engine -key pkcs11:token=TOKEN;id=%01;type=private -subj /CN=TOKEN -out request.pem";
const REQUEST_WITH_GNUTLS: &str = "certtool --provider MODULE --generate-request --template template --load-privkey pkcs11:token=TOKEN;id=%01;type=private --outfile request.pem";
const SIGN: &str =
    "openssl x509 -req -in request.pem -CA ../ca.pem -CAkey ../ca.key -days 30 -out leaf.pem";
const SIGN_DER: &str = "openssl x509 -req -in request.pem -CA ../ca.pem -CAkey ../ca.key -days 30 -outform DER -out leaf.der";
const SIGN_FROM_DER: &str = "openssl x509 -req -inform DER -in request.der -CA ../ca.pem -CAkey ../ca.key -days 30 -out leaf.pem";

/// What the token of [`Start::Key`] is made with.
pub(crate) const MAKE_KEY: [&str; 3] = [
    "tokencert request --token TOKEN --pin-source file:pin --key rsa:2048 --id 01 --label key --subject CN=TOKEN --out request.pem --force",
    SIGN,
    SIGN_DER,
];

pub(crate) const ISSUE_EC: Job = Job {
    name: "issue, ec:p256",
    start: Start::Empty,
    goal: None,
    by: &[
        (
            Program::Tokencert,
            &[
                "tokencert issue --token TOKEN --pin-source file:pin --authority dir:../ca --key ec:p256 --subject CN=TOKEN",
            ],
        ),
        (
            Program::OpenSc,
            &[
                EC_WITH_OPENSC,
                REQUEST_WITH_OPENSSL,
                SIGN_DER,
                WRITE_WITH_OPENSC[0],
                WRITE_WITH_OPENSC[1],
            ],
        ),
        (
            Program::GnuTls,
            &[
                EC_WITH_GNUTLS,
                REQUEST_WITH_GNUTLS,
                SIGN,
                WRITE_WITH_GNUTLS[0],
                WRITE_WITH_GNUTLS[1],
            ],
        ),
        (
            Program::Nss,
            &[
                EC_WITH_NSS,
                SIGN_FROM_DER,
                WRITE_WITH_NSS[0],
                WRITE_WITH_NSS[1],
            ],
        ),
    ],
};

/// [`ISSUE_EC`] for every token that is plugged in.
pub(crate) const BOX_OF_EC: &str = "tokencert issue --manifest box.csv --pin-folder pins --authority dir:../../work/ca --key ec:p256";

/// All that is measured with one token or none.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "list 5 objects",
        start: Start::Objects { pairs: 1, more: 2 },
        goal: None,
        by: LIST,
    },
    Job {
        name: "list 60 objects",
        start: Start::Objects { pairs: 20, more: 0 },
        goal: Some(80),
        by: LIST,
    },
    Job {
        name: "list 1,000 objects",
        start: Start::Objects {
            pairs: 333,
            more: 1,
        },
        goal: None,
        by: LIST,
    },
    Job {
        name: "key pair, ec:p256",
        start: Start::Empty,
        goal: None,
        by: &[
            (
                Program::Tokencert,
                &[
                    "tokencert request --token TOKEN --pin-source file:pin --key ec:p256 --subject CN=TOKEN --out request.pem --force",
                ],
            ),
            (Program::OpenSc, &[EC_WITH_OPENSC]),
            (Program::GnuTls, &[EC_WITH_GNUTLS]),
            (Program::Nss, &[EC_WITH_NSS]),
        ],
    },
    Job {
        name: "key pair, rsa:2048",
        start: Start::Empty,
        goal: None,
        by: &[
            (
                Program::Tokencert,
                &[
                    "tokencert request --token TOKEN --pin-source file:pin --key rsa:2048 --subject CN=TOKEN --out request.pem --force",
                ],
            ),
            (Program::OpenSc, &[RSA_WITH_OPENSC]),
            (Program::GnuTls, &[RSA_WITH_GNUTLS]),
            (Program::Nss, &[RSA_WITH_NSS]),
        ],
    },
    Job {
        name: "request (CSR) for a key that is there",
        start: Start::Key,
        goal: None,
        by: &[
            (
                Program::Tokencert,
                &[
                    "tokencert request --token TOKEN --pin-source file:pin --existing 01 --subject CN=TOKEN --out request.pem --force",
                ],
            ),
            (Program::OpenSc, &[REQUEST_WITH_OPENSSL]),
            (Program::GnuTls, &[REQUEST_WITH_GNUTLS]),
        ],
    },
    Job {
        name: "import of one certificate",
        start: Start::Key,
        goal: None,
        by: &[
            (
                Program::Tokencert,
                &["tokencert import --token TOKEN --pin-source file:pin leaf.pem"],
            ),
            (Program::OpenSc, &[WRITE_WITH_OPENSC[0]]),
            (Program::GnuTls, &[WRITE_WITH_GNUTLS[0]]),
            (Program::Nss, &[WRITE_WITH_NSS[0]]),
        ],
    },
    Job {
        name: "issue, rsa:2048",
        start: Start::Empty,
        goal: Some(60),
        by: &[
            (
                Program::Tokencert,
                &[
                    "tokencert issue --token TOKEN --pin-source file:pin --authority dir:../ca --key rsa:2048 --subject CN=TOKEN",
                ],
            ),
            (
                Program::OpenSc,
                &[
                    RSA_WITH_OPENSC,
                    REQUEST_WITH_OPENSSL,
                    SIGN_DER,
                    WRITE_WITH_OPENSC[0],
                    WRITE_WITH_OPENSC[1],
                ],
            ),
            (
                Program::GnuTls,
                &[
                    RSA_WITH_GNUTLS,
                    REQUEST_WITH_GNUTLS,
                    SIGN,
                    WRITE_WITH_GNUTLS[0],
                    WRITE_WITH_GNUTLS[1],
                ],
            ),
            (
                Program::Nss,
                &[
                    RSA_WITH_NSS,
                    SIGN_FROM_DER,
                    WRITE_WITH_NSS[0],
                    WRITE_WITH_NSS[1],
                ],
            ),
        ],
    },
    ISSUE_EC,
    Job {
        name: "say the version",
        start: Start::NoToken,
        goal: None,
        by: &[
            (Program::Tokencert, &["tokencert --version"]),
            (Program::GnuTls, &["p11tool --version"]),
        ],
    },
    Job {
        name: "look for tokens, none is there",
        start: Start::NoToken,
        goal: None,
        by: &[
            (Program::Tokencert, &["tokencert token list"]),
            (
                Program::OpenSc,
                &["pkcs11-tool --module MODULE --list-token-slots"],
            ),
            (
                Program::GnuTls,
                &["p11tool --provider MODULE --batch --list-tokens"],
            ),
            (Program::Nss, &["certutil -U -d sql:../../home/HOW"]),
        ],
    },
];
