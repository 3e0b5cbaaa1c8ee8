//! Everything that is rendered, or renders.

use super::*;

pub(super) fn everything(out: &mut Printed, stage: &mut Stage) {
    let Stage { verifier, store, who, rng } = stage;
    let value = ContactChange::replace(NUMBER, EMAIL).unwrap();
    let purpose = Purpose::<ContactChange>::new("contact", Policy::CONTACT);
    let issued = verifier.issue(purpose, who, &value, &phone(), NOW, rng).unwrap().run(&*store).unwrap();
    out.codes.extend(issued.message(&|slip: &Slip<'_, ContactChange>| slip.code().to_owned()));
    let wording = || Wording::<ContactChange>::built_in(Language::English).unwrap();
    let sms = SmsTemplate::new(wording()).origin("shop.example").unwrap();
    let text = issued.message(&sms).unwrap().unwrap();
    out.debug("SmsCount", &text.count());
    out.debug("SmsEncoding", &text.count().encoding());
    out.debug("SmsText", &text);
    out.debug("SmsTemplate", &sms);
    let email = EmailTemplate::built_in(Language::English).unwrap();
    out.debug("EmailText", &issued.message(&email).unwrap().unwrap());
    out.debug("EmailTemplate", &email);
    let voice = VoiceTemplate::new(wording());
    out.debug("VoiceText", &issued.message(&voice).unwrap().unwrap());
    out.debug("VoiceTemplate", &voice);
    let variables = ["code", "contact"].map(|field| Variable::of(field, 30).unwrap());
    out.debug("Variable", &variables);
    let registered = RegisteredTemplate::<ContactChange>::new("1", variables).unwrap();
    out.debug("RegisteredMessage", &issued.message(&registered).unwrap().unwrap());
    out.debug("RegisteredTemplate", &registered);
    out.debug("Wording", &wording());
    out.debug("Language", &Language::English);
    out.debug("Field", &ContactChange::FIELDS);
    let alert = Alert::authenticator_added(SESSION).unwrap();
    out.debug("AlertKind", &alert.kind());
    out.debug("Alert", &alert);
    out.debug("AlertTemplate", &AlertTemplate::built_in(Language::English).unwrap());
    out.error("WordingError", &Wording::<ContactChange>::new(EMAIL).unwrap_err());
    out.error("MessageError", &Alert::authenticator_added(&format!("http://{SESSION}")).unwrap_err());
}
