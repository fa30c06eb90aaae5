//! How many passwords one address may try, and how many connections it may have.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Addresses that are remembered at once; the rest share one allowance.
const MOST_ADDRESSES: usize = 16_384;

/// The leading bits of an IPv6 address that one customer has to himself.
const NETWORK_MASK: u128 = !0 << 64;

/// Whom a request is counted against: an IPv4 address, or an IPv6 network of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    Of(IpAddr),
    /// One of too many.
    Crowd,
}

impl Origin {
    pub(super) fn of(address: IpAddr) -> Self {
        Self::Of(match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & NETWORK_MASK).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// An allowance that fills up again with time.
struct Bucket {
    left: f64,
    at: Instant,
}

/// The passwords that each address may still try.
pub(super) struct Allowances {
    per_minute: f64,
    buckets: Mutex<HashMap<Origin, Bucket>>,
}

impl Allowances {
    pub(super) fn new(per_minute: u32) -> Self {
        Self {
            per_minute: f64::from(per_minute.max(1)),
            buckets: Mutex::default(),
        }
    }

    /// Takes one try; else says how long to wait for it.
    pub(super) fn take(&self, origin: Origin) -> Result<(), Duration> {
        self.take_at(origin, Instant::now())
    }

    fn take_at(&self, origin: Origin, now: Instant) -> Result<(), Duration> {
        let mut buckets = lock(&self.buckets);
        if buckets.len() >= MOST_ADDRESSES && !buckets.contains_key(&origin) {
            // Who has the whole allowance again is as good as forgotten.
            buckets.retain(|_, bucket| self.filled(bucket, now) < self.per_minute);
        }
        let full = buckets.len() >= MOST_ADDRESSES && !buckets.contains_key(&origin);
        let origin = if full { Origin::Crowd } else { origin };
        let bucket = buckets.entry(origin).or_insert(Bucket {
            left: self.per_minute,
            at: now,
        });
        bucket.left = self.filled(bucket, now);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - bucket.left) * 60.0 / self.per_minute,
        ))
    }

    fn filled(&self, bucket: &Bucket, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.left + seconds * self.per_minute / 60.0).min(self.per_minute)
    }
}

/// The connections that each address has.
#[derive(Clone)]
pub(super) struct Connections {
    most: usize,
    open: Arc<Mutex<HashMap<Origin, usize>>>,
}

impl Connections {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            open: Arc::default(),
        }
    }

    /// One more connection, until the value is dropped; none where there are too many.
    pub(super) fn open(&self, origin: Origin) -> Option<Open> {
        let mut open = lock(&self.open);
        let count = open.entry(origin).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Open {
            origin,
            open: Arc::clone(&self.open),
        })
    }
}

/// A connection that is open.
pub(super) struct Open {
    origin: Origin,
    open: Arc<Mutex<HashMap<Origin, usize>>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(count) = open.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.origin);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> Origin {
        Origin::of(address.parse().unwrap())
    }

    #[test]
    fn an_allowance_is_used_up_and_fills_again() {
        let allowances = Allowances::new(3);
        let now = Instant::now();
        let address = origin("192.0.2.1");
        for _ in 0..3 {
            assert!(allowances.take_at(address, now).is_ok());
        }
        assert_eq!(
            allowances.take_at(address, now),
            Err(Duration::from_secs(20))
        );
        assert!(allowances.take_at(origin("192.0.2.2"), now).is_ok());
        let later = now + Duration::from_secs(20);
        assert!(allowances.take_at(address, later).is_ok());
        assert!(allowances.take_at(address, later).is_err());
    }

    #[test]
    fn an_ipv6_network_counts_as_one_and_a_mapped_address_as_itself() {
        assert_eq!(origin("2001:db8::1"), origin("2001:db8::ffff:1"));
        assert_ne!(origin("2001:db8::1"), origin("2001:db8:0:1::1"));
        assert_eq!(origin("::ffff:192.0.2.1"), origin("192.0.2.1"));
    }

    #[test]
    fn a_flood_of_addresses_takes_bounded_memory_and_shares_one_allowance() {
        let allowances = Allowances::new(2);
        let now = Instant::now();
        for number in 0..u32::try_from(MOST_ADDRESSES).unwrap() {
            assert!(
                allowances
                    .take_at(Origin::of(IpAddr::from(number.to_be_bytes())), now)
                    .is_ok()
            );
        }
        assert!(allowances.take_at(origin("250.0.0.1"), now).is_ok());
        assert!(allowances.take_at(origin("250.0.0.2"), now).is_ok());
        assert!(allowances.take_at(origin("250.0.0.3"), now).is_err());
        assert!(lock(&allowances.buckets).len() <= MOST_ADDRESSES + 1);
        let later = now + Duration::from_mins(1);
        assert!(allowances.take_at(origin("250.0.0.3"), later).is_ok());
        assert!(lock(&allowances.buckets).len() <= 2);
    }

    #[test]
    fn connections_of_one_address_are_counted_until_they_end() {
        let connections = Connections::new(2);
        let first = connections.open(origin("192.0.2.1")).unwrap();
        let _second = connections.open(origin("192.0.2.1")).unwrap();
        assert!(connections.open(origin("192.0.2.1")).is_none());
        assert!(connections.open(origin("192.0.2.2")).is_some());
        drop(first);
        assert!(connections.open(origin("192.0.2.1")).is_some());
        assert_eq!(lock(&connections.open).len(), 1);
    }
}
