//! Tells the linker what memory the board has.

fn main() {
    println!("cargo::rerun-if-changed=memory.x");
    if std::env::var_os("CARGO_FEATURE_BOARD").is_some() {
        println!("cargo::rustc-link-search={}", env!("CARGO_MANIFEST_DIR"));
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
    }
}
