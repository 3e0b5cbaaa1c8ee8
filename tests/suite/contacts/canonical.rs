//! F23: a number has as many spellings as people have habits, and is one contact all the same.

use proptest::prelude::*;

use super::*;

/// A number, as E.164 has it.
fn number() -> impl Strategy<Value = String> {
    "[1-9][0-9]{6,14}".prop_map(|digits| format!("+{digits}"))
}

/// The same number as somebody might type it: with `+`, `00` or nothing before it, and what people put between digits.
fn spelt(number: &str, prefix: usize, between: &[usize]) -> String {
    const MARKS: [&str; 9] = ["", "", "", " ", "-", ".", "/", "(", ") "];
    let digits = number[1..].split_inclusive(|_: char| true).zip(between.iter().cycle());
    let digits: String = digits.flat_map(|(digit, mark)| [digit, MARKS[*mark]]).collect();
    let typed = format!("{}{digits}", ["+", "00", "", "+ ", " 00 "][prefix]);
    typed.replace("(0)", "0") // which would say that the 0 may have to go
}

/// What is sent again goes to the very recipient of the issue, or nowhere: the tag in the record says whether it is.
fn same_tag(first: &Address, second: &Address) -> bool {
    const CONTACT: Purpose<ContactChange> = Purpose::new("contact", at_once(Policy::CONTACT));
    let desk = Desk::new(MemoryStore::new());
    let change = ContactChange::add("+4915112345678").unwrap();
    let (handle, _) = desk.ask(CONTACT, &change, &first.recipient()).unwrap();
    let to = second.recipient();
    match desk.act(|v, now, rng| v.resend(CONTACT, &customer(), handle, &change, &to, now, rng)) {
        Ok(_) => true,
        refusal => {
            assert_eq!(reason(refusal.map(drop)), Reason::RecipientChanged);
            false
        }
    }
}

proptest! {
    #[test]
    fn f23_two_spellings_of_a_number_are_one_address_one_contact_and_one_tag(
        number in number(),
        prefixes in (0_usize..5, 0_usize..5),
        between in (prop::collection::vec(0_usize..9, 15), prop::collection::vec(0_usize..9, 15)),
    ) {
        let country = &number[1..2];
        let read = |prefix, between: &[usize]| PhoneNumber::parse(&spelt(&number, prefix, between), country);
        let first = Address::from(read(prefixes.0, &between.0).unwrap());
        let second = Address::from(read(prefixes.1, &between.1).unwrap());
        prop_assert_eq!(first.as_str(), number.as_str());
        prop_assert!(first == second && same_tag(&first, &second));
        let row = [Contact::stored(first, VERIFIED, None, false)];
        prop_assert_eq!(ContactRelease::add(&row, second).unwrap_err(), Invalid::ContactExists);
    }

    #[test]
    fn f23_two_numbers_are_two_addresses_two_contacts_and_two_tags(first in number(), second in number()) {
        prop_assume!(first != second);
        let (first, second) = (address(&first), address(&second));
        prop_assert!(first != second && !same_tag(&first, &second));
        let row = [Contact::stored(first, VERIFIED, None, false)];
        prop_assert!(ContactRelease::add(&row, second).is_ok());
    }

    /// One digit more, less or other is somebody else's number.
    #[test]
    fn f23_a_number_with_one_other_digit_is_another(number in number(), place in 1_usize..16, digit in 0_u8..10) {
        let mut bytes = number.clone().into_bytes();
        let place = 1 + (place - 1) % (bytes.len() - 1);
        bytes[place] = b'0' + digit;
        let other = String::from_utf8(bytes).unwrap();
        prop_assume!(other != number && &other[1..2] != "0");
        prop_assert!(!same_tag(&address(&number), &address(&other)));
    }

    #[test]
    fn f23_an_e_mail_domain_has_one_case_and_a_local_part_its_own(
        local in "[a-z]{1,20}", domain in "[a-z]{1,20}", upper in any::<u32>(),
    ) {
        let shout = |text: &str| -> String {
            let letters = text.chars().enumerate();
            letters.map(|(n, c)| if upper >> n & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect()
        };
        let plain = address(&format!("{local}@{domain}.example"));
        let shouted = address(&format!(" {local}@{}.EXAMPLE ", shout(&domain)));
        prop_assert!(plain == shouted && same_tag(&plain, &shouted));
        let other = shout(&local);
        let other_local = address(&format!("{other}@{domain}.example"));
        prop_assert_eq!(plain == other_local, other == local);
    }
}

#[test]
fn f23_plus_1_555_and_1_555_are_one_registration() {
    let desk = Desk::new(MemoryStore::new());
    let typed = |text| Address::from(PhoneNumber::parse(text, "1").unwrap());
    let registration = ContactRegistration::new(&[], typed("+1 555 010 4711")).unwrap();
    let (handle, code) = desk.ask(REGISTER, &registration, &registration.address().recipient()).unwrap();
    // The second request has it in the other spelling: it is the same value, and its code is right.
    let again = ContactRegistration::new(&[], typed("1 (555) 010-4711")).unwrap();
    let approved = desk.verify(REGISTER, &customer(), handle, &code, again).unwrap();
    let contact = Contact::registered(approved, desk.time()).unwrap();
    assert_eq!(contact.address().as_str(), "+15550104711");
}
