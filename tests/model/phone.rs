//! What the code holder and the browser have: messages, handles, report tokens.

use countersign::{Handle, IdempotencyKey, Issued, Payment, ReportToken};

use crate::answer::Id;
use crate::people::Name;

/// One challenge, as its holder knows it. Its number is its place in the list.
#[derive(Clone)]
pub struct Held {
    pub name: Name,
    pub handle: Handle,
    pub binding: u8,
    pub route: u8,
    /// The code and the token of each message; the last is the live one.
    pub messages: Vec<Message>,
    /// What names each message, also those of a decoy, which nobody gets.
    pub keys: Vec<IdempotencyKey>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub code: String,
    pub token: ReportToken,
}

#[derive(Default)]
pub struct Phone {
    pub held: Vec<Held>,
}

impl Phone {
    pub fn id_of(&self, handle: Handle) -> Id {
        self.held.iter().position(|held| held.handle == handle).unwrap_or(self.held.len())
    }

    /// The challenges of a record, the newest first.
    pub fn of(&self, name: Name) -> impl Iterator<Item = Id> {
        self.held.iter().enumerate().rev().filter(move |(_, held)| held.name == name).map(|(id, _)| id)
    }

    pub fn of_others(&self, name: Name) -> impl Iterator<Item = Id> {
        self.held.iter().enumerate().rev().filter(move |(_, held)| held.name != name).map(|(id, _)| id)
    }

    pub fn code(&self, id: Id) -> Option<&str> {
        Some(&self.held.get(id)?.messages.last()?.code)
    }

    pub fn code_before(&self, id: Id) -> Option<&str> {
        let messages = &self.held.get(id)?.messages;
        let live = &messages.last()?.code;
        messages.iter().rev().map(|message| message.code.as_str()).find(|code| code != live)
    }
}

/// What a message carried, if there was one.
pub fn read(issued: &Issued<'_, Payment>) -> Option<Message> {
    issued.message(&|slip: &countersign::Slip<'_, Payment>| Message {
        code: slip.code().to_owned(),
        token: slip.report_token(),
    })
}

/// `code` with its number raised by `by`: a wrong one, unless `by` is a multiple of all there are.
pub fn other(code: &str, by: u64) -> String {
    let all = 10_u64.pow(code.len() as u32);
    format!("{:0width$}", (code.parse::<u64>().unwrap() + by) % all, width = code.len())
}
