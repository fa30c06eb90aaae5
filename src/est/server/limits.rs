//! How much clients may ask of the server, and for how long.

use std::time::Duration;

/// What one server can bear. All of it is bounded, so that the memory it takes is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address, or from one network of 64 bits in IPv6.
    pub connections_per_address: usize,
    /// Requests with a password that one address may make in a minute, and at once.
    pub passwords_per_minute: u32,
    /// Passwords that are checked at once: each takes a processor and 19 MiB or more.
    pub password_checks: usize,
    /// Requests with a password that may wait for their check.
    pub password_queue: usize,
    /// Other requests that are worked on at once.
    pub tasks: usize,
    /// Other requests that may wait.
    pub task_queue: usize,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take, counted from when the connection is free for it:
    /// so long an idle connection is kept.
    pub head: Duration,
    /// How long the body of a request may take.
    pub body: Duration,
    /// How long a connection is kept at all.
    pub connection: Duration,
    /// How long the requests that are under way may take when the server is stopped.
    pub stop: Duration,
    /// How long a list of revoked certificates is handed out before it is signed anew; a
    /// revocation has it signed anew at once.
    pub crl: Duration,
}

impl Limits {
    /// The limits of a server with so many processors.
    #[must_use]
    pub fn new(processors: usize) -> Self {
        Self {
            connections: 512,
            connections_per_address: 128,
            passwords_per_minute: 60,
            password_checks: processors.max(1),
            password_queue: 64,
            tasks: 8 * processors.max(1),
            task_queue: 512,
            body_bytes: 64 * 1024,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            connection: Duration::from_mins(10),
            stop: Duration::from_secs(10),
            crl: Duration::from_mins(10),
        }
    }
}
