//! The forms of answers that peers were seen to send (EST.md section 2), and those that nobody may.

use tokencert::certificate::Certificate;
use tokencert::est::body;
use tokencert::{Authority as _, Error};

use crate::peer::{Says, Visit};
use crate::visitor::{
    Bank, Diary, base64, came, certificates, failure, good, issued, request, status, with,
};

/// Lines of so many characters.
fn lines(text: &str, columns: usize, end: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let lines = characters.chunks(columns);
    lines
        .map(|line| line.iter().collect::<String>() + end)
        .collect()
}

fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PKCS7-----\n{}-----END PKCS7-----\n",
        lines(&base64(der), 64, "\n")
    )
}

fn chunked(body: &str) -> Vec<u8> {
    let chunks: String = body
        .as_bytes()
        .chunks(100)
        .map(|chunk| {
            let text = std::str::from_utf8(chunk).unwrap();
            format!("{:x}\r\n{text}\r\n", chunk.len())
        })
        .collect();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime; smime-type=certs-only\r\n\
         Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n"
    )
    .into_bytes()
}

fn headed(head: &str, body: &str) -> Vec<u8> {
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// Asks for CA certificates and for a certificate, both in a form, over both versions of TLS.
fn in_form(form: fn(&[u8]) -> Vec<u8>) {
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let bank = Bank::new();
        let root = bank.ca.certificate.clone();
        let ca = crate::pki::Authority {
            key: crate::soft::SoftKey::new(1),
            certificate: root.clone(),
        };
        let part = bank.but(move |visit: &Visit| {
            let certificate = match visit.operation() {
                "cacerts" => root.clone(),
                "simpleenroll" => issued(&ca, visit),
                _ => return None,
            };
            Some(Says::Bytes(form(
                &body::certs_only(&[certificate]).unwrap(),
            )))
        });
        let mut role = bank.role(part);
        role.versions = vec![version];
        let peer = crate::peer::Peer::start(role);
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        assert_eq!(
            client.ca_certificates().unwrap(),
            [bank.ca.certificate.clone()]
        );
        let issued = came(client.enrol(&request()));
        assert_eq!(
            issued[0].public_key().unwrap(),
            request().public_key().unwrap()
        );
        let versions: Vec<_> = peer.visits().iter().map(|visit| visit.version).collect();
        assert_eq!(versions, [version.version; 2]);
    }
}

#[test]
fn a_64_columns_with_lf_are_read() {
    in_form(|der| good(&lines(&base64(der), 64, "\n")));
}

#[test]
fn b_one_line_without_end_is_read() {
    in_form(|der| good(&base64(der)));
}

#[test]
fn c_76_columns_with_crlf_are_read() {
    in_form(|der| good(&lines(&base64(der), 76, "\r\n")));
}

#[test]
fn d_chunks_are_read() {
    in_form(|der| chunked(&lines(&base64(der), 64, "\n")));
}

#[test]
fn e_and_f_no_encoding_header_and_no_parameter_are_no_matter() {
    in_form(|der| {
        let body = lines(&base64(der), 64, "\n");
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime";
        headed(&format!("{head}\r\nContent-Length: {}", body.len()), &body)
    });
}

#[test]
fn a_wrong_encoding_header_is_no_matter() {
    in_form(|der| {
        let body = base64(der);
        let head = "HTTP/1.1 200 OK\r\nContent-Transfer-Encoding: binary";
        headed(&format!("{head}\r\nContent-Length: {}", body.len()), &body)
    });
}

#[test]
fn g_the_armour_of_pem_is_taken_off() {
    in_form(|der| good(&pem(der)));
}

#[test]
fn k_an_answer_that_ends_with_the_connection_is_read() {
    in_form(|der| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime\r\nConnection: close";
        headed(head, &lines(&base64(der), 64, "\n"))
    });
}

#[test]
fn l_lower_case_header_names_are_read() {
    in_form(|der| {
        let body = base64(der) + "\n";
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/pkcs7-mime; smime-type=certs-only";
        headed(&format!("{head}\r\ncontent-length: {}", body.len()), &body)
    });
}

#[test]
fn m_one_line_with_lf_is_read() {
    in_form(|der| good(&(base64(der) + "\n")));
}

#[test]
fn n_an_answer_of_http_1_0_is_read() {
    in_form(|der| {
        let head = "HTTP/1.0 200 OK\r\nContent-Type: application/pkcs7-mime";
        headed(head, &lines(&base64(der), 64, "\n"))
    });
}

#[test]
fn blanks_and_tabs_between_the_lines_are_read() {
    in_form(|der| good(&format!("\t{}\r\n \n", lines(&base64(der), 60, " \t\r\n"))));
}

#[test]
fn h_of_several_certificates_that_of_our_key_counts_wherever_it_stands() {
    let bank = Bank::new();
    let ca = crate::pki::Authority {
        key: crate::soft::SoftKey::new(1),
        certificate: bank.ca.certificate.clone(),
    };
    let part = bank.but(move |visit| {
        (visit.operation() == "simpleenroll")
            .then(|| certificates(&[ca.certificate.clone(), issued(&ca, visit)]))
    });
    let peer = bank.play(part);
    let mut client = Diary::default().client(&peer.origin(), bank.trust());
    let came = came(client.enrol(&request()));
    let ours = |one: &&Certificate| one.public_key().unwrap() == request().public_key().unwrap();
    assert_eq!((came.len(), came.iter().filter(ours).count()), (2, 1));
}

