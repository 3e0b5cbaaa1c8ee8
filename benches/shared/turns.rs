//! Ours and the loop by hand in turns, in short slices: whatever disturbs the machine disturbs both.
//!
//! A ratio is the median of those of neighbours in time. Whole runs of one side after the other would differ by more
//! than the target, whatever was measured.

use super::line;

const TARGET: f64 = 0.90;

/// How much to measure: pairs of slices, of so many calls a client each.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) pairs: usize,
    pub(crate) calls: usize,
}

impl Effort {
    /// A full measurement, or a glance when the benches run once as tests.
    pub(crate) fn of_this_run(full: Self) -> Self {
        if std::env::args().any(|argument| argument == "--test") { Self { pairs: 2, calls: 2 } } else { full }
    }
}

/// Calls a second of both sides, pair by pair.
#[derive(Default)]
pub(crate) struct Turns {
    ours: Vec<f64>,
    by_hand: Vec<f64>,
}

impl Turns {
    pub(crate) fn add(&mut self, ours: f64, by_hand: f64) {
        self.ours.push(ours);
        self.by_hand.push(by_hand);
    }

    /// The median ratio of neighbours.
    pub(crate) fn ratio(&self) -> f64 {
        quantile(self.ratios(), 0.5)
    }

    pub(crate) fn report(&self, engine: &str, clients: usize) {
        let (ours, by_hand) = (quantile(self.ours.clone(), 0.5), quantile(self.by_hand.clone(), 0.5));
        let (ratio, low, high) = (self.ratio(), quantile(self.ratios(), 0.25), quantile(self.ratios(), 0.75));
        let verdict = if ratio >= TARGET { "met" } else { "MISSED" };
        println!(
            "{engine}, {clients:>2} clients: {ours:.0} verifications a second, {by_hand:.0} by hand; ratio {ratio:.2} \
             (half of {} pairs within {low:.2} to {high:.2}), target at least {TARGET:.2}: {verdict}",
            self.ours.len()
        );
        line::ratio(engine, clients, ratio);
    }

    fn ratios(&self) -> Vec<f64> {
        self.ours.iter().zip(&self.by_hand).map(|(ours, by_hand)| ours / by_hand).collect()
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "few values"
)]
fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = (values.len().saturating_sub(1) as f64 * part).round() as usize;
    values.get(place).copied().unwrap_or_default()
}
