//! `tokencert inventory` as a program.
