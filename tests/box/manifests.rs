//! What a manifest may look like.

use proptest::prelude::*;
use tokencert::manifest::{COLUMNS, Manifest};

use crate::workbench::Workbench;

fn refused(text: impl AsRef<[u8]>) -> String {
    let error = Manifest::parse("box.csv", text.as_ref()).unwrap_err();
    format!("{error}; {}", error.hint().unwrap())
}

#[test]
fn a_manifest_is_read_as_spreadsheets_write_it() {
    let text = "\u{feff}Serial, holder ,label,note\r\n0a1b,C/taro,\"Clerk, \"\"1\"\"\",\"two\r\nlines\"\r\n,,,\r\n\r\n,C/山田,専用USB,\r\n";
    let manifest = Manifest::parse("box.csv", text.as_bytes()).unwrap();
    let rows = &manifest.rows;
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].line, rows[0].whose()), (2, "C/taro"));
    assert_eq!(rows[0].serial.as_deref(), Some("0a1b"));
    assert_eq!(rows[0].label.as_deref(), Some("Clerk, \"1\""));
    assert_eq!((rows[1].line, rows[1].whose()), (6, "C/山田"));
    assert_eq!(
        (rows[1].serial.as_ref(), rows[1].label.as_deref()),
        (None, Some("専用USB"))
    );
}

#[test]
fn other_encodings_are_refused_by_their_name_with_how_to_save_it() {
    let utf16 = |bom: &[u8], text: &str, big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        let bytes = units.flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        });
        bom.iter().copied().chain(bytes).collect()
    };
    let text = "holder,label\nC/taro,a\n";
    for (bytes, encoding) in [
        (utf16(b"\xff\xfe", text, false), "UTF-16"),
        (utf16(b"\xfe\xff", text, true), "UTF-16"),
        (utf16(b"", text, false), "UTF-16"),
        // 専用 and half-width kana in Shift_JIS.
        (
            b"holder,label\nC/taro,\x90\xea\x97p\xb1\xb2\n".to_vec(),
            "Shift_JIS",
        ),
        (
            b"holder,label\nC/taro,\xe9t\xff\n".to_vec(),
            "another encoding than UTF-8",
        ),
        (b"PK\x03\x04".to_vec(), "a workbook"),
    ] {
        let said = refused(&bytes);
        assert!(said.contains(encoding), "{said}");
        assert!(
            said.contains("`CSV UTF-8 (Comma delimited)` in Excel"),
            "{said}"
        );
    }
}

#[test]
fn empty_cells_beside_the_table_are_none() {
    let text = "holder,serial,,\r\na,1E2,,\r\n,,,\r\nb,2\r\n";
    let manifest = Manifest::parse("box.csv", text.as_bytes()).unwrap();
    let serials: Vec<_> = manifest
        .rows
        .iter()
        .map(|row| row.serial.as_deref())
        .collect();
    assert_eq!(serials, [Some("1E2"), Some("2")]);
    let again = manifest.with_codes(&[None, None]);
    assert!(again.starts_with("\u{feff}holder,serial,code,expires\r\na,1E2,,\r\n".as_bytes()));
}

#[test]
fn each_mistake_is_named_with_its_line() {
    for (text, words) in [
        ("", "it is empty"),
        ("holder\n", "it has no rows"),
        (
            "serial,lable,holder\n",
            "unknown column `lable`; did you mean `label`?",
        ),
        ("colour,holder\nred,a\n", "unknown column `colour`"),
        ("holder,holder\n", "column `holder` is there twice"),
        ("serial;holder\n1;a\n", "parted by semicolons"),
        ("serial\tholder\n1\ta\n", "parted by tabs"),
        (
            "serial\n1\n",
            "neither a column `holder` nor a column `subject`",
        ),
        (
            "holder,serial\na,1\n,2\n",
            "neither a holder nor a subject on line 3",
        ),
        (
            "holder,serial\na\n",
            "there are 1 cells for 2 columns on line 2",
        ),
        (
            "holder\na\nb\na\n",
            "the holder or subject of line 2 is there again on line 4",
        ),
        (
            "holder,serial\na,1\nb,1\n",
            "the serial number of line 2 is there again on line 3",
        ),
        (
            "holder,code\na,1234\n",
            "the cell `code` holds no enrolment code on line 2",
        ),
        (
            "holder,key\na,rsa:7\n",
            "`rsa:7` is not a kind of key on line 2",
        ),
        (
            "holder,serial\na,1.23E+11\n",
            "`1.23E+11` is what a spreadsheet makes of a number",
        ),
        ("holder,,serial\na,,1\n", "unknown column ``"),
        (
            "holder,,\na,,x\n",
            "there are 3 cells for 1 columns on line 2",
        ),
        ("subject\nTaro\n", "`Taro` is not a subject on line 2"),
        (
            "holder,san\na,taro\n",
            "`taro` is not a list of alternative names on line 2",
        ),
        ("holder\na b\n", "`a b` is not a holder on line 2"),
        (
            "holder,label\na,b\u{1b}[2Jc\n",
            "the cell `label` cannot be printed or is too long on line 2",
        ),
        (
            "holder,label\na,\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\u{6f22}\n",
            "is longer than 32 bytes on line 2",
        ),
    ] {
        let said = refused(text);
        assert!(said.contains(words), "{text:?}: {said}");
    }
    let code = "holder,code\na,0000-1111-2222-3333-4444-5555-6666\n";
    assert!(!refused(code).contains("1111"), "a code is not repeated");
}

