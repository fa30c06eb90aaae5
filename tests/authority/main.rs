//! The two authorities that are folders.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here is to fail the test"
)]

#[cfg(unix)]
mod folder;
#[path = "../soft/mod.rs"]
mod soft;

use std::fs;
use std::path::Path;

use soft::SoftKey;
use tokencert::Error;
use tokencert::authority::{Authority, Enrolment, HandoffAuthority};
use tokencert::certificate::Certificate;
use tokencert::profile::Fingerprint;

fn pem(certificates: &[&Certificate]) -> String {
    certificates
        .iter()
        .map(|certificate| certificate.to_pem().unwrap())
        .collect()
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn issued(enrolment: Enrolment) -> Vec<Certificate> {
    match enrolment {
        Enrolment::Issued(certificates) => certificates,
        other => panic!("{other:?}"),
    }
}

mod hand_off {
    use super::*;

    #[test]
    fn a_request_is_left_once_and_waits() {
        let folder = tempfile::tempdir().unwrap();
        let mut authority = HandoffAuthority::new(folder.path()).unwrap();
        let key = SoftKey::new(1);
        let request = key.request("CN=a");
        for _ in 0..2 {
            let Enrolment::Pending {
                retry_after: None,
                place,
            } = authority.enrol(&request).unwrap()
            else {
                panic!("nothing was issued");
            };
            let digest = Fingerprint(key.public().sha256()).to_string();
            assert!(
                place.ends_with(&format!("/{}.csr.pem", &digest[..16])),
                "{place}"
            );
            assert_eq!(
                fs::read_to_string(place).unwrap(),
                request.to_pem().unwrap()
            );
            assert_eq!(names(folder.path()).len(), 1);
        }
        let other = key.request("CN=b");
        let Enrolment::Pending { place, .. } = authority.enrol(&other).unwrap() else {
            panic!("nothing was issued");
        };
        assert_eq!(fs::read_to_string(place).unwrap(), other.to_pem().unwrap());
    }

    #[test]
    fn any_file_with_a_certificate_of_the_key_is_the_answer() {
        let folder = tempfile::tempdir().unwrap();
        let mut authority = HandoffAuthority::new(folder.path()).unwrap();
        let (key, ca) = (SoftKey::new(1), SoftKey::new(2));
        let request = key.request("CN=a");
        let stranger = ca.issue(&SoftKey::new(3).public(), "CN=a", 26, false);
        fs::write(folder.path().join("0 stranger.crt"), pem(&[&stranger])).unwrap();
        fs::write(folder.path().join("1 garbage"), [0xff; 64]).unwrap();
        fs::write(folder.path().join("2 root.der"), ca.root().as_der()).unwrap();
        assert!(matches!(
            authority.enrol(&request),
            Ok(Enrolment::Pending { .. })
        ));
        let answer = ca.issue(&key.public(), "CN=a", 25, false);
        fs::write(
            folder.path().join("3 答え.txt"),
            pem(&[&answer, &ca.root()]),
        )
        .unwrap();
        assert_eq!(
            issued(authority.enrol(&request).unwrap()),
            [answer, ca.root()]
        );
        assert_eq!(authority.ca_certificates().unwrap(), [ca.root()]);
    }

    #[test]
    fn the_newest_certificate_of_the_key_wins() {
        let folder = tempfile::tempdir().unwrap();
        let (key, ca) = (SoftKey::new(1), SoftKey::new(2));
        for (name, year) in [("a", 24), ("b", 26), ("c", 25)] {
            let certificate = ca.issue(&key.public(), "CN=a", year, false);
            fs::write(folder.path().join(name), pem(&[&certificate])).unwrap();
        }
        let mut authority = HandoffAuthority::new(folder.path()).unwrap();
        let found = issued(authority.enrol(&key.request("CN=a")).unwrap());
        assert_eq!(found, [ca.issue(&key.public(), "CN=a", 26, false)]);
    }

    #[test]
    fn folders_links_and_oversized_files_are_passed_over() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (key, ca) = (SoftKey::new(1), SoftKey::new(2));
        let answer = pem(&[&ca.issue(&key.public(), "CN=a", 26, false)]);
        fs::create_dir(folder.path().join("within")).unwrap();
        fs::write(folder.path().join("within").join("a"), &answer).unwrap();
        fs::write(
            folder.path().join("large"),
            answer.clone() + &" ".repeat(1024 * 1024),
        )
        .unwrap();
        fs::write(elsewhere.path().join("a"), &answer).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(elsewhere.path().join("a"), folder.path().join("link")).unwrap();
        let mut authority = HandoffAuthority::new(folder.path()).unwrap();
        let enrolment = authority.enrol(&key.request("CN=a")).unwrap();
        assert!(matches!(enrolment, Enrolment::Pending { .. }));
    }

    /// `/proc/kmsg` gives nothing until the kernel has something to say.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_has_no_length_is_never_waited_for() {
        let mut authority = HandoffAuthority::new("/proc").unwrap();
        assert_eq!(authority.ca_certificates().unwrap(), []);
    }

    #[test]
    fn a_crowded_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..=4096 {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        let mut authority = HandoffAuthority::new(folder.path()).unwrap();
        let error = authority
            .enrol(&SoftKey::new(1).request("CN=a"))
            .unwrap_err();
        assert!(matches!(error, Error::AuthorityInvalid { .. }), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_authority() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [folder.path().join("none"), file] {
            let error = HandoffAuthority::new(&path).unwrap_err();
            assert!(matches!(error, Error::AuthorityInvalid { .. }), "{error}");
        }
    }

    #[test]
    fn the_name_is_one_for_every_way_to_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        let name = HandoffAuthority::new(path.join(".")).unwrap().name();
        assert_eq!(name, format!("files:{}", path.display()));
    }
}
