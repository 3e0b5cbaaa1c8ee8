//! HTTP around the desk: parse, hand over, answer. Nothing is decided here.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign::{ChallengeStatus, Code, Handle, Ticket};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::desk::{Desk, PAY};
use crate::pages;
use crate::problem::{Answer, Problem};
use crate::shop::Basket;
use crate::work::Work;

/// The longest body, in bytes.
const LONGEST: usize = 1_024;

/// The operator's view of a desk, for a listener that only operators reach.
pub fn operator(desk: Arc<Desk>) -> Router {
    let events = async |State(desk): State<Arc<Desk>>| Json(desk.view());
    Router::new().route("/events", get(events)).merge(pages::operator()).with_state(desk)
}

/// The routes over a desk; what they begin is `work`, to be waited for before the process ends.
pub fn routes(desk: Arc<Desk>, work: Work) -> Router {
    Router::new()
        .route("/orders/{order}/pay", post(pay))
        .route("/orders/{order}/resend", post(resend))
        .route("/orders/{order}/confirm", post(confirm))
        .route("/orders/{order}/cancel", post(cancel))
        .route("/orders/{order}", get(status))
        .route("/goods", get(goods))
        .route("/orders", post(order))
        .route("/phone", get(phone))
        .route("/health", get(health))
        .merge(pages::checkout())
        .layer(DefaultBodyLimit::max(LONGEST))
        .with_state(Counter { desk, work })
}

#[derive(Clone)]
struct Counter {
    desk: Arc<Desk>,
    work: Work,
}

impl Counter {
    /// Asks the desk, and goes on though the client may not wait for it.
    async fn ask<T, F>(&self, ask: impl FnOnce(Arc<Desk>) -> F) -> Answer<T>
    where
        T: Send + 'static,
        F: Future<Output = Answer<T>> + Send + 'static,
    {
        self.work.detached(ask(Arc::clone(&self.desk))).await
    }
}

type Body<T> = Result<Json<T>, JsonRejection>;
type Reply = Answer<Json<Value>>;

/// The shop's id of the page that asked: a double click sends once.
#[derive(Deserialize)]
struct Pay {
    form: String,
}

#[derive(Deserialize)]
struct Chosen {
    goods: Basket,
}

#[derive(Deserialize)]
struct Held {
    handle: String,
}

#[derive(Deserialize)]
struct Confirm {
    handle: String,
    code: String,
}

#[derive(Deserialize)]
struct Look {
    handle: Option<String>,
}

/// What the page may sell.
async fn goods(State(counter): State<Counter>) -> Json<Value> {
    Json(json!({ "goods": counter.desk.shop().goods() }))
}

async fn order(State(counter): State<Counter>, body: Body<Chosen>) -> Reply {
    let Json(Chosen { goods }) = body?;
    let order = counter.ask(|desk| async move { desk.order_of(&goods).await }).await?;
    let payee = counter.desk.shop().payee();
    Ok(Json(json!({ "number": order.number, "amount": order.total().to_string(), "payee": payee })))
}

async fn phone(State(counter): State<Counter>) -> Reply {
    let messages = counter.desk.phone().ok_or(Problem::NoOrder)?;
    Ok(Json(json!({ "messages": messages })))
}

async fn pay(State(counter): State<Counter>, Path(order): Path<u32>, body: Body<Pay>) -> Reply {
    let Json(Pay { form }) = body?;
    if !(1..=255).contains(&form.len()) {
        return Err(Problem::Malformed("the form"));
    }
    let ticket = counter.ask(|desk| async move { desk.pay(order, &form).await }).await?;
    Ok(shown(&ticket))
}

async fn resend(State(counter): State<Counter>, Path(order): Path<u32>, body: Body<Held>) -> Reply {
    let handle = parsed(&body?.handle)?;
    let ticket = counter.ask(|desk| async move { desk.resend(order, handle).await }).await?;
    Ok(shown(&ticket))
}

async fn confirm(State(counter): State<Counter>, Path(order): Path<u32>, body: Body<Confirm>) -> Reply {
    let Json(Confirm { handle, code }) = body?;
    let handle = parsed(&handle)?;
    let code = Code::parse_spaced(&code, PAY.policy().format()).map_err(|_| Problem::Malformed("the code"))?;
    let captured = counter.ask(|desk| async move { desk.confirm(order, handle, code).await }).await?;
    Ok(Json(json!({ "captured": captured })))
}

async fn cancel(State(counter): State<Counter>, Path(order): Path<u32>, body: Body<Held>) -> Reply {
    let handle = parsed(&body?.handle)?;
    let ended = counter.ask(|desk| async move { desk.cancel(order, handle).await }).await?;
    Ok(Json(json!({ "ended": ended })))
}

/// What was captured, and how the challenge stands that the client holds.
async fn status(
    State(counter): State<Counter>,
    Path(order): Path<u32>,
    query: Result<Query<Look>, QueryRejection>,
) -> Reply {
    let handle = query?.handle.as_deref().map(parsed).transpose()?;
    let (captured, challenge) = counter.desk.status(order, handle).await?;
    let challenge = challenge.map(|challenge| match challenge {
        ChallengeStatus::Open(_) => "open",
        ChallengeStatus::Approved => "approved",
        _ => "over",
    });
    Ok(Json(json!({ "captured": captured, "challenge": challenge })))
}

async fn health(State(counter): State<Counter>) -> Reply {
    counter.desk.health().await?;
    Ok(Json(json!({ "healthy": true })))
}

fn parsed(handle: &str) -> Answer<Handle> {
    Handle::parse(handle).map_err(|_| Problem::Malformed("the handle"))
}

fn shown(ticket: &Ticket) -> Json<Value> {
    Json(json!({
        "handle": ticket.handle().to_text(),
        "expires": ticket.expires().as_secs(),
        "resend_at": ticket.resend_at().map(countersign::UnixTime::as_secs),
        "attempts_left": ticket.attempts_left(),
    }))
}
