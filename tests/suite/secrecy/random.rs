//! F60: a generator that fails makes nothing.

use crate::support::*;
use crate::tape::Tape;
use countersign::*;
use rand_core::{TryCryptoRng, TryRng};

/// Fills `good` times, then half-way, then fails.
struct Failing {
    good: u8,
}

#[derive(Debug)]
struct Dry;

impl std::fmt::Display for Dry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dry")
    }
}

impl std::error::Error for Dry {}

impl TryRng for Failing {
    type Error = Dry;

    fn try_next_u32(&mut self) -> Result<u32, Dry> {
        Err(Dry)
    }

    fn try_next_u64(&mut self) -> Result<u64, Dry> {
        Err(Dry)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Dry> {
        let half = bytes.len() / 2;
        let Some(left) = self.good.checked_sub(1) else {
            bytes[..half].fill(0x5a);
            return Err(Dry);
        };
        self.good = left;
        bytes.fill(0x5a);
        Ok(())
    }
}

impl TryCryptoRng for Failing {}

/// The fault of an operation that cannot be made.
fn fault<T>(made: Result<T, Invalid>) -> Invalid {
    made.err().expect("it was made")
}

#[test]
fn f60_asvs_6_5_3_a_failing_generator_makes_no_key() {
    let dry = || Failing { good: 0 };
    assert_eq!(fault(Secret::generate(&mut dry())), Invalid::RandomSource);
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        assert_eq!(fault(Secret::generate_for(algorithm, &mut dry())), Invalid::RandomSource);
    }
    assert_eq!(fault(RootKey::generate(&mut dry())), Invalid::RandomSource);
    let good = &mut Failing { good: 3 };
    assert!(Secret::generate(good).is_ok() && RootKey::generate(good).is_ok() && Secret::generate(good).is_ok());
}

#[test]
fn f60_a_failing_generator_fails_every_operation_before_the_store_is_touched() {
    let desk = Desk::new(Tape::default());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let (row, _) = (desk.store.row(), desk.store.calls());
    let (who, now, verifier, value) = (customer(), desk.time(), &desk.verifier, payment(1));
    let dry = || Failing { good: 0 };

    for good in [0, 1] {
        let issue = verifier.issue(PAY, &who, &value, &phone(), now, &mut Failing { good });
        assert_eq!(fault(issue), Invalid::RandomSource, "after {good}");
    }
    let verify = verifier.verify(PAY, &who, handle, six(&code), payment(1), now, &mut dry());
    assert_eq!(fault(verify), Invalid::RandomSource);
    assert_eq!(fault(verifier.resend(PAY, &who, handle, &value, &phone(), now, &mut dry())), Invalid::RandomSource);
    assert_eq!(fault(verifier.cancel(PAY, &who, handle, now, &mut dry())), Invalid::RandomSource);
    let reporter = Reporter::Token(ReportToken::from_bytes([7; 8]));
    assert_eq!(fault(verifier.report(PAY, &who, reporter, now, &mut dry())), Invalid::RandomSource);
    assert_eq!(fault(verifier.close(PAY, &who, now, &mut dry())), Invalid::RandomSource);
    assert_eq!(fault(verifier.reinstate(PAY, &who, now, &mut dry())), Invalid::RandomSource);

    assert_eq!((desk.store.row(), desk.store.calls()), (row, vec![]));
    assert!(desk.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}

#[test]
fn f60_one_draw_is_enough_for_a_verify_and_two_for_an_issue() {
    let desk = Desk::new(Tape::default());
    let (who, value) = (customer(), payment(1));
    let issue = desk.verifier.issue(PAY, &who, &value, &phone(), desk.time(), &mut Failing { good: 2 }).unwrap();
    let issued = issue.run(&desk.store).unwrap();
    let (handle, code) = (issued.ticket().handle(), code_in(&issued).unwrap());
    let rng = &mut Failing { good: 1 };
    let verify = desk.verifier.verify(PAY, &who, handle, six(&code), payment(1), desk.time(), rng).unwrap();
    assert!(verify.run(&desk.store).is_ok());
}
