/// Which limit of a budget refused, or would have.
///
/// ```
/// use countersign::BudgetLimit;
///
/// assert_eq!(BudgetLimit::CountryHour.name(), "country_hour");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BudgetLimit {
    /// The subject's messages.
    SubjectRate,
    /// The subject's money of the hour.
    SubjectHour,
    /// The subject's money of the day.
    SubjectDay,
    /// The destination's messages.
    DestinationRate,
    /// The destination's money of the hour.
    DestinationHour,
    /// The destination's money of the day.
    DestinationDay,
    /// The country's messages.
    CountryRate,
    /// The country's money of the hour.
    CountryHour,
    /// The country's money of the day.
    CountryDay,
    /// The messages of a zone.
    PrefixRate,
    /// A zone's money of the hour.
    PrefixHour,
    /// A zone's money of the day.
    PrefixDay,
    /// The merchant's messages.
    MerchantRate,
    /// The merchant's money of the hour.
    MerchantHour,
    /// The merchant's money of the day.
    MerchantDay,
    /// All messages.
    TotalRate,
    /// All money of the hour.
    TotalHour,
    /// All money of the day.
    TotalDay,
    /// Premium rate, satellite and the like, or a zone that is barred.
    Barred,
    /// The number is in no zone, and there is no price elsewhere.
    Unpriced,
    /// What is stored of the subject's or the destination's spending is damaged or forged.
    Corrupt,
}

impl BudgetLimit {
    /// Its name in logs, metrics and audit trails, the [`detail`](crate::Event::detail) of an event. It stays.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SubjectRate => "subject_rate",
            Self::SubjectHour => "subject_hour",
            Self::SubjectDay => "subject_day",
            Self::DestinationRate => "destination_rate",
            Self::DestinationHour => "destination_hour",
            Self::DestinationDay => "destination_day",
            Self::CountryRate => "country_rate",
            Self::CountryHour => "country_hour",
            Self::CountryDay => "country_day",
            Self::PrefixRate => "prefix_rate",
            Self::PrefixHour => "prefix_hour",
            Self::PrefixDay => "prefix_day",
            Self::MerchantRate => "merchant_rate",
            Self::MerchantHour => "merchant_hour",
            Self::MerchantDay => "merchant_day",
            Self::TotalRate => "total_rate",
            Self::TotalHour => "total_hour",
            Self::TotalDay => "total_day",
            Self::Barred => "barred",
            Self::Unpriced => "unpriced",
            Self::Corrupt => "corrupt",
        }
    }

    pub(super) const fn of(scope: Scope, measure: Measure) -> Self {
        let [rate, hour, day] = match scope {
            Scope::Subject => [Self::SubjectRate, Self::SubjectHour, Self::SubjectDay],
            Scope::Destination => [Self::DestinationRate, Self::DestinationHour, Self::DestinationDay],
            Scope::Country => [Self::CountryRate, Self::CountryHour, Self::CountryDay],
            Scope::Prefix => [Self::PrefixRate, Self::PrefixHour, Self::PrefixDay],
            Scope::Merchant => [Self::MerchantRate, Self::MerchantHour, Self::MerchantDay],
            Scope::Total => [Self::TotalRate, Self::TotalHour, Self::TotalDay],
        };
        match measure {
            Measure::Rate => rate,
            Measure::Hour => hour,
            Measure::Day => day,
        }
    }
}

/// Where a limit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Subject,
    Destination,
    Country,
    Prefix,
    Merchant,
    Total,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Rate,
    Hour,
    Day,
}

impl Scope {
    /// In the keys of what is counted; it stays.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Subject => b's',
            Self::Destination => b'd',
            Self::Country => b'c',
            Self::Prefix => b'p',
            Self::Merchant => b'm',
            Self::Total => b't',
        }
    }
}
