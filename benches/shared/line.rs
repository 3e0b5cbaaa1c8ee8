//! Lines of a bench that `scripts/ratios` reads.

/// Verifications a second in that of the smallest loop, with so many clients.
pub(crate) fn ratio(engine: &str, clients: usize, ratio: f64) {
    println!("RATIO {engine} {clients} {ratio:.2}");
}
