//! F62: whoever has the rows but not the keys cannot tell a right code from a wrong one.

use std::collections::HashSet;

use crate::support::*;
use crate::tape::Tape;
use countersign::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// The state that SHA-256 begins with (FIPS 180-4, section 5.3.3).
const EMPTY: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// What a thief knows of one challenge: the whole row, and everything about the customer.
struct Loot {
    key: [u8; 32],
    row: Vec<u8>,
    handle: [u8; 16],
    code: String,
}

/// One challenge for `payment(129_90)`, whose request tag is the last field of its row.
fn loot() -> Loot {
    let desk = Desk::new(Tape::default());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(129_90)).unwrap();
    let (key, row) = desk.store.row();
    Loot { key: *key.as_bytes(), row, handle: *handle.as_bytes(), code }
}

impl Loot {
    fn nonce(&self) -> [u8; 16] {
        self.row[31..47].try_into().unwrap()
    }

    /// The same, with eight bytes of the thief's own making where the request tag is.
    fn plant(mut self, tag: [u8; 32]) -> Self {
        let place = self.row.len() - 24;
        self.row[place..place + 8].copy_from_slice(&tag[..8]);
        self
    }

    /// What a stored hash of a code could be found by: every eight bytes in a row, of the row and of its key.
    fn windows(&self) -> HashSet<[u8; 8]> {
        let eight = |bytes: &[u8]| bytes.windows(8).map(|window| window.try_into().unwrap()).collect::<Vec<_>>();
        eight(&self.row).into_iter().chain(eight(&self.key)).collect()
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().into()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let keyed = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().fold(keyed, Mac::chain_update).finalize().into_bytes().into()
}

/// Hashes that are a block long and end with a candidate: a million times six have to be quick.
struct Recipe {
    before: [u32; 8],
    blocks: u64,
    prefix: Vec<u8>,
    outer: Option<[u32; 8]>,
}

impl Recipe {
    fn hash(prefix: &[u8]) -> Self {
        Self { before: EMPTY, blocks: 0, prefix: prefix.into(), outer: None }
    }

    fn hmac(key: &[u8]) -> Self {
        let pad = |byte: u8| {
            let mut block = [byte; 64];
            block.iter_mut().zip(key).for_each(|(place, key)| *place ^= key);
            let mut state = EMPTY;
            compress256(&mut state, &[block]);
            state
        };
        Self { before: pad(0x36), blocks: 1, prefix: vec![], outer: Some(pad(0x5c)) }
    }

    /// Everything with which a hash of a code could be made from the loot alone.
    fn all(loot: &Loot) -> [Self; 6] {
        let (handle, key, nonce) = (&loot.handle, &loot.key, &loot.nonce());
        let plain = [Self::hash(&[]), Self::hash(nonce), Self::hash(handle), Self::hash(key)];
        let [a, b, c, d] = plain;
        [a, b, c, d, Self::hmac(nonce), Self::hmac(key)]
    }

