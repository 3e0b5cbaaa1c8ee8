//! A person's apps and tokens, and what one does with them at the desk in a line.

use countersign::*;

use crate::support::*;

pub const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);

/// An app or a token: a key, and how it shows codes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Gadget {
    pub name: &'static str,
    pub key: [u8; 20],
    pub counts: bool,
}

pub type Done<T, S> = Result<T, Failure<<S as Store>::Error>>;

pub const PHONE: Gadget = Gadget { name: "phone", key: [0x11; 20], counts: false };
pub const TOKEN: Gadget = Gadget { name: "token", key: [0x22; 20], counts: true };

impl Gadget {
    /// Number `n` of many apps.
    pub fn app(n: u8) -> Self {
        const NAMES: [&str; 6] = ["app-0", "app-1", "app-2", "app-3", "app-4", "app-5"];
        Self { name: NAMES[usize::from(n)], key: [n + 1; 20], counts: false }
    }

    pub fn hotp(&self, digits: Digits) -> Hotp {
        Hotp::new(&Secret::from_bytes(&self.key).unwrap(), Algorithm::Sha1, digits)
    }

    pub fn of_digits(&self, digits: Digits) -> Authenticator<'static> {
        if self.counts {
            Authenticator::hotp(self.name, self.hotp(digits))
        } else {
            Authenticator::totp(self.name, Totp::new(self.hotp(digits)))
        }
        .unwrap()
    }

    pub fn authenticator(&self) -> Authenticator<'static> {
        self.of_digits(Digits::SIX)
    }

    /// The code of this counter or step.
    pub fn code(&self, counter: u64) -> String {
        self.hotp(Digits::SIX).generate(counter).expose().to_owned()
    }

    /// What an app shows at this time.
    pub fn shown(&self, time: u64) -> String {
        self.code(time / 30)
    }

    /// Codes that no counter or step from 200 before this one to 200 after it has.
    pub fn wrong(&self, around: u64) -> impl Iterator<Item = String> + use<> {
        let right: Vec<String> =
            (around.saturating_sub(200)..=around.saturating_add(200)).map(|n| self.code(n)).collect();
        (0..1_000_000).map(|n| format!("{n:06}")).filter(move |code| !right.contains(code))
    }
}

impl<S: Store> Desk<S> {
    /// The step or the counter at which a device stands that was just enrolled.
    pub fn first(&self, device: &Gadget) -> u64 {
        if device.counts { 0 } else { self.now.get() / 30 }
    }

    pub fn enrol(&self, device: &Gadget) -> Done<Enrolling, S> {
        self.act(|verifier, now, rng| verifier.enrol(&customer(), &device.authenticator(), now, rng))
    }

    pub fn confirm(&self, device: &Gadget, code: &str) -> Done<Enrolled, S> {
        let authenticator = device.authenticator();
        let rng = &mut *self.rng.borrow_mut();
        self.run(self.verifier.confirm(&customer(), &authenticator, six(code), self.time(), rng)?)
    }

    /// Enrols and confirms with the code that the device shows first.
    pub fn own(&self, device: &Gadget)
    where
        S::Error: std::fmt::Debug,
    {
        let _ = self.enrol(device).unwrap();
        let _ = self.confirm(device, &device.code(self.first(device))).unwrap();
    }

    pub fn authenticate(&self, device: &Gadget, code: &str) -> Done<Authenticated, S> {
        self.authenticate_for(LOGIN, device, code)
    }

    pub fn authenticate_for<B>(&self, purpose: Purpose<B>, device: &Gadget, code: &str) -> Done<Authenticated, S> {
        self.authenticate_with(purpose, &device.authenticator(), six(code))
    }

    pub fn authenticate_with<B>(
        &self,
        purpose: Purpose<B>,
        authenticator: &Authenticator<'_>,
        code: Code,
    ) -> Done<Authenticated, S> {
        let rng = &mut *self.rng.borrow_mut();
        self.run(self.verifier.authenticate(purpose, &customer(), authenticator, code, self.time(), rng)?)
    }

    pub fn resynchronise(&self, device: &Gadget, codes: [&str; 2]) -> Done<Authenticated, S> {
        let (authenticator, codes) = (device.authenticator(), codes.map(six));
        let rng = &mut *self.rng.borrow_mut();
        self.run(self.verifier.resynchronise(LOGIN, &customer(), &authenticator, codes, self.time(), rng)?)
    }

    pub fn revoke(&self, device: &Gadget) -> Done<UpkeepDone, S> {
        self.act(|verifier, now, rng| verifier.revoke(&customer(), device.name, now, rng))
    }

    pub fn restore(&self) -> Done<UpkeepDone, S> {
        self.act(|verifier, now, rng| verifier.after_restore(&customer(), now, rng))
    }

    pub fn close_account(&self) -> Done<UpkeepDone, S> {
        self.act(|verifier, now, rng| verifier.close_authenticators(&customer(), now, rng))
    }

    pub fn reinstate_account(&self) -> Done<UpkeepDone, S> {
        self.act(|verifier, now, rng| verifier.reinstate_authenticators(&customer(), now, rng))
    }

    /// Ten new recovery codes, as they are written on paper.
    pub fn make_codes(&self) -> Done<Vec<String>, S> {
        let codes = self.act(|verifier, now, rng| verifier.make_recovery_codes(&customer(), now, rng))?;
        Ok(codes.iter().map(|code| code.expose().join("-")).collect())
    }

    pub fn recover(&self, code: &str) -> Done<Authenticated, S> {
        let code = RecoveryCode::parse(code)?;
        self.act(|verifier, now, rng| verifier.recover(LOGIN, &customer(), code, now, rng))
    }

    pub fn account(&self, device: &Gadget) -> AuthenticatorStatus {
        let look = self.verifier.authenticator_status(&customer(), self.time()).unwrap();
        self.run(look.authenticator(device.name).unwrap()).unwrap_or_else(|_| panic!("no status"))
    }

    /// So many wrong codes of this device.
    pub fn guess(&self, device: &Gadget, times: usize) -> Vec<Refused>
    where
        S::Error: std::fmt::Debug,
    {
        let codes = device.wrong(self.first(device)).take(times);
        codes.map(|code| refused(self.authenticate(device, &code))).collect()
    }
}
