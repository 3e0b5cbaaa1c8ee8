//! F60, F65: what is secret has no copy and no text, and comes from a generator that is made for it.

/// Neither keys nor codes can be copied.
///
/// ```
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::Subject>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::Secret>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::SecretText>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::Code>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::RootKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::Keyring>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::Hotp>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::Issued<'static, countersign::Payment>>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::KeyUri>();
/// ```
///
/// ```compile_fail,E0277
/// fn copied<T: Clone>() {}
///
/// copied::<countersign::ExposedText>();
/// ```
fn f65_what_is_secret_is_not_clone() {}

/// Nothing that holds a code or a key prints itself for a person.
///
/// ```
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::Refused>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::Code>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::Secret>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::SecretText>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::RootKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::KeyUri>();
/// ```
///
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
///
/// shown::<countersign::ExposedText>();
/// ```
fn f65_what_is_secret_has_no_display() {}

/// The browser's part of an issue has no way to the code; only the message's has.
///
/// ```
/// fn print(slip: &countersign::Slip<'_, countersign::Payment>) -> String {
///     slip.code().to_owned()
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn print(slip: &countersign::Ticket) -> String {
///     slip.code().to_owned()
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn print(slip: &countersign::Issued<'_, countersign::Payment>) -> String {
///     slip.code().to_owned()
/// }
/// ```
fn f66_only_a_message_has_the_code() {}

/// A generator has to say that it is a cryptographic one.
///
/// ```
/// use countersign::{Invalid, Secret};
/// use rand_core::{TryCryptoRng, TryRng};
///
/// struct Generator;
///
/// impl TryRng for Generator {
///     type Error = core::convert::Infallible;
///     fn try_next_u32(&mut self) -> Result<u32, Self::Error> { Ok(4) }
///     fn try_next_u64(&mut self) -> Result<u64, Self::Error> { Ok(4) }
///     fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> { Ok(()) }
/// }
///
/// impl TryCryptoRng for Generator {}
///
/// fn key() -> Result<Secret, Invalid> {
///     Secret::generate(&mut Generator)
/// }
/// ```
///
/// ```compile_fail,E0277
/// use countersign::{Invalid, Secret};
/// use rand_core::{TryCryptoRng, TryRng};
///
/// struct Generator;
///
/// impl TryRng for Generator {
///     type Error = core::convert::Infallible;
///     fn try_next_u32(&mut self) -> Result<u32, Self::Error> { Ok(4) }
///     fn try_next_u64(&mut self) -> Result<u64, Self::Error> { Ok(4) }
///     fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> { Ok(()) }
/// }
///
/// fn key() -> Result<Secret, Invalid> {
///     Secret::generate(&mut Generator)
/// }
/// ```
fn f60_a_generator_that_is_not_cryptographic_makes_no_key() {}

/// What a store of secrets takes is sealed. A plain secret has no bytes but those that `expose` shows.
///
/// ```
/// # #[cfg(feature = "seal")] {
/// fn save(column: impl AsRef<[u8]>) {}
///
/// fn enrol(sealed: countersign::SealedSecret) {
///     save(sealed);
/// }
/// # }
/// ```
///
/// ```compile_fail,E0277
/// fn save(column: impl AsRef<[u8]>) {}
///
/// fn enrol(secret: countersign::Secret) {
///     save(secret);
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn save(column: impl Into<Vec<u8>>) {}
///
/// fn enrol(secret: countersign::Secret) {
///     save(secret);
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn save(column: impl Into<String>) {}
///
/// fn enrol(secret: countersign::Secret) {
///     save(secret.expose_base32());
/// }
/// ```
fn r4226_11_a_plain_secret_is_no_column() {}
