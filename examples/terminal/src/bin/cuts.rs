//! Cuts the power in each write of issue, verify, replay and lock, in each way that a cut may go.

#![no_std]
#![no_main]

use core::cell::RefCell;

use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
use cortex_m_semihosting::hprintln;
use panic_semihosting as _;
use terminal::{Desk, FlashStore, Nor, Surprise, Tear, cycle};

/// A page of 1 KiB, the chip's own block: a copy is due every few writes.
type Flash = RefCell<Nor<256>>;

#[entry]
fn main() -> ! {
    static mut FLASH: Flash = RefCell::new(Nor::new(0));
    let done = every_cut(FLASH);
    match done {
        Ok(cuts) => hprintln!("{} writes cut, each in {} ways", cuts, Tear::ALL.len()),
        Err((cut, tear, surprise)) => hprintln!("cut in write {}, {:?}: {}", cut, tear, surprise),
    }
    exit(if done.is_ok() { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {
        cortex_m::asm::nop();
    }
}

fn every_cut(flash: &Flash) -> Result<u32, (u32, Tear, Surprise)> {
    let mut cut = 0;
    loop {
        for tear in Tear::ALL {
            if !one_cut(flash, cut, tear).map_err(|surprise| (cut, tear, surprise))? {
                return Ok(cut);
            }
        }
        cut += 1;
    }
}

/// Whether there was such a write.
fn one_cut(flash: &Flash, cut: u32, tear: Tear) -> Result<bool, Surprise> {
    *flash.borrow_mut() = Nor::new(cut);
    FlashStore::format(flash).map_err(|_| Surprise::new("no store was made"))?;
    flash.borrow_mut().cut_after(cut, tear);
    cycle(&Desk::new()?, flash)?;
    Ok(flash.borrow().was_cut())
}
