//! Who gets to see what: channels the code, the browser no code, decoys nothing.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::scripted::{Answer, Provider};
use crate::stage::*;

/// Counts calls.
#[derive(Default)]
struct Counted(MemoryStore, AtomicUsize, AtomicUsize);

impl Store for Counted {
    type Error = MemoryStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        self.2.fetch_add(1, Ordering::SeqCst);
        self.0.swap(key, seen, next)
    }
}

impl AsyncStore for Counted {
    type Error = MemoryStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        self.swap(key, seen, next)
    }
}

#[test]
fn f66_only_the_channel_gets_the_code_and_nothing_that_goes_back_has_it() {
    let (value, told) = (payment(), std::cell::RefCell::new(Vec::new()));
    for n in 0..200 {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Delivery::NotSent, Delivery::Unknown].map(Answer::Now));
        let carrier = Carrier::new(words, &provider);
        let watcher = |event: &Event| told.borrow_mut().push(format!("{event:?}"));
        let post = Post::new(&stage.verifier, &stage.store, &stage.clock).watched_by(&watcher);
        let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
        let who = Subject::new(&format!("customer-{n}")).unwrap();
        let errand = Errand::new(MAILED, &who, &value, three());
        let rng = &mut *stage.rng.borrow_mut();
        let departure = post.issue(&errand, rng).unwrap();
        let before = format!("{departure:?} {errand:?} {post:?} {:?}", departure.ticket());
        let journey = departure.deliver(rng);
        let text = format!("{before} {journey:?} {journey:#?} {} {:?}", journey.outcome(), told.take());
        let code = &provider.given()[0].text;
        assert!(!text.contains(code.as_str()), "{code} in {text}");
        for private in [NUMBER, EMAIL, &format!("customer-{n}"), "Anna"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
}

#[test]
fn f67_no_message_has_a_url_in_it() {
    struct Listening(std::sync::Mutex<Vec<String>>);
    impl Channel<SmsText> for Listening {
        fn send(&self, message: &SmsText, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
            self.0.lock().unwrap().push(message.expose().to_owned());
            Delivery::NotSent
        }
    }
    impl Channel<VoiceText> for Listening {
        fn send(&self, message: &VoiceText, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
            self.0.lock().unwrap().push(message.expose().to_owned());
            Delivery::NotSent
        }
    }
    impl Channel<EmailText> for Listening {
        fn send(&self, message: &EmailText, _: &Recipient<'_>, _: &IdempotencyKey) -> Delivery {
            let parts = [message.subject(), message.expose_text(), message.expose_html()];
            self.0.lock().unwrap().extend(parts.map(str::to_owned));
            Delivery::NotSent
        }
    }
    let stage = Stage::new(MemoryStore::new());
    let heard = Listening(std::sync::Mutex::default());
    let wording = || Wording::<Payment>::built_in(Language::English).unwrap();
    let texts = Carrier::new(SmsTemplate::new(wording()).origin("shop.example").unwrap().shortening(), &heard);
    let calls = Carrier::new(VoiceTemplate::new(wording()), &heard);
    let mails = Carrier::new(EmailTemplate::<Payment>::built_in(Language::English).unwrap(), &heard);
    let post = Post::new(&stage.verifier, &stage.store, &stage.clock).by(RecipientKind::Sms, &texts);
    let post = post.by(RecipientKind::Voice, &calls).by(RecipientKind::Email, &mails);
    let (who, value, rng) = (customer(), payment(), &mut *stage.rng.borrow_mut());
    let errand = Errand::new(MAILED, &who, &value, three());
    let journey = post.issue(&errand, rng).unwrap().deliver(rng);
    assert!(journey.attempts().count() == 3 && journey.attempts().all(Attempt::is_written));
    let heard = heard.0.into_inner().unwrap();
    assert_eq!(heard.len(), 5);
    for text in heard {
        assert!(!["://", "www.", "href", "src="].iter().any(|url| text.contains(url)), "{text}");
    }
}

#[test]
fn a_decoys_record_costs_what_anybodys_does_and_no_channel_hears_of_it() {
    let (who, nobody, value) = (customer(), Subject::new("decoy:4711").unwrap(), payment());
    let decoys = [RecipientKind::Sms, RecipientKind::Voice].map(|kind| Leg::new(Recipient::decoy(kind)));
    for drive in Drive::BOTH {
        let calls = [(who, route(&[text(), call()])), (nobody, route(&decoys))].map(|(who, along)| {
            let stage = Stage::new(Counted::default());
            let provider = Provider::new(&stage.clock);
            let errand = Errand::new(PAY, &who, &value, along);
            let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();
            let (ticket, given) = (journey.ticket(), provider.given().len());
            let silent = journey.outcome() == Outcome::Silent && journey.attempts().count() == 0;
            assert_eq!((given == 0, journey.stopped().is_none()), (silent, true));
            stage.clock.advance(30);
            let onward = stage.go(drive, Deed::Onward(ticket.handle()), &errand, &provider).unwrap().ticket();
            let calls = [&stage.store.1, &stage.store.2].map(|count| count.load(Ordering::SeqCst));
            (silent, [Some(ticket.expires()), ticket.resend_at(), onward.resend_at()], calls)
        });
        let [(false, times, real), (true, same, decoy)] = calls else { panic!("{calls:?}") };
        assert_eq!((times, real), (same, decoy));
    }
}

