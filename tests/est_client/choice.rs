//! Which of several certificates of a holder is the one in use.

use tokencert::certificate::Certificate;
use tokencert::profile::IssueCounts;
use tokencert::renew::newest_of_each;

use crate::pki::{Authority, CODE, Order};
use crate::soft::SoftKey;

fn subject(user: &str, count: &str) -> String {
    format!("CN=00009876543 {user} 1283,OU=IssuedCount \\= {count},O=Example,C=JP")
}

/// Those that are left of these, the same in whatever order they stand.
#[track_caller]
fn newest(certificates: &[&Certificate]) -> Vec<Certificate> {
    let counts = IssueCounts::default();
    let left = newest_of_each(certificates, &counts);
    let mut other_way: Vec<&Certificate> = certificates.to_vec();
    other_way.reverse();
    let mut again = newest_of_each(&other_way, &counts);
    again.reverse();
    let is_same = |(one, other): (&&Certificate, &&Certificate)| one.subject() == other.subject();
    assert!(left.len() == again.len() && left.iter().zip(&again).all(is_same));
    left.into_iter().cloned().collect()
}

#[test]
fn the_highest_issue_count_is_in_use_and_of_one_count_the_latest() {
    let ca = Authority::root(1, "CN=Bank CA,O=Example,C=JP");
    let issue = |key: u8, subject: &str, years: (u8, u8)| {
        let order = Order::client(subject);
        ca.issue(&SoftKey::new(key).public(), &Order { years, ..order })
    };
    let first = issue(3, &subject("taro", "001"), (26, 27));
    let reissued = issue(4, &subject("taro", "002"), (26, 27));
    let renewed = issue(5, &subject("taro", "002"), (26, 28));
    let longer = issue(6, &subject("taro", "001"), (26, 30));
    let other = issue(7, &subject("hanako", "001"), (26, 27));
    // Issued in the same second, as a program may.
    assert_eq!(newest(&[&first, &reissued]), [reissued.clone()]);
    assert_eq!(newest(&[&first, &reissued, &renewed]), [renewed.clone()]);
    assert_eq!(newest(&[&longer, &renewed]), [renewed.clone()]);
    assert_eq!(
        newest(&[&renewed, &other]),
        [renewed.clone(), other.clone()]
    );
    // Two keys, one name, one second: either will do.
    let twin = issue(8, &subject("taro", "001"), (26, 27));
    assert_eq!(newest(&[&first, &twin]).len(), 1);
    assert_eq!(newest(&[&first, &first]), [first.clone()]);
    // What is for something else is no reissue.
    let for_code = Order {
        purposes: vec![CODE],
        ..Order::client(&subject("taro", "002"))
    };
    let for_code = ca.issue(&SoftKey::new(9).public(), &for_code);
    assert_eq!(newest(&[&first, &for_code]).len(), 2);
    // Another CA's count is its own.
    let elsewhere = Authority::root(2, "CN=Other CA,O=Example,C=JP");
    let foreign = Order::client(&subject("taro", "002"));
    let foreign = elsewhere.issue(&SoftKey::new(9).public(), &foreign);
    assert_eq!(newest(&[&first, &foreign]).len(), 2);
}
