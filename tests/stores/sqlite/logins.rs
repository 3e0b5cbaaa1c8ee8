//! Customers who log in with a token, an app and a list of recovery codes until their process is killed.

use std::fmt::Debug;

use getrandom::SysRng;

use super::killed::{Line, Log};
use super::*;
use crate::devices::{Devices, LOGIN, Typed, Way};
use crate::support::*;

/// Enrols, and logs in with one code after the other; each is logged after it was accepted.
pub fn live<S: Store<Error: Debug>>(verifier: &Verifier, store: &S, log: &Log, name: &str) {
    let devices = Devices::of(name);
    let accepted = |with| log.write(&Line::LoggedIn { who: name.to_owned(), with });
    for way in [Way::Token, Way::App] {
        let (authenticator, first) = (devices.authenticator(way), devices.shows(way, 0));
        let enrol = verifier.enrol(&devices.who, &authenticator, at(START), &mut SysRng).unwrap();
        let _ = enrol.run(store).unwrap();
        let confirm = verifier.confirm(&devices.who, &authenticator, first.code(), at(START), &mut SysRng).unwrap();
        let _ = confirm.run(store).unwrap();
        accepted(first);
    }
    let make = verifier.make_recovery_codes(&devices.who, at(START), &mut SysRng).unwrap();
    let list = make.run(store).unwrap();
    for code in devices.logins(&list) {
        let _ = log_in(verifier, store, &devices, &code).unwrap();
        accepted(code);
    }
}

pub fn log_in<S: Store>(
    verifier: &Verifier,
    store: &S,
    devices: &Devices,
    code: &Typed,
) -> Result<Authenticated, Failure<S::Error>> {
    let (who, now) = (&devices.who, code.time());
    if code.way == Way::List {
        return verifier.recover(LOGIN, who, code.recovery(), now, &mut SysRng)?.run(store);
    }
    let authenticator = devices.authenticator(code.way);
    verifier.authenticate(LOGIN, who, &authenticator, code.code(), now, &mut SysRng)?.run(store)
}
