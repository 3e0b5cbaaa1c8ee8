//! A value of every public type, each as full of canaries as it can be.

mod budgets;
mod contacts;
mod journeys;
mod messages;

use super::*;
use crate::faults::block_on;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);

/// What is needed to run operations.
struct Stage {
    verifier: Verifier,
    store: MemoryStore,
    who: Subject,
    rng: ChaCha20Rng,
}

pub(super) fn everything() -> Printed {
    let mut out = Printed::default();
    codes(&mut out);
    keys(&mut out);
    names(&mut out);
    bindings(&mut out);
    policies(&mut out);
    errors(&mut out);
    stores(&mut out);
    let mut stage = Stage {
        verifier: Verifier::new(keyring()),
        store: MemoryStore::new(),
        who: Subject::new(SUBJECT).unwrap(),
        rng: ChaCha20Rng::seed_from_u64(65),
    };
    operations(&mut out, &mut stage);
    verdicts(&mut out, &mut stage);
    authenticators(&mut out, &mut stage);
    recovery(&mut out, &mut stage);
    messages::everything(&mut out, &mut stage);
    contacts::everything(&mut out, &mut stage);
    journeys::everything(&mut out);
    budgets::everything(&mut out, &mut stage);
    evidence(&mut out, &mut stage);
    out
}

fn keyring() -> Keyring {
    Keyring::new(&RootKey::from_bytes(INDEX).unwrap(), &RootKey::from_bytes(CODES).unwrap()).unwrap()
}

fn phone() -> Recipient<'static> {
    Recipient::sms(NUMBER).unwrap().verified(UnixTime::from_secs(1_700_000_000))
}

fn payment() -> Payment {
    Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 1").unwrap()
}

fn codes(out: &mut Printed) {
    let typed = Code::parse("493018", Digits::SIX).unwrap();
    let letters = Code::parse("A7K0X11Q", Format::letters(8).unwrap()).unwrap();
    let hotp = Hotp::new(&Secret::from_bytes(SECRET).unwrap(), Algorithm::Sha1, Digits::SIX);
    out.codes = vec![typed.expose().to_owned(), letters.expose().to_owned(), hotp.generate(1).expose().to_owned()];
    out.debug("Code", &typed);
    out.debug("Code", &letters);
    out.debug("Code", &hotp.generate(1));
    out.debug("Hotp", &hotp);
    out.debug("Totp", &Totp::new(hotp));
    out.debug("Digits", &Digits::SIX);
    out.debug("Format", &Format::digits(Digits::SIX));
    out.debug("Algorithm", &Algorithm::Sha1);
    out.debug("Window", &Window::ahead(1, 3).unwrap());
    out.debug("Skew", &Skew::RFC);
}

fn keys(out: &mut Printed) {
    let secret = Secret::from_bytes(SECRET).unwrap();
    out.debug("SecretText", &secret.expose_base32());
    let uri = KeyUri::totp(SUBJECT, EMAIL, Secret::from_bytes(SECRET).unwrap()).unwrap();
    out.debug("ExposedText", &uri.expose());
    out.debug("KeyUri", &uri);
    out.debug("KeyKind", &uri.kind());
    out.debug("Secret", &secret);
    out.debug("RootKey", &RootKey::from_bytes(INDEX).unwrap());
    out.debug("Keyring", &keyring());
    out.debug("Verifier", &Verifier::new(keyring()));
}

fn names(out: &mut Printed) {
    out.debug("Subject", &Subject::new(SUBJECT).unwrap().on(Device::ONE));
    out.debug("Device", &Device::ONE);
    out.debug("Purpose", &PAY);
    out.debug("RecipientKind", &RecipientKind::Sms);
    out.debug("Recipient", &phone());
    out.debug("Recipient", &Recipient::email(EMAIL).unwrap());
    out.debug("Recipient", &Recipient::app(SESSION).unwrap());
    out.debug("PhoneNumber", &PhoneNumber::parse(NUMBER, "49").unwrap());
    out.debug("EmailAddress", &EmailAddress::parse(EMAIL).unwrap());
    out.debug("UnixTime", &NOW);
    out.debug("ManualClock", &ManualClock::new(NOW));
    out.debug("SystemClock", &SystemClock);
    out.debug("SystemRng", &SystemRng);
}

