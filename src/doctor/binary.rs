//! What kind of library a file is, by its first bytes: enough to say that it was made for another
//! processor, which the system's own message rarely does.

use std::fmt;

/// How many bytes of a file are looked at.
const ENOUGH: usize = 4096;

/// The file formats of shared libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Linux and the other Unix systems.
    Elf,
    /// Windows.
    Pe,
    /// macOS.
    MachO,
}

impl Format {
    /// Its name: `ELF`, `PE` or `Mach-O`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Elf => "ELF",
            Self::Pe => "PE",
            Self::MachO => "Mach-O",
        }
    }
}

/// A library's format and the processors that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// The format.
    pub format: Format,
    /// The processors, as `std::env::consts::ARCH` names them; unknown ones by their number. A
    /// library of macOS may be for several.
    pub processors: Vec<String>,
}

impl Binary {
    /// How many bytes from a file's beginning [`Binary::read`] wants.
    pub const BYTES: usize = ENOUGH;

    /// Reads the beginning of a file; nothing if it is no library of any system.
    #[must_use]
    pub fn read(beginning: &[u8]) -> Option<Self> {
        elf(beginning)
            .or_else(|| pe(beginning))
            .or_else(|| mach_o(beginning))
    }

    /// True if a program of this system and processor can load it.
    #[must_use]
    pub fn suits(&self, system: &str, processor: &str) -> bool {
        self.format == Self::format_of(system) && self.processors.iter().any(|one| one == processor)
    }

    /// What a system's libraries are.
    #[must_use]
    pub fn format_of(system: &str) -> Format {
        match system {
            "windows" => Format::Pe,
            "macos" | "ios" => Format::MachO,
            _ => Format::Elf,
        }
    }
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.format.name(), self.processors.join("/"))
    }
}

/// Two bytes in one order or the other.
fn half(bytes: &[u8], at: usize, little: bool) -> Option<u16> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if little {
        u16::from_le_bytes(two)
    } else {
        u16::from_be_bytes(two)
    })
}

fn word(bytes: &[u8], at: usize, little: bool) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(if little {
        u32::from_le_bytes(four)
    } else {
        u32::from_be_bytes(four)
    })
}

/// `e_ident`, `e_type` and `e_machine` (System V ABI, chapter 4).
fn elf(bytes: &[u8]) -> Option<Binary> {
    const SHARED: u16 = 3;
    bytes.strip_prefix(b"\x7fELF")?;
    let little = *bytes.get(5)? == 1;
    if half(bytes, 16, little)? != SHARED {
        return None;
    }
    let wide = *bytes.get(4)? == 2;
    let name = match (half(bytes, 18, little)?, wide) {
        (3, _) => "x86".to_owned(),
        (62, true) => "x86_64".to_owned(),
        (62, false) => "x32".to_owned(),
        (40, _) => "arm".to_owned(),
        (183, _) => "aarch64".to_owned(),
        (243, true) => "riscv64".to_owned(),
        (243, false) => "riscv32".to_owned(),
        (21, _) => "powerpc64".to_owned(),
        (20, _) => "powerpc".to_owned(),
        (22, _) => "s390x".to_owned(),
        (258, _) => "loongarch64".to_owned(),
        (8, true) => "mips64".to_owned(),
        (8, false) => "mips".to_owned(),
        (other, _) => format!("{other}"),
    };
    Some(Binary {
        format: Format::Elf,
        processors: vec![name],
    })
}

/// `e_lfanew`, then `Machine` and `Characteristics` of the COFF header.
fn pe(bytes: &[u8]) -> Option<Binary> {
    const DLL: u16 = 0x2000;
    bytes.strip_prefix(b"MZ")?;
    let at = usize::try_from(word(bytes, 0x3c, true)?).ok()?;
    bytes.get(at..)?.strip_prefix(b"PE\0\0")?;
    if half(bytes, at.checked_add(22)?, true)? & DLL == 0 {
        return None;
    }
    let name = match half(bytes, at.checked_add(4)?, true)? {
        0x014c => "x86".to_owned(),
        0x8664 => "x86_64".to_owned(),
        0x01c4 => "arm".to_owned(),
        0xaa64 => "aarch64".to_owned(),
        other => format!("{other:#06x}"),
    };
    Some(Binary {
        format: Format::Pe,
        processors: vec![name],
    })
}

/// One header, or a list of them for several processors (`mach-o/fat.h`).
fn mach_o(bytes: &[u8]) -> Option<Binary> {
    const DYLIB: u32 = 6;
    const BUNDLE: u32 = 8;
    let processors = match word(bytes, 0, false)? {
        // More processors than that have never been: Java's class files begin with the same bytes.
        0xcafe_babe => {
            let count = usize::try_from(word(bytes, 4, false)?).ok()?;
            if !(1..=20).contains(&count) {
                return None;
            }
            (0..count)
                .map(|one| word(bytes, 8 + one * 20, false).map(mach_processor))
                .collect::<Option<Vec<_>>>()?
        }
        0xcffa_edfe | 0xcefa_edfe => {
            if ![DYLIB, BUNDLE].contains(&word(bytes, 12, true)?) {
                return None;
            }
            vec![mach_processor(word(bytes, 4, true)?)]
        }
        _ => return None,
    };
    Some(Binary {
        format: Format::MachO,
        processors,
    })
}

fn mach_processor(number: u32) -> String {
    match number {
        7 => "x86".to_owned(),
        0x0100_0007 => "x86_64".to_owned(),
        12 => "arm".to_owned(),
        0x0100_000c => "aarch64".to_owned(),
        18 => "powerpc".to_owned(),
        other => format!("{other:#x}"),
    }
}
