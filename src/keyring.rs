//! Root keys, and what is derived from them; rotation of code keys by key id.
//!
//! The *index key* yields, by labelled HMAC, one key each for the store's keys, the record's authentication, handles,
//! tags, report tokens, approval ids and the names of sends. It does not rotate: with another index key every record is
//! under a key that nobody looks up, so replacing it empties the store (SECURITY.md). *Code keys* make codes and nothing
//! else.

mod root;

use core::fmt;

use crate::approval::{ApprovalId, BindingTag, SubjectTag};
use crate::binding::{Binding, Encoder};
use crate::challenge::{Handle, ReportToken};
use crate::code::{Code, Format};
use crate::delivery::IdempotencyKey;
use crate::error::Invalid;
use crate::keyed::Keyed;
use crate::mac::{Mac, Message, first};
use crate::recipient::Recipient;
use crate::released::public;
use crate::store::Key;
use crate::subject::Subject;

pub use root::RootKey;

/// Code keys that one keyring holds at a time: the one that issues, and those that are still accepted.
const CODE_KEYS: usize = 4;

/// The keys of one installation. Every node has the same index key and knows every code key that is in use.
///
/// To rotate the code key: first let every node [`accept`](Keyring::accept) the new one, then let them issue with
/// it and accept the old one, and drop the old one when the longest lifetime has passed. Open challenges survive.
///
/// ```
/// use countersign::{Keyring, RootKey, SystemRng, Verifier};
///
/// let mut rng = SystemRng; // or any other cryptographic generator
/// let (index, old, new) = (RootKey::generate(&mut rng)?, RootKey::generate(&mut rng)?, RootKey::generate(&mut rng)?);
///
/// let before = Keyring::new(&index, &old)?;
/// let step_1 = Keyring::new(&index, &old)?.accept(&new)?; // on every node, before
/// let step_2 = Keyring::new(&index, &new)?.accept(&old)?; // on any node
/// # let _ = (Verifier::new(before), Verifier::new(step_1), Verifier::new(step_2));
/// # Ok::<(), countersign::Invalid>(())
/// ```
pub struct Keyring {
    /// The index key's id: no code key may have it.
    index: KeyId,
    store: Mac,
    record: Mac,
    handle: Mac,
    tag: Mac,
    report: Mac,
    approval: Mac,
    recovery: Mac,
    event: Mac,
    idempotency: Mac,
    budget: Mac,
    codes: [Option<CodeKey>; CODE_KEYS],
}

/// Which key it is: the first 4 bytes of `HMAC(key, "countersign/id")`.
pub(crate) type KeyId = [u8; 4];

/// A short keyed fingerprint in a record.
pub(crate) type Tag = [u8; 8];

/// What a code is bound to: store key and binding, as the tag key sees them.
#[derive(Clone, Copy)]
pub(crate) struct Bound([u8; 32]);

/// One code of one challenge.
#[derive(Clone, Copy)]
pub(crate) struct CodeInput<'a> {
    pub(crate) key_id: KeyId,
    pub(crate) format: Format,
    pub(crate) generation: u8,
    pub(crate) handle: &'a Handle,
    pub(crate) bound: &'a Bound,
}

/// One message of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Send {
    pub(crate) generation: u8,
    pub(crate) leg: u8,
    /// Which of the challenge's messages it is, the first being 1.
    pub(crate) count: u8,
}

impl Keyring {
    /// A keyring that issues codes with `code`.
    ///
    /// # Errors
    /// [`Invalid::SameKey`] if the code key is the index key, or one that HMAC takes for it: keys that differ only in
    /// zeros at their end are one, and so are a key of more than 64 bytes and its SHA-256.
    pub fn new(index: &RootKey, code: &RootKey) -> Result<Self, Invalid> {
        let index = Mac::keyed(index.expose());
        let ring = Self {
            index: key_id(&index),
            store: index.derive("countersign/v1/store-key"),
            record: index.derive("countersign/v1/record"),
            handle: index.derive("countersign/v1/handle"),
            tag: index.derive("countersign/v1/tag"),
            report: index.derive("countersign/v1/report"),
            approval: index.derive("countersign/v1/approval"),
            recovery: index.derive("countersign/v1/recovery"),
            event: index.derive("countersign/v1/event"),
            idempotency: index.derive("countersign/v1/idempotency"),
            budget: index.derive("countersign/v1/budget"),
            codes: [const { None }; CODE_KEYS],
        };
        ring.accept(code)
    }