    fn of(&self, code: &[u8]) -> [u32; 8] {
        let inner = last_block(self.before, self.blocks, &[&self.prefix, code]);
        let Some(outer) = self.outer else {
            return inner;
        };
        let mut bytes = [0; 32];
        bytes.chunks_exact_mut(4).zip(inner).for_each(|(place, word)| place.copy_from_slice(&word.to_be_bytes()));
        last_block(outer, 1, &[&bytes])
    }
}

/// Ends a SHA-256 whose rest fits into one block.
fn last_block(mut state: [u32; 8], blocks: u64, parts: &[&[u8]]) -> [u32; 8] {
    let mut block = [0; 64];
    let mut used = 0;
    for part in parts {
        block[used..used + part.len()].copy_from_slice(part);
        used += part.len();
    }
    block[used] = 0x80;
    block[56..].copy_from_slice(&((blocks * 64 + used as u64) * 8).to_be_bytes());
    compress256(&mut state, &[block]);
    state
}

/// The candidates that a hash finds in the row.
fn confirmed(loot: &Loot, candidates: impl Iterator<Item = u32>) -> Vec<String> {
    let (windows, recipes) = (loot.windows(), Recipe::all(loot));
    // The first two bytes in a table: it is quicker to ask than a set.
    let mut begins = vec![false; 1 << 16];
    for window in &windows {
        begins[usize::from(window[0]) << 8 | usize::from(window[1])] = true;
    }
    let stored = |[first, second, .., last_but_one, last]: [u32; 8]| {
        [(first, second), (last_but_one, last)].into_iter().any(|(high, low)| {
            begins[high as usize >> 16] && windows.contains(&(u64::from(high) << 32 | u64::from(low)).to_be_bytes())
        })
    };
    let codes = candidates.map(|candidate| format!("{candidate:06}"));
    codes.filter(|code| recipes.iter().any(|recipe| stored(recipe.of(code.as_bytes())))).collect()
}

#[test]
fn f62_a_million_candidates_match_nothing_in_the_row() {
    assert_eq!(confirmed(&loot(), 0..1_000_000), Vec::<String>::new());
}

#[test]
fn f62_the_same_search_finds_the_code_in_a_row_that_keeps_a_hash_of_it() {
    let own = |code: &str| code.parse::<u32>().unwrap();
    let (plain, mixed, keyed) = (loot(), loot(), loot());
    let code = plain.code.clone();
    let around = || own(&code).saturating_sub(500)..own(&code) + 500;
    let handle = mixed.handle;
    let key = keyed.key;
    for loot in [
        plain.plant(hash(&[code.as_bytes()])),
        mixed.plant(hash(&[&handle, code.as_bytes()])),
        keyed.plant(hmac(&key, &[code.as_bytes()])),
    ] {
        assert_eq!(confirmed(&loot, around()), [code.as_str()]);
    }
}

#[test]
fn f62_the_quick_hashes_are_the_hashes() {
    let loot = loot();
    let slow = [
        hash(&[b"493018"]),
        hash(&[&loot.nonce(), b"493018"]),
        hash(&[&loot.handle, b"493018"]),
        hash(&[&loot.key, b"493018"]),
        hmac(&loot.nonce(), &[b"493018"]),
        hmac(&loot.key, &[b"493018"]),
    ];
    let quick = Recipe::all(&loot).map(|recipe| recipe.of(b"493018"));
    assert_eq!(quick.map(|words| words.map(u32::to_be_bytes).concat()), slow.map(Vec::from));
}

/// The code as the documentation derives it, computed without this crate.
fn derived(index: &[u8], code_key: &[u8], loot: &Loot) -> String {
    let prefixed = |text: &[u8]| [&[u8::try_from(text.len()).unwrap()], text].concat();
    let texts = ["Anna's Bikes", "DE89370400440532013000", "order 4711"].map(|text| prefixed(text.as_bytes()));
    let domain = prefixed(b"countersign/payment");
    let amount = prefixed(&129_90_u64.to_be_bytes());
    let currency = [prefixed(b"EUR"), prefixed(&[2])].concat();
    let tag_key = hmac(index, &[b"countersign/v1/tag"]);
    let bound = hmac(&tag_key, &[b"b", &loot.key, &domain, &amount, &currency, &texts.concat()]);
    let mac = hmac(code_key, &[&[1, 6, 0], &loot.handle, &bound]);
    let offset = usize::from(mac[31] & 15);
    let number = u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[test]
fn f62_the_code_follows_from_the_keys() {
    let loot = loot();
    assert_eq!(derived(&[1; 32], &[2; 32], &loot), loot.code);
}

#[test]
fn f62_the_code_does_not_follow_from_anything_in_the_row() {
    let loot = loot();
    let mut keys: Vec<&[u8]> = vec![&[], &[0; 32], &[0; 64], &loot.handle, &loot.key, &loot.row];
    for length in [4, 8, 16, 32, 64] {
        keys.extend(loot.row.windows(length));
    }
    let guesses: HashSet<String> = keys.iter().map(|key| derived(key, key, &loot)).collect();
    assert!(guesses.len() > 300);
    assert!(!guesses.contains(&loot.code));
    // One of the two keys is as good as none.
    assert_ne!(derived(&[1; 32], &[0; 32], &loot), loot.code);
    assert_ne!(derived(&[0; 32], &[2; 32], &loot), loot.code);
}

/// What a keyring says of a candidate for a stolen row, as often as the thief likes.
fn says(verifier: &Verifier, loot: &Loot, code: &str) -> bool {
    let verify = verifier.verify(
        PAY,
        &customer(),
        Handle::from_bytes(loot.handle),
        six(code),
        payment(129_90),
        at(START),
        &mut getrandom::SysRng,
    );
    let (desk, key) = (Tape::default(), Key::from_bytes(loot.key));
    desk.rows.borrow_mut().insert(key, loot.row.clone());
    verify.unwrap().run(&desk).is_ok()
}

#[test]
fn f62_a_stolen_row_judges_candidates_only_for_whoever_has_the_keys() {
    let loot = loot();
    let code = loot.code.parse::<u32>().unwrap();
    let candidates: Vec<String> = (code - 250..code + 250).map(|code| format!("{code:06}")).collect();
    let right = |verifier: &Verifier| {
        candidates.iter().filter(|code| says(verifier, &loot, code)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(right(&Verifier::new(keyring())), [loot.code.as_str()]);
    let none = Vec::<String>::new();
    assert_eq!(right(&Verifier::new(Keyring::new(&root(1), &root(3)).unwrap())), none);
    assert_eq!(right(&Verifier::new(Keyring::new(&root(3), &root(2)).unwrap())), none);
}
