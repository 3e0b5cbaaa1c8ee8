//! Sequences that once surprised, by name.

use super::step::{Case, Place, Step, Typed};
use super::{Event, Houses, device};

const AT: Place = Place { owner: 0, node: 0 };

fn reached(house: usize, steps: Vec<Step>) -> std::collections::BTreeSet<Event> {
    Houses::default().run(&Case { house, steps }).unwrap().0
}

/// A key that was revoked is enrolled anew, and nobody confirms it: what it showed before stays spent.
#[test]
fn f07_an_enrolment_that_lapses_forgets_no_watermark() {
    let back = |lapses| Step::Return { at: AT, name: 1, to: 1, lapses, typed: Typed::Used(0) };
    let events = reached(0, vec![Step::Ready { at: AT, name: 1, device: 1 }, back(true)]);
    assert!(events.contains(&Event::ReplayFree), "{events:?}");
}

/// The same, where another key is enrolled under the name meanwhile.
#[test]
fn f07_an_enrolment_that_is_replaced_forgets_no_watermark() {
    let enrol = |device| Step::Enrol { at: AT, name: 1, device, late: false };
    let steps = [
        Step::Ready { at: AT, name: 1, device: 1 },
        Step::Revoke { at: AT, name: 1 },
        enrol(1),
        enrol(0),
        enrol(1),
        Step::Confirm { at: AT, name: 1, typed: Typed::Used(0) },
    ];
    let events = reached(0, steps.into());
    assert!(events.contains(&Event::ReplayFree), "{events:?}");
}

/// Whoever asks for an exhausted token writes nothing: the run compares every write.
#[test]
fn r4226_7_an_exhausted_token_is_refused_without_a_write() {
    let events = reached(0, vec![Step::Spend { at: AT, name: 0 }]);
    assert!(events.contains(&Event::Exhausted), "{}: {events:?}", device::FEW);
}
