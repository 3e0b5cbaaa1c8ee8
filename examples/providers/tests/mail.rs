//! E-mail through TLS, and after a login, on a real server: the back end is this package's choice, as it is any caller's.

use std::env;
use std::fs;

use countersign::{EmailTemplate, Language, LettreChannel, MailProblem, MailServer, Recipient};
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use providers::{Place, arrived};

use crate::arrivals::key;
use crate::{AMPLE, rendered};

/// Trusts the certificate in the file that this variable names, for this host, and no other.
fn trusting(variable: &str, host: &str) -> TlsParameters {
    let certificate = Certificate::from_pem(&fs::read(env::var(variable).unwrap()).unwrap()).unwrap();
    let parameters = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
    parameters.add_root_certificate(certificate).build().unwrap()
}

fn own() -> TlsParameters {
    trusting("COUNTERSIGN_MAIL_CERTIFICATE", "localhost")
}

async fn answer(server: MailServer, place: &Place) -> Result<(), MailProblem> {
    let channel = LettreChannel::new(server.port(place.port), "Anna's Bikes", "codes@shop.example").unwrap();
    let (_, message) = rendered("Anna's Bikes", &EmailTemplate::built_in(Language::English).unwrap());
    let (message, key) = (message.unwrap(), key());
    let anna = Recipient::email("anna@example.com").unwrap();
    let answer = channel.within(AMPLE).send_explained(&message, &anna, &key).await;
    let name = format!("<{key}@shop.example>");
    let letters = arrived(place).unwrap().into_iter().filter(|letter| letter["headers"]["Message-ID"] == *name);
    let texts: Vec<_> = letters.map(|letter| letter["text"].as_str().unwrap().to_owned()).collect();
    let expected = answer.map_or_else(|_| Vec::new(), |()| vec![message.expose_text().to_owned()]);
    assert_eq!(texts, expected);
    answer
}

fn login(password: &str) -> (String, String) {
    ("shop".to_owned(), password.to_owned())
}

#[tokio::test]
#[ignore = "needs mail servers: COUNTERSIGN_MAIL_TLS_PORT and the like"]
async fn delivery_a_message_goes_through_tls_after_a_login() {
    let (tls, starttls) = (Place::of("MAIL_TLS").unwrap(), Place::of("MAIL_STARTTLS").unwrap());
    let at_once = MailServer::tls("localhost", own()).credentials(login("secret").into());
    assert_eq!(answer(at_once, &tls).await, Ok(()));
    let later = MailServer::starttls("localhost", own()).credentials(login("secret").into());
    assert_eq!(answer(later, &starttls).await, Ok(()));
}

#[tokio::test]
#[ignore = "needs mail servers: COUNTERSIGN_MAIL_TLS_PORT and the like"]
async fn delivery_nothing_is_said_to_a_server_that_is_not_the_one_or_does_not_know_us() {
    let places = ["MAIL_TLS", "MAIL_STARTTLS"].map(|kind| Place::of(kind).unwrap());
    let ways = [MailServer::tls, MailServer::starttls];
    for (place, way) in places.iter().zip(ways) {
        let wrong = way("localhost", own()).credentials(login("wrong").into());
        assert_eq!(answer(wrong, place).await, Err(MailProblem::Refused(535)));
        let nobody = way("localhost", own());
        assert_eq!(answer(nobody, place).await, Err(MailProblem::Refused(530)));
        for stranger in [
            trusting("COUNTERSIGN_OTHER_CERTIFICATE", "localhost"),
            trusting("COUNTERSIGN_MAIL_CERTIFICATE", "mail.example"),
        ] {
            let server = way("localhost", stranger).credentials(login("secret").into());
            assert_eq!(answer(server, place).await, Err(MailProblem::Unreached));
        }
    }
    // No TLS there: neither is it done without, nor is the password said.
    let plain = Place::of("MAIL").unwrap();
    for way in ways {
        let server = way("localhost", own()).credentials(login("secret").into());
        assert_eq!(answer(server, &plain).await, Err(MailProblem::Unreached));
    }
    let [_, starttls] = places;
    assert_eq!(answer(MailServer::plain("localhost"), &starttls).await, Err(MailProblem::Refused(530)));
}
