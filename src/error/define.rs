//! What the table of errors becomes: an enum with message, hint, code, kind and values.

macro_rules! errors {
    ($($(#[doc = $doc:literal])* $kind:ident $variant:ident {
        $($field:ident: $type:ty,)* $(; source $source:ident: $source_type:ty)?
    } $code:literal, $message:literal, $hint:literal;)*) => {
        /// An error of any use case.
        ///
        /// `Display` says what happened; [`Error::hint`], what to do next; the source, where there
        /// is one, names the PKCS#11 function or the system call. Values come from tokens, files and
        /// servers: they are sanitised wherever they are shown.
        #[derive(Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[doc = $doc])* #[error("{}", sanitized(&format!($message)))] #[allow(missing_docs, reason = "the message names the values")]
            $variant { $($field: $type,)* $(#[source] $source: $source_type,)? },)*
        }

        impl Error {
            /// The code of every error, in the order of the table.
            pub const CODES: &[&str] = &[$($code),*];

            /// A stable name for programs and translations, for example `token-not-found`.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }

            /// What the error means for the caller.
            #[must_use]
            pub fn kind(&self) -> ErrorKind {
                match self { $(Self::$variant { .. } => ErrorKind::$kind,)* }
            }

            /// What to do next, in English.
            #[must_use]
            #[expect(unused_variables, reason = "a hint need not name every value")]
            pub fn hint(&self) -> Option<String> {
                let hint = match self {
                    $(Self::$variant { $($field,)* $($source,)? } => format!($hint),)*
                };
                (!hint.is_empty()).then(|| sanitized(&hint))
            }

            /// The values of the message by name, as text made safe to print; a source is named `cause`.
            #[must_use]
            pub fn values(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Self::$variant { $($field,)* $($source,)? } => vec![
                        $((stringify!($field), sanitized(&$field.to_string())),)*
                        $(("cause", sanitized(&$source.to_string())),)?
                    ],)*
                }
            }
        }
    };
}

pub(super) use errors;
