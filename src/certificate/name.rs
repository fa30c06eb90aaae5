//! Distinguished names, and text that is safe to print.
use crate::error::Result;
/// A distinguished name: DER kept as it came, with its attributes as text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DistinguishedName {}
impl DistinguishedName {
    /// Reads the DER of a Name.
    pub fn from_der(der: &[u8]) -> Result<Self> { todo!() }
    /// Reads `CN=…,O=…` as users write it: RFC 4514 (most specific first, escapes, multi-valued with +), spaces after commas tolerated, Japanese allowed (UTF8String; C PrintableString 2 letters; emailAddress/DC IA5String), control and bidi characters refused → Error::SubjectInvalid. The order written is kept RFC 4514-wise (first written = last RDN).
    pub fn parse(text: &str) -> Result<Self> { todo!() }
    /// The DER.
    #[must_use] pub fn as_der(&self) -> &[u8] { todo!() }
    /// Is it without attributes
    #[must_use] pub fn is_empty(&self) -> bool { todo!() }
    /// The first commonName, sanitised.
    #[must_use] pub fn common_name(&self) -> Option<String> { todo!() }
    /// (attribute short name or dotted OID, value) in encoding order, values as they are: sanitise before printing.
    #[must_use] pub fn attributes(&self) -> Vec<(String, String)> { todo!() }
}
/// RFC 4514 text, Japanese as text, sanitised.
impl std::fmt::Display for DistinguishedName { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
impl std::fmt::Debug for DistinguishedName { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
/// Text from a token or a certificate made safe for a terminal: control characters (C0, C1, DEL), line and paragraph separators, bidirectional controls and zero-width/tag characters become U+FFFD.
#[must_use] pub fn sanitized(text: &str) -> String { todo!() }