fn bindings(out: &mut Printed) {
    struct Peek<'a>(&'a std::cell::RefCell<Printed>);
    impl Binding for Peek<'_> {
        const DOMAIN: &'static str = "example.com/peek";
        fn encode(&self, encoder: &mut Encoder<'_>) {
            encoder.text(NUMBER);
            self.0.borrow_mut().debug("Encoder", encoder);
        }
    }
    let eur = Money::new(129_90, Currency::EUR);
    let batch = PaymentBatch::of(Currency::EUR).add(eur, "Anna", NUMBER).unwrap();
    out.debug("PaymentBatchBuilder", &batch);
    out.debug("PaymentBatch", &batch.build().unwrap());
    out.debug("Payment", &payment());
    out.debug("Withdrawal", &Withdrawal::new(eur, eur, "Anna", "DE89").unwrap());
    out.debug("ContactChange", &ContactChange::replace(NUMBER, EMAIL).unwrap());
    out.debug("ContactChange", &ContactChange::add(NUMBER).unwrap());
    out.debug("Login", &Login::new(SESSION).unwrap());
    out.debug("TerminalActivation", &TerminalActivation::new("merchant", "model", "serial").unwrap());
    out.debug("Currency", &Currency::EUR);
    out.display("Money", &eur);
    out.display("Text", &Text::<8>::new("Anna").unwrap());

    let cell = std::cell::RefCell::new(core::mem::take(out));
    let (verifier, who) = (Verifier::new(keyring()), Subject::new(SUBJECT).unwrap());
    let purpose = Purpose::<Peek<'_>>::new("peek", Policy::PAYMENT);
    let _ = verifier.issue(purpose, &who, &Peek(&cell), &phone(), NOW, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    *out = cell.into_inner();
}

fn policies(out: &mut Printed) {
    out.debug("Policy", &Policy::PAYMENT);
    out.debug("PolicyDraft", &Policy::PAYMENT.draft());
    out.debug("Ceilings", &Ceilings::DEFAULT);
    out.debug("GuessBound", &Policy::PAYMENT.guess_bound());
}

/// Each is made of what was wrong with a canary.
fn errors(out: &mut Printed) {
    let faults = [
        Code::parse("A7K0X11Q", Digits::EIGHT).unwrap_err(),
        Secret::from_base32("canary-secret-key-20").unwrap_err(),
        Recipient::sms(EMAIL).unwrap_err(),
        Recipient::email(NUMBER).unwrap_err(),
        Subject::new(&format!("{SUBJECT}\n")).unwrap_err(),
        Handle::parse(SESSION).unwrap_err(),
    ];
    for fault in faults {
        out.error("Invalid", &fault);
        out.error("Failure", &Failure::<Refusal>::Invalid(fault));
    }
    out.error("KeyUriError", &KeyUri::parse(&format!("otpauth://totp/{SUBJECT}?secret={SESSION}")).unwrap_err());
    out.error("KeyUriError", &KeyUri::totp(SUBJECT, "", Secret::from_bytes(SECRET).unwrap()).unwrap_err());
    for cause in [Cause::Contention, Cause::UnknownCodeKey, Cause::NewerRecord] {
        out.error("Cause", &cause);
        out.error("Unavailable", &Unavailable::<Refusal>::Cause(cause));
    }
    out.error("ClockError", &ClockError::new());
    out.error("MemoryStoreError", &MemoryStoreError::Clock(ClockError::new()));
    out.error("MemoryStoreError", &MemoryStoreError::Poisoned);
    out.error("Failure", &Failure::Unavailable(Unavailable::Store(MemoryStoreError::Clock(ClockError::new()))));
}

fn stores(out: &mut Printed) {
    let key = Key::from_bytes(*INDEX);
    out.debug("Key", &key);
    out.debug("Record", &Record::from_bytes(CODES));
    out.debug("Swap", &Swap::Stale);
    out.debug("RefusingStore", &RefusingStore);
    out.error("Refusal", &RefusingStore.load(&key).unwrap_err());
    let boxed = block_on(DynAsyncStore::new(RefusingStore).load_async(&key));
    out.error("BoxError", &boxed.unwrap_err());
    out.debug("Blocking", &Blocking::new(RefusingStore, |job| job()));
    out.error("BlockingError", &BlockingError::<Refusal>::Lost);
    out.error("BlockingError", &BlockingError::Store(RefusingStore.load(&key).unwrap_err()));
    let store = MemoryStore::new();
    assert_eq!(store.swap(&key, None, &Record::from_bytes(CODES)), Ok(Swap::Done));
    out.debug("MemoryStore", &store);
    out.debug("DynAsyncStore", &DynAsyncStore::new(store));
}

