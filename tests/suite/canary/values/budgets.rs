//! What messages may cost.

use super::*;

const EVERY: Limit = Limit::NONE.rate(Rate::new(9, 60)).hour(1_000_000).day(2_000_000);

pub(super) fn everything(out: &mut Printed, stage: &mut Stage) {
    let zones = [Zone::new(&NUMBER[..6], 4_000).limit(EVERY)];
    let draft = Budget::draft("sms").zones(&zones).each_subject(EVERY).each_destination(EVERY).each_country(EVERY);
    let draft = draft.each_merchant(EVERY).total(EVERY).conversion(Conversion::new(50, 20, 10));
    let budget = draft.build().unwrap();
    out.debug("BudgetDraft", &draft);
    out.debug("Budget", &budget);
    out.debug("Zone", &zones[0]);
    out.debug("Limit", &EVERY);
    out.debug("Rate", &Rate::new(9, 60));
    out.debug("Conversion", &Conversion::new(50, 20, 10));
    out.debug("BudgetLimit", &BudgetLimit::CountryHour);
    let Stage { verifier, store, who, rng } = stage;
    let now = NOW.saturating_add(1_000);
    let mut spend = || verifier.spend(&budget, who, &phone(), now, rng).unwrap().merchant(who);
    out.debug("Spend", &spend());
    let paid = spend().run(store).unwrap();
    out.debug("Reservation", &paid);
    paid.keep();
    out.debug("Observed", &spend().run_observed(store));

    let (value, to) = (payment(), phone());
    let issued = verifier.issue(PAY, who, &value, &to, now, rng).unwrap().run(&*store);
    // This account is closed by now, and another one is not.
    assert!(issued.is_err());
    let other = Subject::new(&format!("{SUBJECT}-2")).unwrap();
    let issued = verifier.issue(PAY, &other, &value, &to, now, rng).unwrap().run(&*store).unwrap();
    let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).unwrap();
    let typed = Code::parse(&code, Digits::SIX).unwrap();
    let verify = verifier.verify(PAY, &other, issued.ticket().handle(), typed, payment(), now, rng).unwrap();
    let approved = verify.run(&*store).unwrap();
    out.codes.push(code);
    out.debug("Converted", &verifier.converted(&budget, &to, &approved));

    let addition = Addition::new(Key::from_bytes(*INDEX), 7);
    out.debug("Addition", &addition);
    out.debug("Tallied", &Tallied::Added(7));
    out.debug("StoreTally", &StoreTally::new(MemoryStore::new()));
    out.error("StoreTallyError", &StoreTallyError::<Refusal>::Corrupt);
    out.error("StoreTallyError", &StoreTallyError::<Refusal>::Contention);
    out.error("StoreTallyError", &StoreTally::new(RefusingStore).total(addition.key()).unwrap_err());
}
