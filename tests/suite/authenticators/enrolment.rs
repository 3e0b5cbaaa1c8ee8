//! Enrolling, confirming and revoking.

use super::*;
use crate::tape::{Call, Tape};

/// Another key under the phone's name.
const SECOND: Gadget = Gadget { key: [0x33; 20], ..PHONE };

#[test]
fn rts_10_nothing_is_accepted_before_it_is_confirmed_or_after_it_is_revoked() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))), Err(Reason::NotEnrolled));
    let pending = desk.enrol(&PHONE).unwrap();
    assert_eq!(pending.until(), at(START + 3_600));
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))), Err(Reason::NotEnrolled));
    assert_eq!(desk.account(&PHONE).enrolment(), Some(Enrolment::Pending { until: pending.until() }));
    assert_eq!(desk.account(&PHONE).authenticators(), 0);
    assert_eq!(outcome(desk.confirm(&PHONE, &SECOND.code(STEP))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.code(STEP))), Ok(()));
    assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.code(STEP))), Err(Reason::AlreadyEnrolled));
    desk.wait(30);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 1))), Ok(()));
    assert_eq!(outcome(desk.revoke(&PHONE)), Ok(()));
    desk.wait(30);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 2))), Err(Reason::NotEnrolled));
    assert_eq!(outcome(desk.revoke(&PHONE)), Err(Reason::NotEnrolled));
}

#[test]
fn n63b_11_a_confirmation_says_when_and_how_many_so_that_the_owner_is_told() {
    let desk = Desk::new(MemoryStore::new());
    for n in 0..4 {
        let gadget = Gadget::app(n);
        let _ = desk.enrol(&gadget).unwrap();
        let enrolled = desk.confirm(&gadget, &gadget.code(STEP)).unwrap();
        assert_eq!((enrolled.authenticators(), enrolled.at()), (n + 1, at(START)));
    }
    assert_eq!(outcome(desk.enrol(&Gadget::app(4))), Err(Reason::TooManyAuthenticators));
    assert_eq!(outcome(desk.revoke(&Gadget::app(1))), Ok(()));
    desk.own(&Gadget::app(4));
    assert_eq!(outcome(desk.enrol(&Gadget::app(5))), Err(Reason::TooManyAuthenticators));
}

#[test]
fn an_enrolment_is_over_after_an_hour_and_its_end_is_exact() {
    for (waited, came) in [(3_599, Ok(())), (3_600, Err(Reason::Expired))] {
        let desk = Desk::new(MemoryStore::new());
        let _ = desk.enrol(&PHONE).unwrap();
        desk.wait(waited);
        assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.shown(START + waited))), came);
    }
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let _ = desk.enrol(&PHONE).unwrap();
    desk.wait(3_600);
    assert_eq!(desk.account(&PHONE).enrolment(), None);
    desk.store.calls();
    for (swaps, came) in [(1, Reason::Expired), (0, Reason::NotEnrolled)] {
        assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.shown(START + 3_600))), Err(came));
        assert_eq!(desk.store.calls(), (1, swaps), "the first sight of it is written");
    }
}

#[test]
fn a_pending_enrolment_gives_way_to_another_of_its_name_and_blocks_no_place_for_good() {
    let desk = Desk::new(MemoryStore::new());
    let _ = desk.enrol(&PHONE).unwrap();
    let _ = desk.enrol(&SECOND).unwrap();
    assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.code(STEP))), Err(Reason::SecretChanged));
    assert_eq!(outcome(desk.confirm(&SECOND, &SECOND.code(STEP))), Ok(()));
    for n in 0..3 {
        let _ = desk.enrol(&Gadget::app(n)).unwrap();
    }
    assert_eq!(outcome(desk.enrol(&Gadget::app(3))), Err(Reason::TooManyAuthenticators));
    desk.wait(3_600);
    desk.own(&Gadget::app(3));
}

