//! Everything that goes along a route, or carries something along it.

use super::*;

/// A provider that is down, whatever it is given.
struct DownLine;

impl Channel<String> for DownLine {
    fn send(&self, _: &String, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
        Delivery::NotSent
    }
}

pub(super) fn everything(out: &mut Printed) {
    let (verifier, store, clock) = (Verifier::new(keyring()), MemoryStore::new(), ManualClock::new(NOW));
    let (who, value, rng) = (Subject::new(SUBJECT).unwrap(), payment(), &mut ChaCha20Rng::seed_from_u64(39));
    let call = Recipient::voice(NUMBER).unwrap().verified(UnixTime::from_secs(1_700_000_000));
    let legs = [Leg::new(phone()), Leg::new(call)];
    let route = Route::new(&legs).unwrap();
    out.debug("Leg", &legs);
    out.debug("Route", &route);
    let words = |slip: &Slip<'_, Payment>| Ok::<_, ()>(format!("{} {SESSION}", slip.code()));
    let carrier = Carrier::new(words, DownLine);
    out.debug("Carrier", &carrier);
    let post = Post::new(&verifier, &store, &clock).by(RecipientKind::Sms, &carrier);
    let post = post.by(RecipientKind::Voice, &carrier);
    out.debug("Post", &post);
    let timer = |_| std::future::ready(());
    out.debug("AsyncPost", &AsyncPost::<Payment, _, _, _>::new(&verifier, &store, &clock, &timer));
    let errand = Errand::new(PAY, &who, &value, route).request(SESSION.as_bytes(), SESSION.as_bytes());
    out.debug("Errand", &errand);
    let departure = post.issue(&errand, rng).unwrap();
    out.debug("Departure", &departure);
    let handle = departure.ticket().handle();
    let journey = departure.deliver(rng);
    out.debug("Journey", &journey);
    out.display("Outcome", &journey.outcome());
    out.debug("Attempt", &journey.attempts().next().unwrap());
    let attempt = journey.attempts().last().unwrap();
    out.display("IdempotencyKey", &attempt.key());
    out.debug("Delivery", &attempt.delivery());
    out.debug("Settled", &attempt.settled().unwrap());
    let onward = verifier.onward(PAY, &who, handle, &value, route, NOW, rng).unwrap().instead_of(&attempt.key());
    out.debug("Onward", &onward);
    out.debug("Settle", &verifier.settle(PAY, &who, handle, &attempt.key(), Delivery::Sent, NOW, rng).unwrap());
    let message = |slip: &Slip<'_, Payment>| slip.code().to_owned();
    let again = verifier.resend(PAY, &who, handle, &value, route, NOW.saturating_add(60), rng).unwrap();
    out.codes.extend(again.run(&store).unwrap().message(&message));
}
