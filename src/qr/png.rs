//! PNG: one bit a pixel.

use alloc::vec;
use alloc::vec::Vec;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};
use zeroize::Zeroizing;

use super::KeyPicture;
use crate::exposed::ExposedBytes;

/// More than the chunks around the pixels take, and than they grow by when they cannot be compressed.
const FRAME: usize = 4_096;

/// Eight pixels a module: a module is a byte of a row.
const PIXELS: usize = 8;

pub(super) fn draw(picture: &KeyPicture) -> ExposedBytes {
    let rows = rows(picture);
    let mut image = Zeroizing::new(Vec::with_capacity(rows.len() + FRAME));
    // The size is right, and a vector takes whatever is written to it.
    let _ = write(picture, &rows, &mut image);
    ExposedBytes::new(image)
}

fn rows(picture: &KeyPicture) -> Zeroizing<Vec<u8>> {
    let side = picture.whole();
    let mut rows = Zeroizing::new(vec![0; side * PIXELS * side]);
    for (at, bytes) in rows.chunks_mut(side).enumerate() {
        for (x, byte) in bytes.iter_mut().enumerate() {
            *byte = if picture.is_dark(x, at / PIXELS) { 0 } else { u8::MAX };
        }
    }
    rows
}

fn write(picture: &KeyPicture, rows: &[u8], image: &mut Vec<u8>) -> Result<(), EncodingError> {
    let pixels = u32::from(picture.side()) * 8;
    let mut encoder = Encoder::new(image, pixels, pixels);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rows)?;
    writer.finish()
}