fn operations(out: &mut Printed, stage: &mut Stage) {
    let Stage { verifier, who, store, rng } = stage;
    let (value, to) = (payment(), phone());
    let issue = verifier.issue(PAY, who, &value, &to, NOW, rng).unwrap();
    out.debug("Issue", &issue);
    let issued = issue.request(SESSION.as_bytes(), SESSION.as_bytes()).unwrap().run(&*store).unwrap();
    out.debug("Issued", &issued);
    out.debug("Ticket", &issued.ticket());
    let handle = issued.ticket().handle();
    out.debug("Handle", &handle);
    let message =
        |slip: &Slip<'_, Payment>| (slip.code().to_owned(), slip.report_token(), format!("{slip:?} {slip:#?}"));
    let (code, token, slip) = issued.message(&message).unwrap();
    out.texts.entry("Slip").or_default().push(slip);
    out.codes.push(code.clone());
    out.debug("ReportToken", &token);

    let resend = verifier.resend(PAY, who, handle, &value, &to, NOW, rng).unwrap();
    out.debug("Resend", &resend);
    out.debug("Resend", &resend.new_code());
    for reporter in [Reporter::Token(token), Reporter::Vouched(&to)] {
        out.debug("Reporter", &reporter);
        out.debug("Ending", &verifier.report(PAY, who, reporter, NOW, rng).unwrap());
    }
    let cancel = verifier.cancel(PAY, who, handle, NOW, rng).unwrap();
    out.debug("Ending", &cancel);
    out.debug("Step", &cancel.step(store.load(cancel.key()).unwrap().as_ref()));
    out.debug("Reinstate", &verifier.reinstate(PAY, who, NOW, rng).unwrap());
    let look = verifier.status(PAY, who, NOW).unwrap().challenge(handle);
    out.debug("Look", &look);
    let status = look.run(&*store).unwrap();
    out.debug("Status", &status);
    out.debug("Condition", &status.condition());
    out.debug("ChallengeStatus", &status.challenge().unwrap());

    let typed = Code::parse(&code, Digits::SIX).unwrap();
    let verify = verifier.verify(PAY, who, handle, typed, payment(), NOW, rng).unwrap();
    out.debug("Verify", &verify);
    let step = verify.step(store.load(verify.key()).unwrap().as_ref());
    out.debug("Step", &step);
    let Step::Write(record, verdict) = step else { panic!("a right code is written") };
    out.debug("Record", &record);
    out.debug("Verdict", &verdict);
    let approved = verify.run(&*store).unwrap();
    out.debug("Approved", &approved);
    out.display("ApprovalId", &approved.id());
    out.display("SubjectTag", &approved.subject());
    out.debug("Paid", &"no value of it leaves the crate");
}

fn verdicts(out: &mut Printed, stage: &mut Stage) {
    let Stage { verifier, who, store, rng } = stage;
    let now = NOW.saturating_add(30);
    let value = payment();
    let issued = verifier.issue(PAY, who, &value, &phone(), now, rng).unwrap().run(&*store).unwrap();
    let wrong = Code::parse("493018", Digits::SIX).unwrap();
    let verify = verifier.verify(PAY, who, issued.ticket().handle(), wrong, payment(), now, rng).unwrap();
    let failure = verify.run(&*store).unwrap_err();
    out.error("Failure", &failure);
    let Failure::Refused(refused) = failure else { panic!("it was the wrong code") };
    out.error("Refused", &refused);
    out.debug("Hint", &refused.hint());
    out.debug("Reason", &refused.reason());
    out.debug("Notice", &Notice::Locked { until: now });
    let closed = verifier.close(PAY, who, now, rng).unwrap().run(&*store).unwrap();
    out.debug("Ended", &closed);
}

