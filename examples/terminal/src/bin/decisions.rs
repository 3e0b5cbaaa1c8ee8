//! Issue, verify, replay and lock, over the flash store: what the decision layer takes of the board. Its size is reported
//! over `empty`, and so is the deepest stack.

#![no_std]
#![no_main]

use core::cell::RefCell;

use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
use cortex_m_semihosting::hio;
use panic_halt as _;
use terminal::{Desk, FlashStore, Nor, cycle};

#[entry]
fn main() -> ! {
    // The chip's flash, which on a board is not in its memory: static, so that the stack is the program's alone.
    static mut FLASH: RefCell<Nor<512>> = RefCell::new(Nor::new(0));
    let done = run(FLASH);
    say_peak(stack::peak());
    exit(if done { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {
        cortex_m::asm::nop();
    }
}

fn run(flash: &RefCell<Nor<512>>) -> bool {
    let Ok(desk) = Desk::new() else { return false };
    let formatted = FlashStore::format(flash).is_ok();
    formatted && cycle(&desk, flash).is_ok()
}

/// Prints the number without the formatting that the size would have to hold.
fn say_peak(bytes: u32) {
    let mut text = *b"peak stack ........ bytes\n";
    let mut rest = bytes;
    for place in text.iter_mut().skip(11).take(8).rev() {
        *place = if rest == 0 { b' ' } else { b'0' + (rest % 10).to_le_bytes()[0] };
        rest /= 10;
    }
    if let (Ok(mut out), Ok(text)) = (hio::hstdout(), str::from_utf8(&text)) {
        _ = out.write_all(text.as_bytes());
    }
}

/// How deep the stack has been: before `main`, its memory was painted.
#[expect(unsafe_code, reason = "no safe way leads to memory that belongs to nobody")]
mod stack {
    const PAINT: u32 = 0xcccc_cccc;

    unsafe extern "C" {
        // Of the linker: the lowest word that the stack may reach, and its beginning above the highest.
        static _stack_end: u32;
        static _stack_start: u32;
    }

    pub(super) fn peak() -> u32 {
        let (low, high) = (&raw const _stack_end, &raw const _stack_start);
        let mut at = low;
        // SAFETY: the words from `_stack_end` to `_stack_start` are RAM that the linker gave to the stack, are aligned,
        // and were painted before `main`; below the stack's pointer nobody else writes, and what is above it is only
        // reached if every word below has kept its paint, which `at < high` ends.
        while at < high && unsafe { at.read_volatile() } == PAINT {
            at = at.wrapping_add(1);
        }
        u32::try_from(high.addr() - at.addr()).unwrap_or(u32::MAX)
    }
}
