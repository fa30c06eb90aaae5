//! What the library knows, in forms for other programs and for people.

#[cfg(feature = "cli")]
pub mod csv;
pub mod json;
pub mod page;
