//! Who takes part, and what each house allows: the policy that the crate is given, and the same in numbers of the
//! model's own.

use countersign::{AuthenticatorPolicy, Ceilings, Keyring, Login, Policy, Purpose, RootKey, Skew, Subject, Verifier};

use crate::rules::Limits;

/// A record's owner, by number.
pub type Owner = usize;

const OWNERS: [&str; 2] = ["clara", "dora"];

pub fn subject(owner: Owner) -> Subject {
    Subject::new(OWNERS[owner]).unwrap()
}

/// What authenticators may be called: more names than a record has places.
pub const NAMES: [&str; 5] = ["phone", "token", "spare", "desk", "card"];

/// What a person may want, and by how many steps back and ahead a code may be off for it.
pub const PURPOSES: [(Purpose<Login>, u64, u64); 3] = [
    (Purpose::new("login", Policy::LOGIN), 10, 10),
    (Purpose::new("transfer", Policy::STRICT), 0, 0),
    (Purpose::new("till", behind()), 1, 0),
];

#[derive(Debug)]
pub struct Rules {
    pub limits: Limits,
    /// Steps back and ahead.
    pub past: u64,
    pub future: u64,
    pub look_ahead: u64,
    pub pair_ahead: u64,
}

pub struct House {
    policy: AuthenticatorPolicy,
    pub rules: Rules,
}

/// As most will use it, as the strictest, and so tight that a short sequence reaches every limit.
pub const HOUSES: [House; 3] = [
    House {
        policy: AuthenticatorPolicy::RFC,
        rules: Rules {
            limits: Limits { lock_after: 5, lock_seconds: 1_800, day_failures: 20, total_failures: 100 },
            past: 1,
            future: 0,
            look_ahead: 5,
            pair_ahead: 100,
        },
    },
    House {
        policy: AuthenticatorPolicy::STRICT,
        rules: Rules {
            limits: Limits { lock_after: 3, lock_seconds: 1_800, day_failures: 10, total_failures: 30 },
            past: 0,
            future: 0,
            look_ahead: 1,
            pair_ahead: 100,
        },
    },
    House {
        policy: tight(),
        rules: Rules {
            limits: Limits { lock_after: 2, lock_seconds: 1_800, day_failures: 5, total_failures: 8 },
            past: 1,
            future: 2,
            look_ahead: 3,
            pair_ahead: 8,
        },
    },
];

const fn skew(past: u8, future: u8) -> Skew {
    match Skew::new(past, future) {
        Ok(skew) => skew,
        Err(_) => panic!("the skew is refused"),
    }
}

const fn behind() -> Policy {
    match Policy::LOGIN.draft().skew(skew(1, 0)).build() {
        Ok(policy) => policy,
        Err(_) => panic!("the till's policy is refused"),
    }
}

const fn tight() -> AuthenticatorPolicy {
    let windows = AuthenticatorPolicy::RFC.draft().skew(skew(1, 2)).look_ahead(3).resynchronise_ahead(8);
    let limits = windows.lock_after(2).day_failures(5).total_failures(8);
    match limits.ceilings(Ceilings::per_million(8, 20, 32)).build() {
        Ok(policy) => policy,
        Err(_) => panic!("the tight policy is refused"),
    }
}

/// Two nodes a house, with other code keys: the record of the authenticators has nothing to do with those.
pub fn verifiers() -> Vec<[Verifier; 2]> {
    let root = |number: u8| RootKey::from_bytes(&[number; 32]).unwrap();
    let node = |house: &House, code| {
        Verifier::new(Keyring::new(&root(1), &root(code)).unwrap()).with_authenticators(house.policy)
    };
    HOUSES.iter().map(|house| [node(house, 2), node(house, 3)]).collect()
}
