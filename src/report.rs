//! What the library knows, in forms for other programs.

pub mod json;
