//! What every program pays: vectors, start, and the way out. The sizes of the others are over this one's.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{EXIT_SUCCESS, exit};
use panic_halt as _;

#[entry]
fn main() -> ! {
    exit(EXIT_SUCCESS);
    loop {
        cortex_m::asm::nop();
    }
}
