//! What each purpose allows: the policy that the crate is given, and the same in numbers of the model's own.

use countersign::{Payment, Policy, Purpose, RecipientKind};

/// Numbers written out by hand: a model that asked the policy would believe its mistakes.
#[derive(Debug)]
pub struct Rules {
    pub lifetime: u64,
    pub mail_lifetime: u64,
    pub attempts: u32,
    pub limits: Limits,
    pub gap: u64,
    pub challenge_sends: u32,
    pub unapproved_sends: u32,
    pub day_sends: u32,
    pub open: usize,
    pub verified_only: bool,
    pub cooling_off: u64,
    pub mail: bool,
    /// How many decimal digits a code has.
    pub digits: u8,
}

/// What the failures of one record lead to.
#[derive(Debug)]
pub struct Limits {
    pub lock_after: u32,
    pub lock_seconds: u64,
    pub day_failures: u32,
    /// Of one lane.
    pub total_failures: u32,
}

pub struct Shop {
    pub purpose: Purpose<Payment>,
    pub rules: Rules,
}

/// As most will use it.
pub const PAY: Shop = Shop {
    purpose: Purpose::new("pay", Policy::PAYMENT),
    rules: Rules {
        lifetime: 300,
        mail_lifetime: 0,
        attempts: 5,
        limits: Limits { lock_after: 5, lock_seconds: 1_800, day_failures: 20, total_failures: 100 },
        gap: 30,
        challenge_sends: 3,
        unapproved_sends: 10,
        day_sends: 30,
        open: 2,
        verified_only: true,
        cooling_off: 0,
        mail: false,
        digits: 6,
    },
};

/// So tight that a short sequence reaches every limit; two lanes, and recipients that must have settled.
pub const TIGHT: Shop = Shop {
    purpose: Purpose::new("tight", tight()),
    rules: Rules {
        lifetime: 100,
        mail_lifetime: 0,
        attempts: 3,
        limits: Limits { lock_after: 2, lock_seconds: 1_800, day_failures: 5, total_failures: 8 },
        gap: 10,
        challenge_sends: 2,
        unapproved_sends: 3,
        day_sends: 6,
        open: 1,
        verified_only: true,
        cooling_off: 3_600,
        mail: false,
        digits: 6,
    },
};

/// Confirmation of an address: e-mail, a day of lifetime, four challenges at a time, as many as a record remembers.
pub const MAIL: Shop = Shop {
    purpose: Purpose::new("mail", mail()),
    rules: Rules {
        lifetime: 600,
        mail_lifetime: 86_400,
        attempts: 7,
        limits: Limits { lock_after: 3, lock_seconds: 3_600, day_failures: 7, total_failures: 20 },
        gap: 5,
        challenge_sends: 4,
        unapproved_sends: 6,
        day_sends: 9,
        open: 4,
        verified_only: false,
        cooling_off: 0,
        mail: true,
        digits: 8,
    },
};

const fn tight() -> Policy {
    let limits = Policy::PAYMENT.draft().lifetime(100).attempts(3).lock_after(2).day_failures(5).total_failures(16);
    let sends = limits.gap(10).challenge_sends(2).unapproved_sends(3).day_sends(6);
    match sends.open(1).lanes(2).cooling_off(3_600).build() {
        Ok(policy) => policy,
        Err(_) => panic!("the tight policy is refused"),
    }
}

const fn mail() -> Policy {
    let eight = match countersign::Digits::new(8) {
        Ok(digits) => countersign::Format::digits(digits),
        Err(_) => panic!("eight digits are refused"),
    };
    let limits = Policy::CONTACT.draft().format(eight).attempts(7).lock_after(3).lock_seconds(3_600);
    let sends = limits.day_failures(7).total_failures(20).gap(5).challenge_sends(4).unapproved_sends(6).day_sends(9);
    match sends.open(4).allow(RecipientKind::Email).build() {
        Ok(policy) => policy,
        Err(_) => panic!("the mail policy is refused"),
    }
}
