//! F70: SMS pumping.

use super::*;

const OF_A_DESTINATION: Budget<'_> = sound(PRICED.each_destination(Limit::NONE.rate(Rate::new(2, 3_600))));

#[test]
fn f70_the_spellings_of_a_number_are_one_destination() {
    let desk = till();
    let spelt = ["+1 (555) 010-4711", "1 555 010 4711", "15550104711", "001-555-010-4711", "+15550104711"];
    let numbers = spelt.map(|typed| PhoneNumber::parse(typed, "1").unwrap());
    let sent: Vec<bool> =
        (0..).zip(&numbers).map(|(n, to)| desk.send(&OF_A_DESTINATION, &who(n), to.as_str())).collect();
    assert_eq!(sent, [true, true, false, false, false]);
    assert_eq!(desk.limit(), "destination_rate");
    let call = Recipient::voice(numbers[0].as_str()).unwrap();
    assert!(desk.pay(desk.spend(&OF_A_DESTINATION, &who(9), &call)).is_err(), "a call goes to the same telephone");
    for typed in ["ann@example.com", "Ann@example.com", "ann@EXAMPLE.com"] {
        let address = Recipient::email(typed).unwrap();
        let paid = desk.pay(desk.spend(&OF_A_DESTINATION, &who(10), &address)).map(Reservation::keep);
        assert_eq!(paid.is_ok(), typed != "ann@EXAMPLE.com", "{typed}");
    }
}

#[test]
fn f70_a_failed_send_is_charged_and_only_what_never_left_is_given_back() {
    let budget = sound(
        PRICED
            .each_subject(Limit::NONE.rate(Rate::new(3, 86_400)).hour(27_000))
            .each_destination(Limit::NONE.rate(Rate::new(3, 86_400)))
            .each_country(Limit::NONE.rate(Rate::new(3, 86_400)).day(27_000))
            .total(Limit::NONE.hour(27_000)),
    );
    let desk = till();
    let to = german(1);
    for _ in 0..20 {
        let unsent = desk.pay(desk.spend(&budget, &who(1), &sms(&to))).unwrap();
        assert_eq!((unsent.cost(), unsent.would_refuse()), (9_000, None));
        unsent.give_back(&desk.store).unwrap(); // no template, no connection: no provider was asked
    }
    for failed in 0..3 {
        let reservation = desk.pay(desk.spend(&budget, &who(1), &sms(&to))).unwrap();
        assert_eq!(reservation.keep(), 9_000, "the provider refused message {failed}, or timed out");
    }
    assert!(!desk.send(&budget, &who(1), &to));
    assert_eq!(desk.limit(), "subject_rate");
    assert!(!desk.send(&budget, &who(2), &german(2)));
    assert_eq!(desk.limit(), "country_rate");
}

#[test]
fn f70_a_reservation_that_nobody_settles_is_charged() {
    let budget = sound(PRICED.total(Limit::NONE.hour(9_000)));
    let desk = till();
    drop(desk.pay(desk.spend(&budget, &who(1), &sms(&german(1)))).unwrap());
    assert!(!desk.send(&budget, &who(2), &german(2)));
}

#[test]
fn f70_premium_rate_and_satellites_get_nothing_unless_they_are_allowed() {
    let everywhere = sound(Budget::draft("everywhere").price_elsewhere(1));
    let desk = till();
    let costly = [
        "+870772001234",
        "+881612345678",
        "+88213123456",
        "+883510012345",
        "+979112345678",
        "+80012345678",
        "+19005550123",
        "+449012345678",
        "+447012345678",
        "+49900123456",
        "+33899123456",
        "+61190123456",
    ];
    for number in costly {
        let refused = refused(desk.pay(desk.spend(&everywhere, &who(1), &sms(number))));
        assert_eq!((refused.reason(), refused.hint()), (Reason::RecipientBarred, Hint::OtherRecipient), "{number}");
        assert_eq!(desk.limit(), "barred");
        let call = Recipient::voice(number).unwrap();
        assert!(desk.pay(desk.spend(&everywhere, &who(1), &call)).is_err(), "{number}");
    }
    let allowed = ["+4470", "+88161"].map(|prefix| Zone::new(prefix, 5).allow());
    let ship = sound(Budget::draft("everywhere").zones(&allowed).price_elsewhere(1));
    let sent = costly.into_iter().filter(|number| desk.send(&ship, &who(1), number));
    assert_eq!(sent.collect::<Vec<_>>(), ["+881612345678", "+447012345678"]);
    let cheap = ["+15555550123", "+447700900123", "+4915112345678", "+8801712345678", "+33612345678"];
    assert!(cheap.into_iter().all(|number| desk.send(&everywhere, &who(1), number)));
}

#[test]
fn f70_a_number_without_a_price_gets_nothing() {
    let desk = till();
    let refused = refused(desk.pay(desk.spend(&sound(PRICED), &who(1), &sms("+33612345678"))));
    assert_eq!((refused.reason(), desk.limit().as_str()), (Reason::RecipientBarred, "unpriced"));
    assert!(desk.send(&sound(PRICED.price_elsewhere(50_000)), &who(1), "+33612345678"));
}

