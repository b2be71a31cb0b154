//! Content digests (BLAKE3), so that a result says exactly which inputs it came from.

/// A hasher over named parts: the same parts in the same order give the same digest, and two parts never run together.
#[derive(Default)]
pub struct Digester(blake3::Hasher);

impl Digester {
    /// Starts an empty digest.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one part under a name.
    pub fn part(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        self.0.update(&(name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// The first 128 bits as 32 hex digits.
    pub fn finish(&self) -> String {
        self.0.finalize().to_hex()[..32].to_string()
    }

    /// All 256 bits, for keys of random streams.
    pub fn key(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}

/// The digest of one piece of content.
pub fn of(bytes: &[u8]) -> String {
    Digester::new().part("content", bytes).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let a = Digester::new().part("a", b"bc").finish();
        let b = Digester::new().part("ab", b"c").finish();
        assert_ne!(a, b);
        assert_eq!(a.len(), 32);
    }
}