#[test]
fn one_key_is_one_authenticator_whatever_it_is_called() {
    let desk = owner();
    let twin = |gadget: Gadget| Gadget { name: "twin", ..gadget };
    for gadget in [twin(PHONE), twin(TOKEN), Gadget { counts: true, ..twin(PHONE) }, PHONE, TOKEN] {
        assert_eq!(outcome(desk.enrol(&gadget)), Err(Reason::AlreadyEnrolled), "{}", gadget.name);
    }
    let _ = desk.enrol(&Gadget::app(0)).unwrap();
    assert_eq!(outcome(desk.enrol(&twin(Gadget::app(0)))), Err(Reason::AlreadyEnrolled), "nor while it is pending");
}

#[test]
fn another_key_under_an_enrolled_name_is_refused_and_not_charged() {
    let desk = owner();
    desk.wait(30);
    let refused = refused(desk.authenticate(&SECOND, &SECOND.code(STEP + 1)));
    assert_eq!((refused.reason(), refused.hint()), (Reason::SecretChanged, Hint::OtherMethod));
    let pair = [SECOND.code(STEP), SECOND.code(STEP + 1)];
    assert_eq!(outcome(desk.resynchronise(&SECOND, [&pair[0], &pair[1]])), Err(Reason::SecretChanged));
    assert_eq!(outcome(desk.enrol(&SECOND)), Err(Reason::AlreadyEnrolled));
    assert_eq!(desk.account(&PHONE).total_failures(), 0);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 1))), Ok(()));
}

#[test]
fn the_same_key_with_other_digits_has_the_same_watermark() {
    let desk = owner();
    let eight = |counter: u64| TOKEN.hotp(Digits::EIGHT).generate(counter);
    let long = TOKEN.of_digits(Digits::EIGHT);
    assert_eq!(outcome(desk.authenticate_with(LOGIN, &long, eight(0))), Err(Reason::Replayed));
    assert_eq!(outcome(desk.authenticate_with(LOGIN, &long, eight(3))), Ok(()));
    assert!(desk.authenticate(&TOKEN, &TOKEN.code(3)).is_err());
    assert!(desk.authenticate(&TOKEN, &TOKEN.code(2)).is_err());
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(4))), Ok(()));
    assert_eq!(outcome(desk.authenticate_with(LOGIN, &long, six(&TOKEN.code(5)))), Err(Reason::WrongCode));
}

/// Everything that could make a record forget a watermark between a revocation and the key's return.
#[test]
fn a_revoked_key_that_comes_back_keeps_its_watermark_whatever_happened_in_between() {
    let other = Gadget { key: [0x44; 20], ..TOKEN };
    let meanwhile: [fn(&Desk<MemoryStore>, &Gadget); 7] = [
        |_, _| {},
        |desk, _| {
            let _ = desk.enrol(&TOKEN).unwrap();
            desk.wait(3_600); // nobody confirmed
        },
        |desk, other| {
            let _ = desk.enrol(&TOKEN).unwrap();
            let _ = desk.enrol(other).unwrap(); // in its stead
        },
        |desk, _| {
            let _ = desk.enrol(&TOKEN).unwrap();
            desk.restore().unwrap();
        },
        |desk, _| {
            let _ = desk.enrol(&TOKEN).unwrap();
            desk.revoke(&TOKEN).unwrap();
        },
        |desk, _| {
            let _ = desk.enrol(&TOKEN).unwrap();
            desk.wait(3_600);
            assert_eq!(outcome(desk.confirm(&TOKEN, &TOKEN.code(8))), Err(Reason::Expired));
        },
        |desk, _| desk.own(&PHONE),
    ];
    for (n, meanwhile) in meanwhile.iter().enumerate() {
        let desk = Desk::new(MemoryStore::new());
        desk.own(&TOKEN);
        assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(5))), Ok(()));
        desk.revoke(&TOKEN).unwrap();
        meanwhile(&desk, &other);
        let _ = desk.enrol(&TOKEN).unwrap();
        for counter in [0, 1, 5] {
            assert!(desk.confirm(&TOKEN, &TOKEN.code(counter)).is_err(), "{n}: {counter}");
        }
        assert_eq!(outcome(desk.confirm(&TOKEN, &TOKEN.code(6))), Ok(()), "{n}");
    }
}

