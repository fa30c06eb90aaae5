//! placeholder
/// placeholder
#[derive(Debug)] pub struct HandoffAuthority {}
