//! Libraries of every system by their first bytes, as data.

use proptest::prelude::*;
use tokencert::doctor::{Binary, Format};

/// An ELF header: its class, its byte order, its type and machine.
fn elf(class: u8, big: bool, kind: u16, machine: u16) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..4].copy_from_slice(b"\x7fELF");
    (bytes[4], bytes[5]) = (class, if big { 2 } else { 1 });
    let two = |value: u16| {
        if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    bytes[16..18].copy_from_slice(&two(kind));
    bytes[18..20].copy_from_slice(&two(machine));
    bytes
}

fn pe(machine: u16, dll: bool) -> Vec<u8> {
    let mut bytes = vec![0; 0x200];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c..0x40].copy_from_slice(&0x80_u32.to_le_bytes());
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes[0x84..0x86].copy_from_slice(&machine.to_le_bytes());
    let flags: u16 = if dll { 0x2022 } else { 0x0022 };
    bytes[0x96..0x98].copy_from_slice(&flags.to_le_bytes());
    bytes
}

fn mach_o(processor: u32, kind: u32) -> Vec<u8> {
    let words = [0xfeed_facf, processor, 0, kind, 0, 0, 0, 0_u32];
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn fat(processors: &[u32]) -> Vec<u8> {
    let mut words = vec![0xcafe_babe, u32::try_from(processors.len()).unwrap()];
    for processor in processors {
        words.extend([*processor, 0, 0x4000, 0x1000, 14]);
    }
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn read(bytes: &[u8]) -> Binary {
    Binary::read(bytes).unwrap()
}

#[test]
fn libraries_of_linux_are_read_in_both_byte_orders() {
    for (bytes, processor) in [
        (elf(2, false, 3, 62), "x86_64"),
        (elf(1, false, 3, 62), "x32"),
        (elf(1, false, 3, 3), "x86"),
        (elf(2, false, 3, 183), "aarch64"),
        (elf(1, false, 3, 40), "arm"),
        (elf(2, true, 3, 22), "s390x"),
        (elf(2, true, 3, 21), "powerpc64"),
        (elf(2, false, 3, 4711), "4711"),
    ] {
        let binary = read(&bytes);
        assert_eq!(binary.format, Format::Elf);
        assert_eq!(binary.processors, [processor]);
        assert!(binary.suits("linux", processor) && binary.suits("freebsd", processor));
        assert!(!binary.suits("windows", processor) && !binary.suits("macos", processor));
    }
    assert!(!read(&elf(2, false, 3, 62)).suits("linux", "aarch64"));
    assert!(!read(&elf(1, false, 3, 62)).suits("linux", "x86_64"));
}

#[test]
fn libraries_of_windows_are_dlls_of_one_processor() {
    for (machine, processor) in [(0x8664, "x86_64"), (0x014c, "x86"), (0xaa64, "aarch64")] {
        let binary = read(&pe(machine, true));
        assert_eq!(binary.to_string(), format!("PE {processor}"));
        assert!(binary.suits("windows", processor));
        assert!(!binary.suits("linux", processor));
    }
    // The driver of 32 bits on Windows of 64: what help desks meet most.
    assert!(!read(&pe(0x014c, true)).suits("windows", "x86_64"));
}

#[test]
fn libraries_of_macos_may_be_for_several_processors() {
    let both = read(&fat(&[0x0100_0007, 0x0100_000c]));
    assert_eq!(both.to_string(), "Mach-O x86_64/aarch64");
    assert!(both.suits("macos", "aarch64") && both.suits("macos", "x86_64"));
    // An Intel driver on an Apple processor.
    let intel = read(&mach_o(0x0100_0007, 6));
    assert!(intel.suits("macos", "x86_64") && !intel.suits("macos", "aarch64"));
    assert!(read(&mach_o(0x0100_000c, 8)).suits("macos", "aarch64"));
}

#[test]
fn programs_objects_texts_and_java_classes_are_no_libraries() {
    for bytes in [
        elf(2, false, 2, 62),
        elf(2, false, 1, 62),
        pe(0x8664, false),
        mach_o(0x0100_0007, 2),
        // A class file of Java 17: 61 as the count of processors would be absurd.
        vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 30],
        b"MZ".to_vec(),
        b"\x7fELF".to_vec(),
        b"/* GNU ld script */ GROUP ( libm.so.6 )".to_vec(),
        Vec::new(),
    ] {
        assert_eq!(Binary::read(&bytes), None, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn no_beginning_of_a_file_brings_the_reader_down(
        magic in prop::sample::select(vec![&b"\x7fELF"[..], b"MZ", &[0xca, 0xfe, 0xba, 0xbe], &[0xcf, 0xfa, 0xed, 0xfe], b""]),
        rest in prop::collection::vec(any::<u8>(), 0..512),
    ) {
        let bytes = [magic, &rest].concat();
        if let Some(binary) = Binary::read(&bytes) {
            prop_assert!(!binary.processors.is_empty());
        }
    }
}
