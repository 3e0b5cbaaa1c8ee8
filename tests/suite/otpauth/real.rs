//! URIs as others write them. The keys are made up; the forms are theirs.

use super::*;

/// Who writes it, the URI, the issuer and the account.
type Row = (&'static str, &'static str, Option<&'static str>, &'static str);

const STRONG: &[Row] = &[
    (
        "Google's key URI format, its long example",
        "otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
        Some("ACME Co"),
        "john.doe@email.com",
    ),
    (
        "AWS, 64 symbols",
        "otpauth://totp/Amazon%20Web%20Services:anna@123456789012?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Amazon%20Web%20Services",
        Some("Amazon Web Services"),
        "anna@123456789012",
    ),
    (
        "Aegis, exported",
        "otpauth://totp/Deno%3AMason?period=30&digits=6&algorithm=SHA1&secret=4SJHB4GSD43FZBAI7C2HLRJGPQ&issuer=Deno",
        Some("Deno"),
        "Mason",
    ),
    (
        "Aegis, a counter",
        "otpauth://hotp/Air%20Canada%3ABenjamin?secret=KUVJJOM753IHTNDSZVCNKL7GII&algorithm=SHA256&digits=7&counter=50&issuer=Air%20Canada",
        Some("Air Canada"),
        "Benjamin",
    ),
    (
        "1Password, copied by a person",
        "otpauth://totp/Dropbox:anna@example.com?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&issuer=Dropbox",
        Some("Dropbox"),
        "anna@example.com",
    ),
    (
        "FreeOTP",
        "otpauth://totp/FreeOTP:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30&lock=true&image=https%3A%2F%2Fexample.com%2Flogo.png&color=ffffff",
        Some("FreeOTP"),
        "anna@example.com",
    ),
];

const WEAK: &[Row] = &[
    (
        "Google's key URI format, its short example",
        "otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example",
        Some("Example"),
        "alice@google.com",
    ),
    ("GitHub", "otpauth://totp/GitHub:octocat?secret=JBSWY3DPEHPK3PXP&issuer=GitHub", Some("GitHub"), "octocat"),
    (
        "Microsoft, a personal account",
        "otpauth://totp/Microsoft:anna%40outlook.com?secret=jbswy3dpehpk3pxp&issuer=Microsoft",
        Some("Microsoft"),
        "anna@outlook.com",
    ),
];

#[test]
fn uri_1_what_others_write_is_read() {
    for (who, uri, issuer, account) in STRONG.iter().copied() {
        let read = KeyUri::parse(uri).unwrap_or_else(|fault| panic!("{who}: {fault}"));
        assert_eq!((read.issuer(), read.account()), (issuer, account), "{who}");
        assert_eq!(parsed(read.expose().as_str()), read, "{who}");
    }
}

#[test]
fn f64_what_others_write_with_80_bits_is_read_by_the_weak_name_only() {
    for (who, uri, issuer, account) in WEAK.iter().copied() {
        assert_eq!(fault(uri), KeyUriError::SecretLength, "{who}");
        let read = KeyUri::parse_weak(uri).unwrap_or_else(|fault| panic!("{who}: {fault}"));
        assert_eq!((read.issuer(), read.account()), (issuer, account), "{who}");
        assert_eq!(KeyUri::parse_weak(read.expose().as_str()).unwrap(), read, "{who}");
    }
}

#[test]
fn uri_2_microsoft_entra_names_two_issuers_and_is_refused() {
    let uri = "otpauth://totp/Contoso%3Aanna%40contoso.com?secret=jbswy3dpehpk3pxp&issuer=Microsoft";
    assert_eq!(KeyUri::parse_weak(uri), Err(KeyUriError::IssuerMismatch));
}