#[test]
fn mistakes_are_said_in_japanese_too_and_nothing_is_done() {
    let bench = Workbench::with(1);
    for (text, words) in [
        (
            &b"serial,lable,holder\n"[..],
            "列 `lable` はありません。`label` ではありませんか",
        ),
        (b"holder\n\x90\xea\x97p\n", "Shift_JIS"),
        (
            b"holder\na\na\n",
            "2行目のholderまたはsubjectがもう一度出てきます（3行目）",
        ),
        (b"subject\nTaro\n", "`Taro` は名義ではありません（2行目）"),
    ] {
        bench.world.write("box.csv", text);
        let refused = bench.issue(&["--lang", "ja"]).exits(2);
        refused.complains(words).complains("ヒント");
    }
    assert_eq!(bench.world.calls().total(), 0);
}

fn cell() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9ぁ-ん,\"' ;=+@-]{0,12}"
}

proptest! {
    #[test]
    fn nothing_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Manifest::parse("box.csv", &bytes);
    }

    #[test]
    fn nothing_under_a_good_header_makes_it_panic(rest in "(,,[a-z\"]{0,3},(CN=[a-z])?,[\\PC\n\r\",]{0,9},,,,,[\\PC\n\r\"]{0,9}\r?\n){0,4}[\\PC\n\r\",]{0,50}") {
        let text = format!("{}\n{rest}", COLUMNS.join(","));
        if let Ok(manifest) = Manifest::parse("box.csv", text.as_bytes()) {
            let none: Vec<_> = manifest.rows.iter().map(|_| None).collect();
            let again = Manifest::parse("again.csv", &manifest.with_codes(&none)).unwrap();
            prop_assert_eq!(again.rows.len(), manifest.rows.len());
        }
    }

    #[test]
    fn what_is_written_with_codes_is_read_back(
        cells in proptest::collection::vec((cell(), cell()), 1..8),
        seed in any::<u8>(),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let rows = cells.iter().enumerate().map(|(at, (name, note))| {
            format!("C/{at},{},{}\n", quoted(name), quoted(note))
        });
        let text = format!("holder,name,note\n{}", rows.collect::<String>());
        let manifest = Manifest::parse("box.csv", text.as_bytes()).unwrap();
        let mut next = seed;
        let mut random = |bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_mul(73).wrapping_add(41);
                *byte = next;
            }
            Ok(())
        };
        let mut code = || {
            let code = tokencert::authority::EnrolmentCode::random(&mut random).unwrap();
            Some((code, jiff::Timestamp::UNIX_EPOCH))
        };
        let codes: Vec<_> = cells.iter().map(|_| code()).collect();
        let written = manifest.with_codes(&codes);
        let Ok(read) = Manifest::parse("codes.csv", &written) else {
            // Small seeds repeat themselves: the same code twice is refused.
            return Ok(());
        };
        for ((row, before), code) in read.rows.iter().zip(&manifest.rows).zip(&codes) {
            prop_assert_eq!((row.whose(), &row.name), (before.whose(), &before.name));
            prop_assert_eq!(row.code.as_ref(), code.as_ref().map(|(code, _)| code));
        }
    }
}
