//! The times of certificates.

use der::Tag;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::asn1::Element;

/// Reads `UTCTime` or `GeneralizedTime` (RFC 5280 section 4.1.2.5).
///
/// Seconds may be missing and offsets given, as certificates from before RFC 2459 have them. A
/// moment that a [`Timestamp`] cannot hold, as the end of 9999 that stands for "never", becomes the
/// last or first one it can.
pub(super) fn read(element: &Element<'_>) -> Option<Timestamp> {
    let text = std::str::from_utf8(element.value)
        .ok()
        .filter(|text| text.is_ascii())?;
    let text = match element.tag {
        Tag::UtcTime => {
            let year: u8 = text.get(..2)?.parse().ok()?;
            format!("{}{text}", if year < 50 { "20" } else { "19" })
        }
        Tag::GeneralizedTime => text.to_owned(),
        _ => return None,
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (moment, zone) = text.split_at_checked(digits)?;
    let format = match digits {
        12 => "%Y%m%d%H%M",
        14 => "%Y%m%d%H%M%S",
        _ => return None,
    };
    let moment = DateTime::strptime(format, moment).ok()?;
    let offset = offset_of(zone)?;
    Some(offset.to_timestamp(moment).unwrap_or(if moment.year() > 0 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    }))
}

/// `Z`, or `+0900`.
fn offset_of(zone: &str) -> Option<Offset> {
    if zone == "Z" {
        return Some(Offset::UTC);
    }
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let hours: i32 = zone.get(1..3)?.parse().ok()?;
    let minutes: i32 = zone.get(3..5)?.parse().ok().filter(|_| zone.len() == 5)?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