fn authenticators(out: &mut Printed, stage: &mut Stage) {
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    let Stage { verifier, store, who, rng } = stage;
    let secret = Secret::from_bytes(SECRET).unwrap();
    let hotp = || Hotp::new(&secret, Algorithm::Sha1, Digits::SIX);
    let token = Authenticator::hotp("token", hotp()).unwrap();
    out.codes.extend((0..5).map(|counter| hotp().generate(counter).expose().to_owned()));
    out.debug("Authenticator", &token);
    out.debug("Method", &token.method());
    out.debug("AuthenticatorPolicy", &AuthenticatorPolicy::RFC);
    out.debug("AuthenticatorPolicyDraft", &AuthenticatorPolicy::RFC.draft());
    let enrol = verifier.enrol(who, &token, NOW, rng).unwrap();
    out.debug("Enrol", &enrol);
    out.debug("Enrolling", &enrol.run(store).unwrap());
    let confirm = verifier.confirm(who, &token, hotp().generate(0), NOW, rng).unwrap();
    out.debug("Confirm", &confirm);
    let Step::Write(_, verdict) = confirm.step(store.load(confirm.key()).unwrap().as_ref()) else { panic!() };
    out.debug("AuthenticatorVerdict", &verdict);
    out.debug("Enrolled", &confirm.run(store).unwrap());
    let typed = hotp().generate(1);
    let authenticate = verifier.authenticate(LOGIN, who, &token, typed, NOW, rng).unwrap().answering();
    out.debug("Authenticate", &authenticate);
    out.debug("Authenticated", &authenticate.run(store).unwrap());
    let pair = [hotp().generate(3), hotp().generate(4)];
    out.debug("Resynchronise", &verifier.resynchronise(LOGIN, who, &token, pair, NOW, rng).unwrap());
    let look = verifier.authenticator_status(who, NOW).unwrap().authenticator("token").unwrap();
    out.debug("AuthenticatorLook", &look);
    let status = look.run(store).unwrap();
    out.debug("Enrolment", &status.enrolment());
    out.debug("AuthenticatorStatus", &status);
    let revoke = verifier.revoke(who, "token", NOW, rng).unwrap();
    out.debug("Upkeep", &revoke);
    out.debug("UpkeepDone", &revoke.run(store).unwrap());
}

/// What happened, and what is kept of it.
fn evidence(out: &mut Printed, stage: &mut Stage) {
    let Stage { verifier, store, who, rng } = stage;
    let value = payment();
    let observed =
        verifier.issue(PAY, who, &value, &phone(), NOW.saturating_add(600), rng).unwrap().run_observed(store);
    out.debug("Observed", &observed);
    let event = observed.event;
    out.debug("Event", &event);
    out.debug("EventKind", &event.kind());
    out.debug("Action", &event.action());
    out.display("BindingTag", &verifier.binding_tag(PAY, who, &value).unwrap());
    let key = RootKey::from_bytes(CODES).unwrap();
    let mut chain = AuditChain::new(&key, rng).unwrap();
    let entry = chain.append(&event).unwrap();
    out.display("AuditEntry", &entry);
    out.debug("AuditChain", &chain);
    out.display("AuditHead", &chain.head());
    out.display("ChainId", &chain.head().chain());
    let (mut check, mut set) = (AuditCheck::new(&key), AuditSet::new(&key));
    check.line(&entry.to_string()).unwrap();
    set.line(&entry.to_string()).unwrap();
    out.debug("AuditCheck", &check);
    out.debug("AuditSet", &set);
    out.error("AuditError", &check.line(SESSION).unwrap_err());
    out.error("AuditError", &AuditCheck::new(&key).reaching(chain.head()).finish().unwrap_err());
}

fn recovery(out: &mut Printed, stage: &mut Stage) {
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    let Stage { verifier, store, who, rng } = stage;
    let make = verifier.make_recovery_codes(who, NOW, rng).unwrap();
    out.debug("MakeRecoveryCodes", &make);
    let codes = make.run(store).unwrap();
    out.codes.extend(codes.iter().flat_map(|code| [code.expose().concat(), code.expose().join("-")]));
    let typed = RecoveryCode::parse(&codes.iter().next().unwrap().expose().concat()).unwrap();
    out.debug("RecoveryCodes", &codes);
    out.debug("RecoveryCode", &typed);
    out.debug("Recover", &verifier.recover(LOGIN, who, typed, NOW, rng).unwrap());
}
