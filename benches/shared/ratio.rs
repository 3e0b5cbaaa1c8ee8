//! Ratios of medians, both sides measured in turns: what disturbs the machine disturbs both.

use core::time::Duration;
use std::time::Instant;

/// How much to measure.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    pub(crate) calls: u32,
}

impl Effort {
    /// A full measurement, or a glance when the benches run once as tests.
    pub(crate) fn of_this_run(full: Self) -> Self {
        if std::env::args().any(|argument| argument == "--test") { Self { rounds: 3, calls: 10 } } else { full }
    }

    /// The median time of a call of each, in nanoseconds. `ready` makes what the calls of one round consume.
    pub(crate) fn turns<T>(
        self,
        mut ready: impl FnMut() -> Vec<T>,
        mut one: impl FnMut(T),
        mut two: impl FnMut(),
    ) -> (f64, f64) {
        let (mut ones, mut twos) = (Vec::with_capacity(self.rounds), Vec::with_capacity(self.rounds));
        for _ in 0..self.rounds {
            ones.push(time(ready(), &mut one));
            twos.push(time(0..self.calls, &mut |_| two()));
        }
        (self.median(ones), self.median(twos))
    }

    fn median(self, mut times: Vec<Duration>) -> f64 {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        median.as_secs_f64() * 1e9 / f64::from(self.calls)
    }
}

fn time<T>(inputs: impl IntoIterator<Item = T>, call: &mut impl FnMut(T)) -> Duration {
    let start = Instant::now();
    for input in inputs {
        call(input);
    }
    start.elapsed()
}

/// Prints a ratio with its target.
pub(crate) fn report(what: &str, (ours, theirs): (f64, f64), target: f64) {
    let ratio = ours / theirs;
    let verdict = if ratio <= target { "met" } else { "MISSED" };
    println!("{what}: {ours:.1} ns / {theirs:.1} ns = {ratio:.2}, target at most {target:.2}: {verdict}");
}
