//! The pictures of a key URI, read back by libraries and tools that did not draw them.
//!
//! ```sh
//! COUNTERSIGN_ZBARIMG=$(command -v zbarimg) COUNTERSIGN_RSVG=$(command -v rsvg-convert) \
//!     cargo test --features qr --test pictures -- --include-ignored
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, unreachable_pub)] // and is no library

use std::io::{Cursor, Write};
use std::process::{Command, Stdio};
use std::{env, iter};

use countersign::*;

/// Rows of modules; dark is true.
type Grid = Vec<Vec<bool>>;

/// Short, usual, and as long as a URI can be.
fn uris() -> Vec<KeyUri> {
    let secret = |length: u8| Secret::from_bytes(&(0..length).collect::<Vec<_>>()).unwrap();
    let long =
        KeyUri::hotp(&"\u{e9}'".repeat(21), &"+ ".repeat(126).replace(" +", "é+")[..252], secret(128), u64::MAX);
    vec![
        KeyUri::totp("A", "a", secret(16)).unwrap(),
        KeyUri::totp("Anna's Bikes", "anna@example.com", secret(20)).unwrap(),
        KeyUri::totp("支付", "安娜", secret(64)).unwrap().with_algorithm(Algorithm::Sha512),
        long.unwrap().with_algorithm(Algorithm::Sha256).with_digits(Digits::EIGHT),
    ]
}

/// What each drawing of a picture shows.
fn grids(picture: &KeyPicture) -> [(&'static str, Grid); 3] {
    [
        ("svg", of_svg(picture.expose_svg().as_str())),
        ("png", of_png(picture.expose_png().as_bytes())),
        ("terminal", of_terminal(picture.expose_terminal().as_str())),
    ]
}

fn of_svg(svg: &str) -> Grid {
    let (_, rest) = svg.split_once("viewBox=\"0 0 ").unwrap();
    let side: usize = rest.split_once(' ').unwrap().0.parse().unwrap();
    assert!(svg.contains(&format!("<path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>")));
    let mut grid = vec![vec![false; side]; side];
    let (_, path) = svg.rsplit_once(" d=\"").unwrap();
    for run in path.split_once('"').unwrap().0.split('M').skip(1) {
        let numbers: Vec<usize> =
            run.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()).collect();
        let [x, y, right, 1, left] = numbers[..] else { panic!("{run}") };
        assert_eq!(right, left);
        grid[y][x..x + right].fill(true);
    }
    grid
}

fn of_png(bytes: &[u8]) -> Grid {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::One));
    assert_eq!(info.width, info.height);
    // Eight pixels a module: every byte is a module, and every eight rows are one.
    assert!(pixels.iter().all(|byte| matches!(byte, 0 | 255)));
    let rows: Vec<&[u8]> = pixels.chunks(info.line_size).collect();
    assert!(rows.chunks(8).all(|rows| rows.len() == 8 && rows.iter().all(|row| *row == rows[0])));
    rows.chunks(8).map(|rows| rows[0].iter().map(|byte| *byte == 0).collect()).collect()
}

fn of_terminal(text: &str) -> Grid {
    let lines = text.lines().map(|line| {
        let line = line.strip_prefix("\x1b[38;5;16;48;5;231m").unwrap();
        line.strip_suffix("\x1b[0m").unwrap()
    });
    let halves = lines.flat_map(|line| {
        let dark = |shown: &'static str| line.chars().map(|c| shown.contains(c)).collect::<Vec<_>>();
        assert!(line.chars().all(|c| " █▀▄".contains(c)));
        [dark("█▀"), dark("█▄")]
    });
    let mut grid: Grid = halves.collect();
    // The last line's lower half is below the picture.
    assert!(grid.pop().unwrap().iter().all(|dark| !dark));
    grid
}

/// Grey pixels, `scale` a module.
fn pixels(grid: &Grid, scale: usize) -> Vec<u8> {
    let row = |row: &Vec<bool>| -> Vec<u8> {
        row.iter().flat_map(|dark| iter::repeat_n(if *dark { 0 } else { 255 }, scale)).collect()
    };
    grid.iter().flat_map(|modules| row(modules).repeat(scale)).collect()
}