#[test]
fn f70_new_accounts_sessions_and_numbers_without_end_stop_at_the_countrys_ceiling() {
    let budget =
        sound(PRICED.each_subject(Limit::NONE.rate(Rate::new(5, 3_600))).each_country(Limit::NONE.hour(90_000)));
    let desk = till();
    assert_eq!(desk.left(&budget, flood(0, 1_000)), 10);
    assert_eq!(desk.limit(), "country_hour");
    assert!(desk.send(&budget, &who(5_000), "+12125550123"), "other countries have a budget of their own");
    assert!(desk.send(&budget, &who(5_001), "+18765550123"), "and Jamaica is none of the United States");
    desk.now.set(MIDNIGHT + HOUR);
    assert_eq!(desk.left(&budget, flood(1_000, 1_000)), 10, "an hour later as much again");
}

#[test]
fn f70_each_merchant_has_a_budget_and_one_that_is_pumped_leaves_the_others_theirs() {
    let budget = sound(PRICED.each_merchant(Limit::NONE.day(27_000)).total(Limit::NONE.day(900_000)));
    let desk = till();
    let sell = |shop: &str, n: u32| {
        let (shop, to) = (Subject::new(shop).unwrap(), german(n));
        desk.pay(desk.spend(&budget, &who(n), &sms(&to)).merchant(&shop)).map(Reservation::keep).is_ok()
    };
    assert_eq!((0..50).filter(|n| sell("pumped", *n)).count(), 3);
    assert_eq!(desk.limit(), "merchant_day");
    assert_eq!((50..100).filter(|n| sell("honest", *n)).count(), 3);
    assert_eq!(
        (100..150).filter(|n| desk.send(&budget, &who(*n), &german(*n))).count(),
        3,
        "who names none shares one"
    );
}

#[test]
fn f24_two_verifiers_and_two_stores_on_one_memory_share_one_budget() {
    let store = MemoryStore::new();
    let (one, two) = (at_midnight(&store), at_midnight(&store));
    let budget = sound(PRICED.each_subject(Limit::NONE.rate(Rate::new(3, 3_600))).total(Limit::NONE.hour(45_000)));
    let sent = (0..10).filter(|n| if n % 2 == 0 { &one } else { &two }.send(&budget, &who(1), &german(*n)));
    assert_eq!(sent.count(), 3);
    let sent = (0..10).filter(|n| if n % 2 == 0 { &one } else { &two }.send(&budget, &who(2 + n), &german(*n)));
    assert_eq!(sent.count(), 2);
    let lane = who(1).on(Device::ONE);
    assert!(!one.send(&budget, &lane, &german(0)), "a lane is no other subject");
    let another = sound(Budget::draft("alerts").zones(ZONES).total(Limit::NONE.hour(9_000)));
    assert!(one.send(&another, &who(1), &german(0)), "and another name is another budget");
}

#[test]
fn a_long_text_is_paid_for_by_its_parts_and_a_call_by_its_own_price() {
    let budget = sound(PRICED.each_country(Limit::NONE.hour(100_000)));
    let desk = till();
    let to = "+442079460123";
    let spend = || desk.spend(&budget, &who(1), &sms(to));
    assert_eq!(spend().parts(3).unwrap().run(&desk.store).unwrap().keep(), 12_000);
    assert_eq!(spend().parts(0).err(), Some(Invalid::Amount));
    let call = Recipient::voice(to).unwrap();
    assert_eq!(desk.spend(&budget, &who(1), &call).run(&desk.store).unwrap().keep(), 9_000);
    assert!(spend().parts(20).unwrap().run(&desk.store).is_err(), "79,000 are left");
    assert!(spend().parts(19).unwrap().run(&desk.store).is_ok());
    let mail = Recipient::email("ann@example.com").unwrap();
    assert_eq!(desk.spend(&budget, &who(1), &mail).run(&desk.store).unwrap().keep(), 0);
    assert!(spend().parts(u16::MAX).unwrap().run(&desk.store).is_err());
}

#[test]
fn what_cannot_be_paid_for_is_no_operation() {
    let desk = till();
    let budget = sound(PRICED);
    let rng = &mut *desk.rng.borrow_mut();
    let decoy = Recipient::decoy(RecipientKind::Sms);
    assert_eq!(desk.verifier.spend(&budget, &who(1), &decoy, at(0), rng).err(), Some(Invalid::Decoy));
    let late = desk.verifier.spend(&budget, &who(1), &phone(), at(1 << 40), rng);
    assert_eq!(late.err(), Some(Invalid::Time));
}

#[test]
fn f63_no_key_and_no_record_of_a_budget_names_anybody() {
    let store = Mishap::new(MemoryStore::new());
    let desk = at_midnight(&store);
    let limit = Limit::NONE.rate(Rate::new(9, 60)).hour(1 << 40);
    let budget = sound(
        PRICED
            .each_subject(limit)
            .each_destination(limit)
            .each_country(limit)
            .each_merchant(limit)
            .total(limit)
            .conversion(Conversion::new(1, 1, 2)),
    );
    let shop = Subject::new("canary-shop").unwrap();
    let subject = Subject::new("canary-subject").unwrap();
    let spend = desk.spend(&budget, &subject, &sms("+447755501234")).merchant(&shop);
    spend.run(&desk.store).unwrap().keep();
    let written = store.written();
    assert!(written.len() >= 11, "{}", written.len());
    for secret in [&b"canary"[..], b"447755501234", b"+44", b"sms", b"755501"] {
        assert!(!written.iter().any(|bytes| bytes.windows(secret.len()).any(|window| window == secret)));
    }
    let keys: BTreeSet<&[u8]> = written.iter().map(|bytes| &bytes[..32]).collect();
    assert!(keys.len() >= 11, "each is counted apart");
}