    /// The same keyring, which also verifies codes made with `code`.
    ///
    /// # Errors
    /// [`Invalid::SameKey`] if a key with that id is there already, [`Invalid::TooManyKeys`] for a fifth.
    pub fn accept(mut self, code: &RootKey) -> Result<Self, Invalid> {
        let key = CodeKey::new(code);
        if key.id == self.index || self.codes.iter().flatten().any(|known| known.id == key.id) {
            return Err(Invalid::SameKey);
        }
        match self.codes.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(key),
            None => return Err(Invalid::TooManyKeys),
        }
        Ok(self)
    }

    /// The id of the key that issues.
    pub(crate) fn issuing(&self) -> KeyId {
        self.codes.iter().flatten().next().map_or([0; 4], |key| key.id)
    }

    /// Whether a code made under this key id can be computed here.
    pub(crate) fn knows(&self, id: KeyId) -> bool {
        self.codes.iter().flatten().any(|key| key.id == id)
    }

    pub(crate) fn store_key(&self, purpose: &str, subject: &Subject) -> Key {
        let named = self.store.message().with_prefixed(purpose.as_bytes()).with_prefixed(subject.as_bytes());
        Key::from_bytes(public(named.with(&[subject.lane()]).finish()))
    }

    /// Under which key something is counted for somebody. Of what is `folded`, capital letters are small ones.
    pub(crate) fn budget_key(&self, budget: &str, scope: u8, of: &[u8; 17], (id, folded): (&[u8], bool)) -> Key {
        let mut message = self.budget.message().with_prefixed(budget.as_bytes()).with(&[scope]).with(of);
        if folded {
            for byte in id {
                message.update(&[byte.to_ascii_lowercase()]);
            }
        } else {
            message.update(id);
        }
        Key::from_bytes(public(message.finish()))
    }

    /// Authenticates a record's bytes together with its key, so that another key's record is no record.
    pub(crate) fn record_mac(&self, key: &Key, bytes: &[u8]) -> [u8; 16] {
        first(&self.record.message().with(key.as_bytes()).with(bytes).finish())
    }

    pub(crate) fn handle(&self, key: &Key, nonce: &[u8; 16]) -> Handle {
        Handle::from_bytes(first(&self.handle.message().with(key.as_bytes()).with(nonce).finish()))
    }

    pub(crate) fn bound<B: Binding>(&self, key: &Key, binding: &B) -> Bound {
        Bound(Encoder::write(self.tagged(key, b'b'), binding).finish())
    }

    pub(crate) fn recipient_tag(&self, key: &Key, recipient: &Recipient<'_>) -> Tag {
        let kind = [recipient.kind().bit(), u8::from(recipient.is_decoy())];
        pseudonym(&self.tagged(key, b'r').with(&kind).with(recipient.address().as_bytes()).finish())
    }

    pub(crate) fn request_tag(&self, key: &Key, session: &[u8], request: &[u8]) -> Tag {
        pseudonym(&self.tagged(key, b'q').with_prefixed(session).with_prefixed(request).finish())
    }

    /// The same for every purpose and lane, so that an audit trail can follow one account.
    pub(crate) fn subject_tag(&self, subject: &Subject) -> SubjectTag {
        SubjectTag::from_bytes(pseudonym(&self.tag.message().with(b"s").with(subject.as_bytes()).finish()))
    }

    /// What stands for a value in an audit trail. It is not the tag in the record: a dump of the store joins no log.
    pub(crate) fn binding_tag(&self, bound: &Bound) -> BindingTag {
        BindingTag::from_bytes(pseudonym(&self.event.message().with(b"b").with(&bound.0).finish()))
    }

    pub(crate) fn report_token(&self, handle: &Handle) -> ReportToken {
        ReportToken::from_bytes(first(&self.report.message().with(handle.as_bytes()).finish()))
    }

    /// What names one send. Every part has a fixed length, so no two sends are written alike.
    pub(crate) fn idempotency_key(&self, handle: &Handle, send: Send) -> IdempotencyKey {
        let Send { generation, leg, count } = send;
        let message = self.idempotency.message().with(handle.as_bytes()).with(&[generation, leg, count]);
        IdempotencyKey::from_bytes(pseudonym(&message.finish()))
    }

    pub(crate) fn approval_id(&self, key: &Key, handle: &Handle) -> ApprovalId {
        let message = self.approval.message().with(key.as_bytes()).with(handle.as_bytes());
        ApprovalId::from_bytes(pseudonym(&message.finish()))
    }

    /// The record of a subject's authenticators, whatever purpose they serve: no purpose has an empty name.
    pub(crate) fn account_key(&self, subject: &Subject) -> Key {
        self.store_key("", subject)
    }

    /// Which authenticator of a subject.
    pub(crate) fn name_tag(&self, key: &Key, name: &str) -> Tag {
        pseudonym(&self.tagged(key, b'n').with(name.as_bytes()).finish())
    }

    /// Which key an authenticator has; another algorithm makes another key of it.
    pub(crate) fn secret_tag(&self, key: &Key, keyed: &Keyed) -> Tag {
        pseudonym(&keyed.feed(self.tagged(key, b'k')).finish())
    }

    /// What stands for a recovery code in the record (NIST SP 800-63B-4, section 3.1.2.2: hashed).
    pub(crate) fn recovery_tag(&self, key: &Key, code: &Code) -> Tag {
        first(&self.recovery.message().with(key.as_bytes()).with(code.symbols()).finish())
    }

    /// The code, recomputed and never stored; `None` if no key has that id.
    ///
    /// The message is 51 bytes, so that it takes two compressions. Its first byte is none that begins
    /// `countersign/id`; purpose, subject and lane are in the store key that `bound` covers.
    pub(crate) fn code(&self, input: CodeInput<'_>) -> Option<Code> {
        let key = self.codes.iter().flatten().find(|key| key.id == input.key_id)?;
        let message = key.mac.message().with(&[1, input.format.to_byte(), input.generation]);
        let message = message.with(input.handle.as_bytes()).with(&input.bound.0);
        Some(message.finish_with(|output| Code::from_mac(input.format, output)))
    }

    fn tagged(&self, key: &Key, kind: u8) -> Message<'_> {
        self.tag.message().with(&[kind]).with(key.as_bytes())
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(..)")
    }
}

impl Bound {
    pub(crate) fn tag(&self) -> Tag {
        pseudonym(&self.0)
    }
}

struct CodeKey {
    id: KeyId,
    mac: Mac,
}

impl CodeKey {
    fn new(key: &RootKey) -> Self {
        let mac = Mac::keyed(key.expose());
        Self { id: key_id(&mac), mac }
    }
}

/// The id of a root key.
pub(crate) fn key_id(key: &Mac) -> KeyId {
    pseudonym(&key.message().with(b"countersign/id").finish())
}

/// What a record, a log or a client holds in the open.
fn pseudonym<const N: usize>(output: &[u8; 32]) -> [u8; N] {
    public(first(output))
}