#[test]
fn f67_a_picture_is_the_uri_for_a_reader_that_did_not_draw_it() {
    for uri in uris() {
        let picture = KeyPicture::of(&uri).unwrap();
        for (kind, grid) in grids(&picture) {
            let (side, shown) = (grid.len() * 4, pixels(&grid, 4));
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| shown[y * side + x]);
            let found = image.detect_grids();
            assert_eq!(found.len(), 1, "{kind}, {side}");
            let (_, text) = found[0].decode().unwrap();
            assert!(text == uri.expose().as_str(), "{kind}, {side}");
            assert_eq!(KeyUri::parse(&text), KeyUri::parse(uri.expose().as_str()));
        }
    }
}

#[test]
fn the_three_drawings_are_one_picture_with_a_quiet_zone_of_four_modules() {
    for uri in uris() {
        let picture = KeyPicture::of(&uri).unwrap();
        let [(_, svg), (_, png), (_, terminal)] = grids(&picture);
        assert!(svg == png && png == terminal);
        let side = usize::from(picture.side());
        assert_eq!((svg.len(), (side - 8 - 17) % 4), (side, 0));
        for (y, row) in svg.iter().enumerate() {
            assert_eq!(row.len(), side);
            for (x, dark) in row.iter().enumerate() {
                let quiet = |at: usize| at < 4 || at >= side - 4;
                assert!(!(dark & (quiet(x) || quiet(y))), "{x} {y}");
            }
        }
        // The three finder patterns, and none in the last corner.
        let finder = |x: usize, y: usize| (0..7).all(|i| svg[y][x + i] && svg[y + i][x] && svg[y + 6][x + i]);
        assert!(finder(4, 4) && finder(side - 11, 4) && finder(4, side - 11) && !finder(side - 11, side - 11));
    }
}

#[test]
fn f65_f67_a_picture_prints_nothing_and_points_nowhere() {
    let picture = KeyPicture::of(&uris()[1]).unwrap();
    assert_eq!(
        format!("{picture:?} {:?} {:?}", picture.expose_svg(), picture.expose_png()),
        "KeyPicture(..) ExposedText(..) ExposedBytes(..)"
    );
    let svg = picture.expose_svg();
    assert_eq!(svg.as_str().matches("//").count(), 1, "the name space alone");
    for word in ["href", "script", "style", "otpauth", "Anna", "<title", "<desc", "<!"] {
        assert!(!svg.as_str().contains(word), "{word}");
    }
}

#[test]
#[ignore = "needs zbarimg and rsvg-convert, whose paths it reads from COUNTERSIGN_ZBARIMG and COUNTERSIGN_RSVG"]
fn f67_zbar_reads_the_rendered_pictures() {
    let tool = |name| env::var_os(name).unwrap_or_else(|| panic!("{name} is the path of a tool"));
    let (zbarimg, rsvg) = (tool("COUNTERSIGN_ZBARIMG"), tool("COUNTERSIGN_RSVG"));
    // As long as a screen shows without scrolling; the longest is too fine for any camera.
    for uri in uris().into_iter().take(3) {
        let picture = KeyPicture::of(&uri).unwrap();
        let png = picture.expose_png();
        let drawn = pipe(
            Command::new(&rsvg).args(["--zoom", "6", "--format", "png"]),
            picture.expose_svg().as_str().as_bytes(),
        );
        let grid = of_terminal(picture.expose_terminal().as_str());
        let mut screen = format!("P5 {0} {0} 255\n", grid.len() * 6).into_bytes();
        screen.extend(pixels(&grid, 6));
        for (kind, image) in [("png", png.as_bytes()), ("svg", &drawn), ("terminal", &screen)] {
            let read =
                pipe(Command::new(&zbarimg).args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-"]), image);
            assert_eq!(String::from_utf8(read).unwrap().trim_end(), uri.expose().as_str(), "{kind}");
        }
    }
}

fn pipe(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|threads| {
        threads.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{command:?}");
    output.stdout
}
