//! placeholder
/// placeholder
#[derive(Debug)] pub struct FolderAuthority {}
