//! Lines of a bench that `scripts/ratios` reads.

/// Verifications a second in that of the smallest loop, with so many clients.
pub(crate) fn ratio(engine: &str, clients: usize, ratio: f64) {
    println!("RATIO {engine} {clients} {ratio:.2}");
}

/// What one record takes, its key and the index included.
pub(crate) fn bytes(engine: &str, bytes: u64) {
    println!("BYTES {engine} {bytes}");
}