#[test]
fn a_decoy_is_told_as_silence() {
    let stage = Stage::new(MemoryStore::new());
    let (nobody, value) = (Subject::new("decoy:4711").unwrap(), payment());
    let decoy = Recipient::decoy(RecipientKind::Sms);
    let rng = &mut *stage.rng.borrow_mut();
    let issued =
        stage.verifier.issue(PAY, &nobody, &value, &decoy, stage.now(), rng).unwrap().run(&stage.store).unwrap();
    let (handle, key) = (issued.ticket().handle(), issued.key());
    let settle = stage.verifier.settle(PAY, &nobody, handle, &key, Delivery::Sent, stage.now(), rng).unwrap();
    let Observed { event, outcome } = settle.run_observed(&stage.store);
    assert_eq!((event.kind(), event.action()), (EventKind::Silent, Action::Send));
    assert_eq!(outcome.unwrap(), Settled::Now { refunded: false });
}

#[test]
fn a_key_is_equal_exactly_for_the_same_send() {
    let mut keys = BTreeSet::new();
    let mut sends = 0;
    let value = payment();
    for n in 0..20 {
        let stage = Stage::new(MemoryStore::new());
        let who = Subject::new(&format!("customer-{n}")).unwrap();
        let issue = |seed| {
            let rng = &mut ChaCha20Rng::seed_from_u64(seed);
            let issue = stage.verifier.issue(MAILED, &who, &value, three(), stage.now(), rng).unwrap();
            issue.request(b"session", b"form").unwrap().run(&stage.store).unwrap()
        };
        let first = issue(n);
        assert_eq!(issue(1_000 + n).key(), first.key(), "a repeat of the request is the same send");
        let handle = first.ticket().handle();
        let resent = stage.act(|v, now, rng| v.resend(MAILED, &who, handle, &value, three(), now, rng)).unwrap();
        let new_code =
            stage.act(|v, now, rng| Ok(v.resend(MAILED, &who, handle, &value, three(), now, rng)?.new_code()));
        let all = [Some(first.key()), Some(resent.key()), new_code.ok().map(|issued| issued.key())];
        for key in all.into_iter().flatten() {
            sends += 1;
            keys.insert(key);
            assert_eq!(key.to_string().len(), 32);
            assert!(!key.as_bytes().windows(8).any(|part| handle.as_bytes().windows(8).any(|of| of == part)));
        }
    }
    assert_eq!((keys.len(), sends), (60, 60));
}

#[test]
fn every_step_of_a_journey_is_told_as_it_happens() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    provider.will([Answer::After(2, Delivery::NotSent), Answer::After(3, Delivery::Unknown)]);
    let carrier = Carrier::new(words, &provider);
    let told = std::cell::RefCell::new(Vec::<Event>::new());
    let watcher = |event: &Event| told.borrow_mut().push(*event);
    let post = Post::new(&stage.verifier, &stage.store, &stage.clock).watched_by(&watcher);
    let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
    let (who, value, rng) = (customer(), payment(), &mut *stage.rng.borrow_mut());
    let errand = Errand::new(PATIENT, &who, &value, three());
    let journey = post.issue(&errand, rng).unwrap().deliver(rng);
    assert_eq!(stopped(&journey), Some(Reason::TooSoon));
    let told = told.into_inner();
    let seen: Vec<_> =
        told.iter().map(|event| (event.kind(), event.channel(), event.at().as_secs() - START)).collect();
    let [sms, voice] = [RecipientKind::Sms, RecipientKind::Voice].map(Some);
    assert_eq!(
        seen,
        [
            (EventKind::Issued, sms, 0),
            (EventKind::NotSent, sms, 2),
            (EventKind::Onward, voice, 2),
            (EventKind::SendUnknown, voice, 5),
            (EventKind::Refused, None, 5),
        ]
    );
    let challenges: BTreeSet<_> = told.iter().map(Event::challenge).collect();
    assert_eq!(challenges.len(), 1, "all are of one challenge");
    assert!(told.iter().all(|event| event.binding() == told[0].binding() && event.purpose() == Some("pay-patient")));
}
