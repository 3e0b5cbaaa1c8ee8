//! How many decimals the minor unit of each currency has, as ISO 4217 lists it.
//!
//! The list is a table here, and not a dependency, because a caller's build should not grow by a crate with a build script
//! for what fits in 700 bytes, and because it is wanted without a heap too. A test holds it against `iso_currency`,
//! which is kept: a currency that comes, goes or changes fails that test as soon as the crate is updated. Metals, funds
//! without a minor unit and the codes for tests are not in it.

/// No minor unit.
const NONE: &str = "\
    BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF\
    ";

/// A hundred of it.
const TWO: &str = "\
    AEDAFNALLAMDAOAARSAUDAWGAZNBAMBBDBDTBGNBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCNYCOPCOUCRCCUCCUPCVECZK\
    DKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGTQGYDHKDHNLHRKHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBPLKRLRD\
    LSLMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSDRUBSARSBDSCRSDG\
    SEKSGDSHPSLESLLSOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTOPTRYTTDTWDTZSUAHUSDUSNUYUUZSVEDVESWSTXADXCDXCGYERZARZMWZWGZWL\
    ";

/// A thousand of it.
const THREE: &str = "\
    BHDIQDJODKWDLYDOMRTND\
    ";

/// Ten thousand of it: units of account.
const FOUR: &str = "\
    CLFUYW\
    ";

/// The decimals of a listed currency.
pub(super) const fn decimals(code: [u8; 3]) -> Option<u8> {
    if lists(NONE, code) {
        Some(0)
    } else if lists(TWO, code) {
        Some(2)
    } else if lists(THREE, code) {
        Some(3)
    } else if lists(FOUR, code) {
        Some(4)
    } else {
        None
    }
}

const fn lists(codes: &str, code: [u8; 3]) -> bool {
    let mut rest = codes.as_bytes();
    while let [a, b, c, more @ ..] = rest {
        if *a == code[0] && *b == code[1] && *c == code[2] {
            return true;
        }
        rest = more;
    }
    false
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::decimals;
    use std::vec::Vec;

    #[test]
    fn every_code_has_the_decimals_of_a_kept_list() {
        let letters = || b'A'..=b'Z';
        let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
        let listed: Vec<_> = codes.filter(|code| check(*code)).collect();
        assert!(listed.len() > 150, "{}", listed.len());
    }

    /// Compares the two lists, and says whether the code is in them.
    fn check(code: [u8; 3]) -> bool {
        let text = core::str::from_utf8(&code).unwrap();
        let theirs = iso_currency::Currency::from_code(text).and_then(iso_currency::Currency::exponent);
        assert_eq!(decimals(code).map(u16::from), theirs, "{text}");
        theirs.is_some()
    }
}
