//! The files of the checkout page, as they are.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

/// Nothing from elsewhere, no inline script, no frame around it.
const POLICY: &str = "default-src 'self'; img-src data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";

/// The checkout.
pub(crate) fn checkout<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(async || file("text/html; charset=utf-8", include_str!("page/checkout.html"))))
        .route("/checkout.js", get(async || file("text/javascript; charset=utf-8", include_str!("page/checkout.js"))))
        .merge(style())
}

/// What the operator looks at.
pub(crate) fn operator<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(async || file("text/html; charset=utf-8", include_str!("page/operator.html"))))
        .route("/operator.js", get(async || file("text/javascript; charset=utf-8", include_str!("page/operator.js"))))
        .merge(style())
}

fn style<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/style.css", get(async || file("text/css; charset=utf-8", include_str!("page/style.css"))))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text)
}
