//! F34, F41, F65: what is not written in other formats, and what is not read from them.

/// With or without the feature `serde`, no secret is written.
///
/// ```
/// # #[cfg(feature = "serde")]
/// fn page(time: &countersign::UnixTime) -> String {
///     serde_json::to_string(time).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Secret) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::RootKey) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Code) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::SecretText) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::KeyUri) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Hotp) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::RecoveryCode) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::RecoveryCodes) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Slip<'_, countersign::Payment>) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::ReportToken) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Approved<countersign::Payment>) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Authenticated) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Subject) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn page(secret: &countersign::Refused) -> String {
///     serde_json::to_string(secret).unwrap()
/// }
/// ```
fn f41_f65_what_is_secret_is_not_serialised() {}

/// What only an operation makes is not read from anywhere.
///
/// ```
/// # #[cfg(feature = "serde")]
/// fn request(body: &str) -> countersign::UnixTime {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::Approved<countersign::Payment> {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::Authenticated {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::ApprovalId {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::SubjectTag {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::Ticket {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::Status {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::Enrolled {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn request(body: &str) -> countersign::PaymentBatch {
///     serde_json::from_str(body).unwrap()
/// }
/// ```
fn f34_f41_what_an_operation_makes_is_not_deserialised() {}
