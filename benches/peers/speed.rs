//! What a call costs.

use std::hint::black_box;
use std::time::Instant;

use crate::{PEERS, head};

type Call = Box<dyn FnMut() -> bool>;

/// The calls of one crate. What it cannot do is `None`. Each says whether it came out as it must.
#[derive(Default)]
pub struct Speed {
    pub generate: Option<Call>,
    pub hit: Option<Call>,
    pub miss: Option<Call>,
    pub parse: Option<Call>,
    pub build: Option<Call>,
}

pub fn call(mut call: impl FnMut() -> bool + 'static) -> Option<Call> {
    Some(Box::new(move || black_box(call())))
}

const ROUNDS: usize = 301;
const CALLS: u32 = 300;

/// Prints the median of a call in nanoseconds. All take turns, so what disturbs the machine disturbs all.
pub fn table() {
    head("a call, in ns");
    let mut rows: [(&str, Vec<Option<Call>>); 5] = [
        ("generate", vec![]),
        ("check, hit", vec![]),
        ("check, miss", vec![]),
        ("parse a URI", vec![]),
        ("build a URI", vec![]),
    ];
    for peer in &PEERS {
        let Speed { generate, hit, miss, parse, build } = (peer.speed)();
        for (row, call) in rows.iter_mut().zip([generate, hit, miss, parse, build]) {
            row.1.push(call);
        }
    }
    for (name, mut calls) in rows {
        let cells: Vec<String> = medians(&mut calls).into_iter().map(|cell| cell.unwrap_or("-".into())).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
}

fn medians(calls: &mut [Option<Call>]) -> Vec<Option<String>> {
    for (call, peer) in calls.iter_mut().zip(&PEERS) {
        assert!(call.as_mut().is_none_or(|call| call()), "{} does not do what is measured", peer.name);
    }
    let mut times: Vec<Vec<f64>> = calls.iter().map(|_| Vec::with_capacity(ROUNDS)).collect();
    for _ in 0..ROUNDS {
        for (call, times) in calls.iter_mut().zip(&mut times) {
            let Some(call) = call else { continue };
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(call());
            }
            times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    times.into_iter().map(median).collect()
}

fn median(mut times: Vec<f64>) -> Option<String> {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).map(|time| format!("{time:.0}"))
}
