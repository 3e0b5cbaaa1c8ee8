//! SVG 1.1: one path of dark runs.

use core::fmt::{self, Write as _};

use alloc::string::String;

use zeroize::Zeroizing;

use super::KeyPicture;
use crate::exposed::ExposedText;

/// What one run takes at most: `M` and two numbers, `h` and one, `v1h-` and one, `z`, of three digits each.
const RUN: usize = 22;
/// Everything else.
const FRAME: usize = 256;

pub(super) fn draw(picture: &KeyPicture) -> ExposedText {
    let side = picture.whole();
    // Dark runs are at most every other module, so the text never moves.
    let mut svg = Zeroizing::new(String::with_capacity(FRAME + side * side.div_ceil(2) * RUN));
    // A string takes whatever is written to it.
    let _ = write(picture, &mut svg);
    ExposedText::new(svg)
}

fn write(picture: &KeyPicture, svg: &mut String) -> fmt::Result {
    let side = picture.whole();
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\""
    )?;
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let length = (x..side).take_while(|x| picture.is_dark(*x, y)).count();
            if length > 0 {
                write!(svg, "M{x} {y}h{length}v1h-{length}z")?;
            }
            x += length + 1;
        }
    }
    svg.write_str("\"/></svg>")
}
