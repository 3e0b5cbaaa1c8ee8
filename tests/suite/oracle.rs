//! Section I: what may be learnt from an answer, who can be locked out, and what a resend changes.

mod decoy;
mod lockout;
mod resend;
mod states;
