//! Customers who log in with a token, an app and a list of recovery codes until the server is killed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::*;
use getrandom::SysRng;

use super::next;
use crate::desk::{Desk, Shared};
use crate::devices::{Devices, LOGIN, Spent, Typed, Way};
use crate::support::{START, at};

/// A customer, the codes that are still to be typed, and those that were accepted.
pub struct Customer {
    devices: Devices,
    codes: Vec<Typed>,
    accepted: Vec<Typed>,
}

/// Logs in and enrols, one customer after the other, until the server is away. The first one has enrolled.
pub async fn serve<S: Shared>(
    client: usize,
    mut customer: Customer,
    desk: Arc<Desk<S>>,
    log: Arc<Mutex<Vec<Customer>>>,
) {
    let mut alive = true;
    for number in 1.. {
        alive = alive && customer.live(&desk).await;
        let gone = std::mem::replace(&mut customer, Customer::new(client, number));
        log.lock().unwrap().push(gone);
        if !alive {
            return;
        }
        alive = customer.enrol(&desk).await.is_ok();
    }
}

/// The first customer of each client. Each has one code fewer to type than the one before, so that the clients, whose
/// steps take equally long, are not all between two customers when the server is held back.
pub async fn first<S: Shared>(clients: usize, desk: &Desk<S>) -> Vec<Customer> {
    let mut first = (0..clients).map(|client| Customer::new(client, 0)).collect::<Vec<_>>();
    for (client, customer) in first.iter_mut().enumerate() {
        customer.enrol(desk).await.expect("the server is there");
        customer.codes.truncate(customer.codes.len() - client);
    }
    first
}

/// Types every accepted code once more.
pub async fn compare<S: Shared>(desk: &Desk<S>, customers: &Mutex<std::vec::IntoIter<Customer>>) -> Spent {
    let mut spent = Spent::default();
    while let Some(customer) = next(customers) {
        for code in &customer.accepted {
            spent.count(&customer.once_more(desk, code).await);
        }
    }
    spent
}

impl Customer {
    fn new(client: usize, number: usize) -> Self {
        let devices = Devices::of(&format!("login-{client}-{number}"));
        Self { devices, codes: Vec::new(), accepted: Vec::new() }
    }

    /// Types every code twice at once. Whether the server still answers.
    async fn live<S: Shared>(&mut self, desk: &Desk<S>) -> bool {
        for code in std::mem::take(&mut self.codes) {
            let answers: [_; 2] = tokio::join!(self.log_in(desk, &code), self.log_in(desk, &code)).into();
            let accepted = answers.iter().filter(|answer| answer.is_ok()).count();
            assert!(accepted <= 1, "one code was accepted twice");
            if accepted == 1 {
                self.accepted.push(code);
            }
            if answers.iter().any(|answer| matches!(answer, Err(Failure::Unavailable(_)))) {
                return false;
            }
        }
        true
    }

    /// Enrols a token and an app, and makes a list.
    async fn enrol<S: Shared>(&mut self, desk: &Desk<S>) -> Result<(), Failure<S::Error>> {
        for way in [Way::Token, Way::App] {
            self.confirm(desk, way).await?;
        }
        let make = desk.verifier.make_recovery_codes(&self.devices.who, at(START), &mut SysRng)?;
        let list = make.run_async(&desk.store).await?;
        self.codes = self.devices.logins(&list).collect();
        Ok(())
    }

    async fn confirm<S: Shared>(&mut self, desk: &Desk<S>, way: Way) -> Result<(), Failure<S::Error>> {
        let Desk { verifier, store, .. } = desk;
        let (who, authenticator, first) =
            (&self.devices.who, self.devices.authenticator(way), self.devices.shows(way, 0));
        let _ = verifier.enrol(who, &authenticator, at(START), &mut SysRng)?.run_async(store).await?;
        let confirm = verifier.confirm(who, &authenticator, first.code(), at(START), &mut SysRng)?;
        let _ = confirm.run_async(store).await?;
        self.accepted.push(first);
        Ok(())
    }

    async fn log_in<S: Shared>(&self, desk: &Desk<S>, code: &Typed) -> Result<Authenticated, Failure<S::Error>> {
        let Desk { verifier, store, .. } = desk;
        let (who, now) = (&self.devices.who, code.time());
        if code.way == Way::List {
            return verifier.recover(LOGIN, who, code.recovery(), now, &mut SysRng)?.run_async(store).await;
        }
        let authenticator = self.devices.authenticator(code.way);
        let authenticate = verifier.authenticate(LOGIN, who, &authenticator, code.code(), now, &mut SysRng)?;
        authenticate.run_async(store).await
    }

    /// Asks until the server, which has just started, answers.
    async fn once_more<S: Shared>(&self, desk: &Desk<S>, code: &Typed) -> Result<Authenticated, Failure<S::Error>> {
        for _ in 0..600 {
            match self.log_in(desk, code).await {
                Err(Failure::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
                answer => return answer,
            }
        }
        panic!("the server does not come back");
    }
}
