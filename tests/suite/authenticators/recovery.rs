//! Ten codes on paper.

use rand_chacha::rand_core::{TryCryptoRng, TryRng};

use super::*;

fn owner_of_codes() -> (Desk<MemoryStore>, Vec<String>) {
    let desk = Desk::new(MemoryStore::new());
    let codes = desk.make_codes().unwrap();
    (desk, codes)
}

#[test]
fn f18_n63b_9_each_of_ten_codes_is_accepted_once() {
    let (desk, codes) = owner_of_codes();
    assert_eq!(codes.len(), 10);
    for (n, code) in codes.iter().enumerate() {
        assert_eq!(usize::from(desk.account(&PHONE).recovery_codes_left()), 10 - n);
        assert_eq!(outcome(desk.recover(code)), Ok(()));
        assert!(desk.recover(code).is_err());
        desk.reinstate_account().unwrap();
    }
    assert_eq!(desk.account(&PHONE).recovery_codes_left(), 0);
    for code in &codes {
        assert!(desk.recover(code).is_err(), "and ten years later");
        desk.wait(DAY);
    }
}

#[test]
fn f18_three_replays_are_free_whichever_code_and_the_fourth_is_charged() {
    let (desk, codes) = owner_of_codes();
    for code in &codes[..2] {
        assert_eq!(outcome(desk.recover(code)), Ok(()));
    }
    for n in 0..3 {
        let again = refused(desk.recover(&codes[n % 2]));
        assert_eq!((again.reason(), again.hint()), (Reason::Replayed, Hint::AlreadyUsed));
    }
    assert_eq!(desk.account(&PHONE).total_failures(), 0);
    assert_eq!(outcome(desk.recover(&codes[0])), Err(Reason::WrongCode));
    assert_eq!(desk.account(&PHONE).total_failures(), 1);
}

#[test]
fn n63b_10_a_new_set_ends_the_old_and_each_code_has_80_bits() {
    let (desk, old) = owner_of_codes();
    desk.wait(5);
    let new = desk.make_codes().unwrap();
    assert_eq!(desk.account(&PHONE).recovery_codes_made(), Some(desk.time()));
    let mut all = [old.clone(), new.clone()].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 20);
    for code in &all {
        assert_eq!(code.len(), 16 + 3);
        assert!(code.chars().all(|c| "0123456789ABCDEFGHJKMNPQRSTVWXYZ-".contains(c)), "{code}");
    }
    assert_eq!(outcome(desk.recover(&old[0])), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.recover(&new[0])), Ok(()));
}

#[test]
fn what_a_person_types_may_differ_in_case_spaces_dashes_and_look_alikes() {
    let (desk, codes) = owner_of_codes();
    let alike = |code: &str| code.replace('0', "o").replace('1', "l");
    let typed = [
        codes[0].to_lowercase(),
        codes[1].replace('-', ""),
        codes[2].replace('-', " "),
        alike(&codes[3]),
        alike(&codes[4]).to_lowercase().replace('l', "I"),
        format!("  {}  ", codes[5]),
    ];
    for (n, typed) in typed.iter().enumerate() {
        assert_eq!(outcome(desk.recover(typed)), Ok(()), "{n}");
    }
    assert_eq!(desk.account(&PHONE).recovery_codes_left(), 4);
}

#[test]
fn f41_f42_f43_what_is_no_code_never_reaches_the_store() {
    let mut faults: Vec<String> = ["", "-", " ", "0", "7ZK00114ABCDEFG", "7ZK00114ABCDEFGHJ", "7ZK00114ABCDEFGU"]
        .into_iter()
        .chain(["７ZK00114ABCDEFGH", "7ZK00114ABCDEFG\u{660}", "+7ZK00114ABCDEFG", "7ZK00114ABCDEFG\0"])
        .map(str::to_owned)
        .collect();
    faults.push("A".repeat(10 << 20));
    for text in faults {
        assert_eq!(RecoveryCode::parse(&text).unwrap_err(), Invalid::RecoveryCode);
    }
}

#[test]
fn f41_absent_codes_equal_nothing() {
    let desk = Desk::new(MemoryStore::new());
    for code in ["0000000000000000", "ZZZZZZZZZZZZZZZZ"] {
        assert_eq!(outcome(desk.recover(code)), Err(Reason::NotEnrolled));
    }
    desk.own(&PHONE);
    assert_eq!(outcome(desk.recover("0000000000000000")), Err(Reason::NotEnrolled));
    assert_eq!(desk.account(&PHONE).total_failures(), 0);
}

#[test]
fn n63b_9_wrong_codes_lock_after_five_and_a_right_one_does_not_help() {
    let (desk, codes) = owner_of_codes();
    for left in (0..5).rev() {
        let refused = refused(desk.recover(&format!("{left:016}")));
        assert_eq!(refused.reason(), Reason::WrongCode);
        let until = at(START + 1_800);
        let hint = if left == 0 { Hint::Wait { until } } else { Hint::TryAgain { attempts_left: left } };
        assert_eq!(refused.hint(), hint);
    }
    assert_eq!(outcome(desk.recover(&codes[0])), Err(Reason::Locked));
    desk.wait(1_800);
    assert_eq!(outcome(desk.recover(&codes[0])), Ok(()));
}

#[test]
fn a_generator_that_fails_makes_no_codes() {
    struct Broken;
    impl TryRng for Broken {
        type Error = core::fmt::Error;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Err(core::fmt::Error)
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Err(core::fmt::Error)
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
            Err(core::fmt::Error)
        }
    }
    impl TryCryptoRng for Broken {}
    let verifier = Verifier::new(keyring());
    let made = verifier.make_recovery_codes(&customer(), at(START), &mut Broken);
    assert_eq!(made.unwrap_err(), Invalid::RandomSource);
}

#[test]
fn the_codes_of_a_list_are_met_one_by_one_either_way() {
    let desk = Desk::new(MemoryStore::new());
    let list = desk.act(|verifier, now, rng| verifier.make_recovery_codes(&customer(), now, rng)).unwrap();
    let written = |codes: &mut dyn Iterator<Item = &RecoveryCode>| codes.map(|code| code.expose().concat()).collect();
    let (all, each): (Vec<String>, Vec<String>) = (written(&mut list.iter()), written(&mut (&list).into_iter()));
    assert_eq!((all.len(), &all), (10, &each));
}