#[test]
fn a_first_counter_that_was_mistaken_is_forgotten_with_its_enrolment() {
    let desk = Desk::new(MemoryStore::new());
    let from = |first: u64| {
        desk.act(|v, now, rng| v.enrol(&customer(), &TOKEN.authenticator(), now, rng).map(|e| e.from_counter(first)))
    };
    let _ = from(1_000_000).unwrap();
    let _ = from(7).unwrap();
    assert!(desk.confirm(&TOKEN, &TOKEN.code(6)).is_err());
    assert_eq!(outcome(desk.confirm(&TOKEN, &TOKEN.code(7))), Ok(()));
}

#[test]
fn a_name_is_a_line_of_1_to_64_bytes_and_no_blank() {
    let desk = Desk::new(MemoryStore::new());
    let (longest, long) = ("n".repeat(64), "n".repeat(65));
    let names = ["", " ", "\u{a0}\u{2003}", "a\nb", "a\u{0}", "\u{85}", &long];
    let rng = &mut *desk.rng.borrow_mut();
    for name in names {
        let hotp = || TOKEN.hotp(Digits::SIX);
        assert_eq!(Authenticator::hotp(name, hotp()).err(), Some(Invalid::AuthenticatorName), "{name:?}");
        assert_eq!(Authenticator::totp(name, Totp::new(hotp())).err(), Some(Invalid::AuthenticatorName), "{name:?}");
        assert_eq!(Authenticator::decoy(name, Digits::SIX).err(), Some(Invalid::AuthenticatorName), "{name:?}");
        let revoke = desk.verifier.revoke(&customer(), name, desk.time(), rng);
        assert_eq!(revoke.err(), Some(Invalid::AuthenticatorName), "{name:?}");
        let look = desk.verifier.authenticator_status(&customer(), desk.time()).unwrap();
        assert_eq!(look.authenticator(name).err(), Some(Invalid::AuthenticatorName), "{name:?}");
    }
    for name in ["n", "Anna's phone", "t\u{e9}l\u{e9}phone", &longest] {
        assert_eq!(Authenticator::hotp(name, TOKEN.hotp(Digits::SIX)).unwrap().name(), name);
    }
}

#[test]
fn an_enrolment_that_ran_out_is_forgotten_even_where_the_next_one_is_refused() {
    let desk = Desk::new(Tape::default());
    desk.own(&PHONE);
    let (_, without) = desk.store.row();
    let _ = desk.enrol(&TOKEN).unwrap();
    let (_, with) = desk.store.row();
    desk.wait(3_600);
    desk.store.calls();
    assert_eq!(outcome(desk.enrol(&PHONE)), Err(Reason::AlreadyEnrolled));
    assert_eq!(desk.store.calls(), [Call::Load(Some(with.len())), Call::Swap(without.len())]);
    assert_eq!(outcome(desk.enrol(&PHONE)), Err(Reason::AlreadyEnrolled));
    assert_eq!(desk.store.calls(), [Call::Load(Some(without.len()))]);
}

/// Else whoever has an old code of one token would only have to have others enrolled and revoked.
#[test]
fn f14_a_key_that_comes_back_takes_the_place_of_its_own_watermark_and_of_no_other() {
    let desk = Desk::new(MemoryStore::new());
    let tokens: [Gadget; 4] = [0, 1, 2, 3].map(|n| Gadget { counts: true, ..Gadget::app(n) });
    for token in &tokens {
        desk.own(token);
        desk.wait(1);
        desk.revoke(token).unwrap();
    }
    for n in [2, 0, 3, 1] {
        let _ = desk.enrol(&tokens[n]).unwrap();
        assert_eq!(outcome(desk.confirm(&tokens[n], &tokens[n].code(0))), Err(Reason::Replayed), "{n}");
        assert_eq!(outcome(desk.confirm(&tokens[n], &tokens[n].code(1))), Ok(()), "{n}");
    }
}
