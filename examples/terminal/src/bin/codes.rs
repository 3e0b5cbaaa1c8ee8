//! HOTP and TOTP with SHA-1, as an authenticator or a terminal needs them: makes codes, reads what was typed, finds it in a
//! window and around the time. Its size over `empty` is held to 8 KiB.

#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
use countersign::{Algorithm, Code, Digits, Hotp, Invalid, Secret, Skew, Totp, UnixTime, Window};
use panic_halt as _;

#[entry]
fn main() -> ! {
    exit(if run() == Ok(true) { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {
        cortex_m::asm::nop();
    }
}

/// Whether the codes are those of RFC 4226, appendix D and RFC 6238, appendix B. What a terminal learns only when it runs
/// is in black boxes, so that none of it is computed by the compiler.
fn run() -> Result<bool, Invalid> {
    let key = black_box(*b"12345678901234567890");
    let hotp = Hotp::new(&Secret::from_bytes(&key)?, Algorithm::Sha1, Digits::SIX);
    let made = hotp.generate(black_box(9));
    let typed = Code::parse(black_box("520489"), Digits::SIX)?;
    let found = hotp.find(&typed, Window::ahead(black_box(0), 10)?);
    let hotp_is_right = made == typed && found == Some(9);

    let totp = Totp::new(Hotp::new(&Secret::from_bytes(&key)?, Algorithm::Sha1, Digits::EIGHT));
    let now = UnixTime::from_secs(black_box(20_000_000_000));
    let made = totp.generate(now);
    let typed = Code::parse(black_box("65353130"), Digits::EIGHT)?;
    let step = totp.check(&typed, now.saturating_add(30), Skew::RFC);
    Ok(hotp_is_right && made == typed && step == Some(0x27bc_86aa))
}
