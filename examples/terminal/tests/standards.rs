//! The table of the board is the one of the crate's tests.

use serde_json::Value;
use terminal::vectors::{ALL, Moving};

#[test]
fn the_table_is_that_of_the_standards() {
    let file: Value = serde_json::from_str(include_str!("../../../tests/vectors/otp.json")).unwrap();
    let hotp = file["rfc4226_appendix_d"]["vectors"].as_array().unwrap().iter();
    let hotp = hotp.map(|row| ("Sha1".to_owned(), row["count"].as_u64(), None, row["hotp6"].as_str()));
    let totp = file["rfc6238_appendix_b"]["vectors"].as_array().unwrap().iter().map(|row| {
        let mode = row["mode"].as_str().unwrap().replace("SHA", "Sha");
        (mode, None, row["time"].as_u64(), row["totp8"].as_str())
    });
    let expected: Vec<_> = hotp.chain(totp).collect();
    let table: Vec<_> = ALL
        .iter()
        .map(|vector| {
            let (counter, time) = match vector.moving {
                Moving::Counter(counter) => (Some(counter), None),
                Moving::Time(time) => (None, Some(time)),
            };
            (format!("{:?}", vector.algorithm), counter, time, Some(vector.code))
        })
        .collect();
    assert_eq!(table, expected);
}

#[test]
fn every_vector_holds() {
    for vector in ALL {
        assert_eq!(vector.holds(), Ok(true), "{vector:?}");
    }
}
