//! Computes the vectors of both standards on the board, with all three hashes.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
use cortex_m_semihosting::hprintln;
use panic_semihosting as _;
use terminal::vectors::ALL;

#[entry]
fn main() -> ! {
    let mut right = 0;
    for vector in &ALL {
        if vector.holds() == Ok(true) {
            right += 1;
        } else {
            hprintln!("not so: {:?}", vector);
        }
    }
    hprintln!("{} of {} vectors", right, ALL.len());
    exit(if right == ALL.len() { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {
        cortex_m::asm::nop();
    }
}