/// What an enrolment ends with that is answered so.
#[track_caller]
fn fault(answer: impl Fn(&[u8]) -> Says + Send + 'static) -> String {
    let bank = Bank::new();
    let ca = crate::pki::Authority {
        key: crate::soft::SoftKey::new(1),
        certificate: bank.ca.certificate.clone(),
    };
    let part = bank.but(move |visit| {
        let enrol = visit.operation() == "simpleenroll";
        enrol.then(|| answer(issued(&ca, visit).as_der()))
    });
    match failure(&bank, part) {
        Error::AuthorityAnswer { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

fn pkcs7(der: &[u8]) -> Vec<u8> {
    body::certs_only(&[Certificate::from_der(der).unwrap()]).unwrap()
}

#[test]
fn a_bare_certificate_is_named() {
    let reason = "it is a bare certificate in place of a PKCS#7 message";
    assert_eq!(fault(|der| Says::Bytes(good(&base64(der)))), reason);
}

#[test]
fn i_der_without_base64_is_named() {
    let answer = |der: &[u8]| {
        let body = pkcs7(der);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime";
        let head = format!("{head}\r\nContent-Length: {}\r\n\r\n", body.len());
        Says::Bytes([head.into_bytes(), body].concat())
    };
    assert_eq!(fault(answer), "it is DER without base64");
}

#[test]
fn a_web_page_is_named() {
    let page = |_: &[u8]| status("200 OK", "text/html", "<html>Please log in</html>");
    assert_eq!(
        fault(page),
        "it is a web page (text/html) in place of certificates"
    );
}

#[test]
fn a_wrong_content_type_is_named() {
    let answer = |der: &[u8]| status("200 OK", "application/json", &base64(&pkcs7(der)));
    let reason = "it is called `application/json` and not application/pkcs7-mime";
    assert_eq!(fault(answer), reason);
}

#[test]
fn a_certificate_of_another_key_is_named() {
    let bank = Bank::new();
    let root = bank.ca.certificate.clone();
    let part = bank.but(move |visit| {
        let enrol = visit.operation() == "simpleenroll";
        enrol.then(|| certificates(&[root.clone()]))
    });
    let Error::AuthorityAnswer { reason, .. } = failure(&bank, part) else {
        panic!()
    };
    assert_eq!(
        reason,
        "none of its certificates is for the key of the request"
    );
}

#[test]
fn an_answer_cut_short_is_named() {
    let half = |body: String| body[..body.len() / 2].to_owned();
    let announced = move |der: &[u8]| {
        let whole = String::from_utf8(good(&base64(&pkcs7(der)))).unwrap();
        Says::Bytes(half(whole).into_bytes())
    };
    assert_eq!(fault(announced), "it ends too early");
    let unannounced = |der: &[u8]| {
        let body = base64(&pkcs7(der));
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime";
        Says::Bytes(headed(head, &body[..body.len() / 2 / 4 * 4]))
    };
    assert_eq!(fault(unannounced), "it ends too early");
    let bare = |der: &[u8]| {
        let body = base64(&pkcs7(der));
        Says::Bytes(good(&body[..101]))
    };
    assert_eq!(fault(bare), "it is no base64, or it ends too early");
}

#[test]
fn an_empty_answer_is_named() {
    assert_eq!(fault(|_| Says::Bytes(good(" \n"))), "it is empty");
}

#[test]
fn a_body_of_a_gigabyte_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/pkcs7-mime";
    let large = move |_: &[u8]| {
        let head = format!("{head}\r\nContent-Length: 1073741824\r\n\r\n");
        Says::Endless(head.into_bytes())
    };
    assert_eq!(fault(large), "it is larger than 1048576 bytes");
    let endless = move |_: &[u8]| Says::Endless(format!("{head}\r\n\r\n").into_bytes());
    assert_eq!(fault(endless), "it is larger than 1048576 bytes");
}

#[test]
fn what_is_no_http_is_named() {
    let reason = fault(|_| Says::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()));
    assert!(
        reason.starts_with("it is no answer of HTTP/1.1"),
        "{reason}"
    );
}

#[test]
fn an_empty_pkcs7_message_is_named() {
    let answer = |_: &[u8]| Says::Bytes(good(&base64(&body::certs_only(&[]).unwrap())));
    assert_eq!(fault(answer), "it is a PKCS#7 file without certificates");
}

#[test]
fn what_is_asked_of_requests_may_be_told_in_any_way_or_not_at_all() {
    use tokencert::key::{Curve, KeyAlgorithm};
    let told = tokencert::est::CsrAttributes::new(vec![KeyAlgorithm::Ec(Curve::P384)]);
    let told = body::encode_answer(&told.to_der().unwrap());
    let cases: [(&str, &str, Vec<KeyAlgorithm>); 5] = [
        ("200 OK", &told, vec![KeyAlgorithm::Ec(Curve::P384)]),
        ("200 OK", "", vec![]),
        ("200 OK", "MAA=\n", vec![]),
        ("204 No Content", "", vec![]),
        ("404 Not Found", "nothing", vec![]),
    ];
    for (line, body, keys) in cases {
        let bank = Bank::new();
        let (line, body) = (line.to_owned(), body.to_owned());
        let part = bank.but(move |visit| {
            let kind = [("Content-Type", "application/csrattrs")];
            (visit.operation() == "csrattrs").then(|| with(&line, &kind, &body))
        });
        let peer = bank.play(part);
        let mut client = Diary::default().client(&peer.origin(), bank.trust());
        assert_eq!(client.requirements().unwrap().keys, keys);
    }
}
