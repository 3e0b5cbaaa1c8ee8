//! What the profiles of policies are: each as its page says, field by field.

use countersign::*;

const KINDS: [RecipientKind; 4] =
    [RecipientKind::Sms, RecipientKind::Voice, RecipientKind::Email, RecipientKind::App];

/// Every field is said, so that nothing is left of the policy that it starts from.
#[test]
fn the_policy_of_a_payment_is_its_table() {
    let table = Policy::CONTACT
        .draft()
        .format(Format::digits(Digits::SIX))
        .lifetime(300)
        .email_lifetime(0)
        .attempts(5)
        .lock_after(5)
        .lock_seconds(30 * 60)
        .day_failures(20)
        .total_failures(100)
        .gap(30)
        .challenge_sends(3)
        .unapproved_sends(10)
        .day_sends(30)
        .open(2)
        .lanes(1)
        .verified_only(true)
        .cooling_off(0)
        .allow(RecipientKind::Sms)
        .allow(RecipientKind::Voice)
        .allow(RecipientKind::App)
        .refuse(RecipientKind::Email)
        .skew(Skew::new(10, 10).unwrap())
        .ceilings(Ceilings::per_million(5, 20, 100));
    assert_eq!(table.build(), Ok(Policy::PAYMENT));
    assert_eq!(Policy::LOGIN, Policy::PAYMENT);
}

#[test]
fn the_other_policies_differ_from_it_as_they_say() {
    let payment = Policy::PAYMENT.draft();
    let strict = payment.format(Format::digits(Digits::EIGHT)).lifetime(120).attempts(3).lock_after(3).open(1);
    let strict = strict.day_failures(10).total_failures(30).skew(Skew::NONE);
    assert_eq!(strict.build(), Ok(Policy::STRICT));
    let withdrawal = payment.cooling_off(24 * 3_600).open(1);
    assert_eq!(withdrawal.build(), Ok(Policy::WITHDRAWAL));
    let contact = payment.lifetime(600).email_lifetime(24 * 3_600).verified_only(false).allow(RecipientKind::Email);
    assert_eq!(contact.build(), Ok(Policy::CONTACT));
    assert_eq!(withdrawal.lifetime(600).allow(RecipientKind::Email).build(), Ok(Policy::CONTACT_CHANGE));
}

#[test]
fn the_policies_of_authenticators_are_their_tables() {
    let rfc = AuthenticatorPolicy::STRICT
        .draft()
        .skew(Skew::RFC)
        .look_ahead(5)
        .resynchronise_ahead(100)
        .lock_after(5)
        .lock_seconds(30 * 60)
        .day_failures(20)
        .total_failures(100)
        .ceilings(Ceilings::per_million(25, 100, 500));
    assert_eq!(rfc.build(), Ok(AuthenticatorPolicy::RFC));
    let strict = AuthenticatorPolicy::RFC.draft().skew(Skew::NONE).look_ahead(1).lock_after(3).day_failures(10);
    assert_eq!(strict.total_failures(30).ceilings(Ceilings::DEFAULT).build(), Ok(AuthenticatorPolicy::STRICT));
    assert_eq!((AuthenticatorPolicy::RFC.skew(), AuthenticatorPolicy::RFC.look_ahead()), (Skew::RFC, 5));
}

#[test]
fn a_code_lives_as_long_as_its_recipient_allows() {
    let live = |policy: Policy| (policy.lifetime(), KINDS.map(|kind| policy.lifetime_for(kind)));
    assert_eq!(live(Policy::PAYMENT), (300, [300, 300, 0, 300]));
    assert_eq!(live(Policy::CONTACT), (600, [600, 600, 86_400, 600]));
    assert_eq!(live(Policy::CONTACT_CHANGE), (600, [600; 4]));
}
