//! Names in half-width kana, as the banks' screens and lists have them.

/// Half-width kana with their full-width forms, in the order of JIS X 0201.
const HALF: &str = "ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ";
const FULL: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Kana with a mark (゛ or ゜): half-width ones have it as a letter of its own.
const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ";
const UNVOICED: &str = "カキクケコサシスセソタチツテトハヒフヘホウ";
const PLOSIVE: &str = "パピプペポ";
const BASE: &str = "ハヒフヘホ";

/// How far hiragana stand before katakana in Unicode.
const HIRAGANA_TO_KATAKANA: u32 = 0x60;

/// The name in half-width kana and single blanks; `None` if anything else is in it, or nothing.
///
/// Full-width katakana and hiragana become half-width, as do full-width blanks.
pub(super) fn half_width(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split_whitespace()
        .map(half_width_word)
        .collect::<Option<_>>()?;
    (!words.is_empty()).then(|| words.join(" "))
}

fn half_width_word(word: &str) -> Option<String> {
    word.chars()
        .map(katakana)
        .try_fold(String::new(), |mut half, letter| {
            let (base, mark) = if let Some(base) = beside(VOICED, UNVOICED, letter) {
                (base, Some('ﾞ'))
            } else if let Some(base) = beside(PLOSIVE, BASE, letter) {
                (base, Some('ﾟ'))
            } else {
                (letter, None)
            };
            let base = match beside(FULL, HALF, base) {
                Some(base) => base,
                None if HALF.contains(base) => base,
                None => return None,
            };
            half.push(base);
            half.extend(mark);
            Some(half)
        })
}

/// The letter of `to` that stands where `letter` stands in `from`.
fn beside(from: &str, to: &str, letter: char) -> Option<char> {
    let place = from.chars().position(|known| known == letter)?;
    to.chars().nth(place)
}

fn katakana(letter: char) -> char {
    match letter {
        'ぁ'..='ゔ' => char::from_u32(u32::from(letter) + HIRAGANA_TO_KATAKANA).unwrap_or(letter),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{FULL, HALF, half_width};

    #[test]
    fn full_width_kana_become_half_width_with_their_marks_apart() {
        for (name, half) in [
            ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
            ("ｼﾝｷﾝ ﾊﾅｺ", "ｼﾝｷﾝ ﾊﾅｺ"),
            (" ぽっぷ  ヴァン ", "ﾎﾟｯﾌﾟ ｳﾞｧﾝ"),
        ] {
            assert_eq!(half_width(name).as_deref(), Some(half));
        }
        assert_eq!(HALF.chars().count(), FULL.chars().count());
    }

    #[test]
    fn a_name_of_other_letters_or_of_none_is_no_kana() {
        for name in ["", " 　", "山田", "ﾔﾏﾀﾞ1", "Yamada", "ﾔﾏﾀﾞ\u{202e}", "ヷ"]
        {
            assert_eq!(half_width(name), None, "{name}");
        }
    }
}
