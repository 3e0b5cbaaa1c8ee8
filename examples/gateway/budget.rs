//! What messages may cost: a provider's prices, and the shop's own limits. They are the same in every process.

use countersign::{Budget, Conversion, Limit, Rate, Zone};

const NORTH_AMERICA: &str = "+1";
const JAMAICA: &str = "+1876";
const BRITAIN: &str = "+44";
const GERMANY: &str = "+49";
const INMARSAT: &str = "+870";
const IRIDIUM: &str = "+8816";

/// In thousandths of a cent. A number that begins with none of these gets no message.
const ZONES: [Zone<'_>; 6] = [
    Zone::new(NORTH_AMERICA, 790),
    // The shop has few customers there, and whoever pumps messages likes the price.
    Zone::new(JAMAICA, 31_000).limit(Limit::NONE.rate(Rate::new(3, 3_600))),
    Zone::new(BRITAIN, 4_200),
    Zone::new(GERMANY, 9_100),
    // Crews order from their ships; without `allow` no satellite phone gets a message.
    Zone::new(INMARSAT, 100_000).allow(),
    Zone::new(IRIDIUM, 100_000).allow(),
];

/// The budget of all codes. The first limits are a person's, who tries again; the money is what an attack may cost until
/// somebody looks.
pub(crate) const SMS: Budget<'_> = match Budget::draft("sms")
    .zones(&ZONES)
    .each_subject(Limit::NONE.rate(Rate::new(5, 3_600)))
    .each_destination(Limit::NONE.rate(Rate::new(5, 3_600)))
    .each_country(Limit::NONE.hour(1_000_000)) // EUR 10
    .each_merchant(Limit::NONE.day(10_000_000)) // EUR 100
    .total(Limit::NONE.hour(1_500_000).day(20_000_000)) // EUR 15 and EUR 200
    .conversion(Conversion::new(50, 20, 10))
    .build()
{
    Ok(budget) => budget,
    Err(_) => panic!("a budget that cannot be"),
};

/// The zone of a number: all of it that the operator may see.
pub(crate) fn prefix(number: &str) -> &'static str {
    let prefixes = [NORTH_AMERICA, JAMAICA, BRITAIN, GERMANY, INMARSAT, IRIDIUM];
    let longest = prefixes.into_iter().filter(|prefix| number.starts_with(prefix)).max_by_key(|prefix| prefix.len());
    longest.unwrap_or("elsewhere")
}
