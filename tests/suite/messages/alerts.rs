//! What the owner is told without a code.

use super::*;

fn texts(alert: &Alert) -> Vec<(String, String)> {
    let both = |language| {
        let template = AlertTemplate::built_in(language).unwrap();
        let (sms, email) = (template.sms(alert).unwrap(), template.email(alert));
        assert_eq!(sms.expose(), email.expose_text());
        assert!(!email.subject().is_empty() && email.expose_html().starts_with("<!doctype html>"));
        (sms.expose().to_owned(), format!("{:?}", alert.kind()))
    };
    LANGUAGES.into_iter().map(both).collect()
}

fn shows(alert: &Alert, parts: &[&str]) {
    for (text, kind) in texts(alert) {
        for part in parts {
            assert!(text.contains(part), "{kind}: {part} is not in {text}");
        }
    }
}

#[test]
fn rts_6_an_approval_is_told_with_all_that_was_approved() {
    shows(&Alert::payment(&to("Anna's Bikes")).unwrap(), &["EUR 129.90", "Anna's Bikes"]);
    shows(&Alert::payment_batch(&batch()).unwrap(), &["EUR 4050.00", "2"]);
    shows(&Alert::withdrawal(&withdrawal()).unwrap(), &["EUR 500.00", "EUR 1.50", "Anna Muster", "...3000"]);
    assert_eq!(Alert::payment(&to("https://a")).unwrap_err(), MessageError::Link { field: "payee" });
}

/// The refusal itself says when to tell, and what.
#[test]
fn rts_4_the_owner_is_told_of_a_lock_and_before_codes_are_disabled() {
    let desk = Desk::new(MemoryStore::new());
    let (value, mut kinds) = (to("Anna"), Vec::new());
    while kinds.last() != Some(&AlertKind::Disabled) {
        desk.wait(86_400);
        let (handle, code) = desk.issue(PAY, &customer(), &value).unwrap();
        for _ in 0..5 {
            let refused = refused(desk.verify(PAY, &customer(), handle, &not(&code), value.clone()));
            let alert = refused.notice().and_then(|notice| Alert::of(notice, desk.time()));
            if let Some(alert) = alert {
                shows(&alert, if alert.kind() == AlertKind::Locked { &["0"] } else { &[] });
                kinds.push(alert.kind());
            }
        }
    }
    assert_eq!(kinds[0], AlertKind::Locked);
    assert_eq!(kinds[kinds.len() - 2..], [AlertKind::NextDisables, AlertKind::Disabled]);
    let lock = Alert::of(Notice::Locked { until: desk.time().saturating_add(1_741) }, desk.time()).unwrap();
    shows(&lock, &["30"]);
}

/// N63B-5: the old number is told, and does not learn the new one.
#[test]
fn n63b_5_the_old_contact_is_told_of_a_change() {
    let change = ContactChange::replace("+4915112345678", "+4917187654321").unwrap();
    let alert = Alert::contact_changed(&change).unwrap();
    shows(&alert, &["...4321"]);
    assert!(texts(&alert).iter().all(|(text, _)| !text.contains("8765") && !text.contains("5678")));
    assert!(!format!("{alert:?}").contains("4321"));
}

#[test]
fn n63b_11_an_added_authenticator_is_told() {
    shows(&Alert::authenticator_added("Anna's phone").unwrap(), &["Anna's phone"]);
    let name = |name| Alert::authenticator_added(name).unwrap_err();
    assert_eq!(name("a\nb"), MessageError::Character { field: "name" });
    assert_eq!(name("http://a"), MessageError::Link { field: "name" });
    assert_eq!(name(""), MessageError::Value { field: "name" });
}

#[test]
fn an_alert_of_ones_own_shows_what_ours_shows_and_no_code() {
    let template = || AlertTemplate::built_in(Language::English).unwrap();
    let error = |kind, pattern| template().sentence(kind, pattern).unwrap_err();
    assert_eq!(error(AlertKind::Payment, "{payee}"), WordingError::Missing { field: "amount" });
    assert_eq!(error(AlertKind::Payment, "{amount} {payee} {code}"), WordingError::Code);
    assert_eq!(error(AlertKind::ContactChanged, "changed"), WordingError::Missing { field: "contact" });
    assert_eq!(error(AlertKind::Disabled, "see www.a"), WordingError::Link);
    let german = template().sentence(AlertKind::Payment, "{amount} an {payee} freigegeben.").unwrap();
    let german = german.subject("Freigabe").unwrap();
    let email = german.email(&Alert::payment(&to("Anna")).unwrap());
    assert_eq!((email.subject(), email.expose_text()), ("Freigabe", "EUR 129.90 an Anna freigegeben."));
}
