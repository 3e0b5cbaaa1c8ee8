//! What the digits of a number say by themselves: its country, and whether it costs whatever its owner likes.

/// Ranges whose owners set the price of a message or a call, or that are beyond the reach of an ordinary mobile network.
///
/// *International* (ITU-T E.164, and the list of assigned country codes in the annex to the ITU Operational Bulletin
/// no. 1114): 800 freephone, 808 shared cost, 870 Inmarsat, 878 universal personal numbers, 881 satellite networks,
/// 882 and 883 international networks, 888 disaster relief, 979 premium rate. All of them are here.
///
/// *National*, as the regulators' numbering plans have them: only ranges of which every number is premium rate, or, as
/// the British 070, charged like one. A list of all would be long and soon wrong, and what is missing here has no
/// price unless the caller names one.
const COSTLY: [&str; 42] = [
    "+800", "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979",  // international
    "+1900", // North America
    "+3190", "+3290", "+3389", // the Netherlands (0900, 0906, 0909), Belgium, France
    "+34803", "+34806", "+34807", "+358600", "+358700", // Spain, Finland
    "+39892", "+39893", "+39894", "+39895", "+39899", // Italy
    "+41900", "+41901", "+41906", // Switzerland
    "+43900", "+43901", "+43930", "+43931", "+43939", // Austria
    "+4470", "+449", // the United Kingdom: personal numbers, premium rate
    "+4590", "+46900", "+46939", "+46944", // Denmark, Sweden
    "+4870",  // Poland
    "+49137", "+49900", // Germany
    "+61190", "+81990", // Australia, Japan
];

/// Area codes of North America that are countries and territories of their own.
const ISLANDS: [&str; 27] = [
    "242", "246", "264", "268", "284", "340", "345", "441", "473", "649", "658", "664", "670", "671", "684", "721",
    "758", "767", "784", "787", "809", "829", "849", "868", "869", "876", "939",
];

/// The length of the longest costly range that a number is in, or 0.
pub(super) fn costly(number: &str) -> usize {
    COSTLY.iter().filter(|range| number.starts_with(**range)).map(|range| range.len()).max().unwrap_or(0)
}

/// The beginning of an E.164 number that is its country's: `+49`, `+1`, `+1876`.
///
/// Country codes begin with no other country code, so two digits, or with 1 and 7 one, tell how long they are. Kazakhstan
/// is +76 and +77.
pub(super) fn country(number: &str) -> &str {
    let digits = number.strip_prefix('+').unwrap_or(number).as_bytes();
    let length = match digits {
        [b'1', area @ ..] if ISLANDS.iter().any(|island| area.starts_with(island.as_bytes())) => 4,
        [b'1', ..] | [b'7', b'0'..=b'5' | b'8' | b'9', ..] | [b'7'] => 1,
        [b'7', ..]
        | [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    };
    let sign = number.len() - digits.len();
    number.get(..sign + length).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_begins_with_its_country() {
        for (number, begins) in [
            ("+12125550123", "+1"),
            ("+18765550123", "+1876"),
            ("+14415550123", "+1441"),
            ("+79161234567", "+7"),
            ("+77012345678", "+77"),
            ("+201001234567", "+20"),
            ("+21261234567", "+212"),
            ("+27831234567", "+27"),
            ("+35812345678", "+358"),
            ("+37212345678", "+372"),
            ("+4915112345678", "+49"),
            ("+42012345678", "+420"),
            ("+447700900123", "+44"),
            ("+5912345678", "+591"),
            ("+6591234567", "+65"),
            ("+67512345678", "+675"),
            ("+8612345678901", "+86"),
            ("+8801712345678", "+880"),
            ("+919812345678", "+91"),
            ("+989121234567", "+98"),
            ("+99361234567", "+993"),
            ("+1", "+1"),
            ("+4", "+4"),
        ] {
            assert_eq!(country(number), begins, "{number}");
        }
    }

    #[test]
    fn costly_ranges_are_found_and_their_neighbours_are_not() {
        for number in
            ["+88162123456", "+870772001234", "+97912345678", "+19005550123", "+449012345678", "+491371234567"]
        {
            assert!(costly(number) > 0, "{number}");
        }
        for number in
            ["+12125550190", "+447700900123", "+4915112345678", "+8801712345678", "+33612345678", "+9801234567"]
        {
            assert_eq!(costly(number), 0, "{number}");
        }
        assert_eq!(costly("+19005550123"), "+1900".len());
    }
}
