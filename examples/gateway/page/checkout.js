"use strict";

// What the person sees follows from the server's answers alone: nothing is decided here.

const part = (id) => document.getElementById(id);
const euros = (cents) => `EUR ${(cents / 100).toFixed(2)}`;
const seconds = () => Math.floor(Date.now() / 1000);

let goods = [];
let order = JSON.parse(sessionStorage.getItem("order")); // number, amount, payee, ticket: none of it secret
let timer = null;

function show(name) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== name;
  clearInterval(timer);
  say("");
}

function say(text, good = false) {
  part("say").textContent = text;
  part("say").classList.toggle("good", good);
}

function keep(next) {
  order = next;
  if (order) sessionStorage.setItem("order", JSON.stringify(order));
  else sessionStorage.removeItem("order");
}

// Status and body; status 503 if there was no answer at all.
async function ask(path, body) {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    const response = await fetch(path, body && post);
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 503, body: { error: "unavailable" } };
  }
}

// While a request is under way nothing else may be pressed: a double click is one click.
async function busy(work) {
  const able = [...document.querySelectorAll("button, input")].filter((control) => !control.disabled);
  for (const control of able) control.disabled = true;
  try {
    await work();
  } finally {
    for (const control of able) control.disabled = false;
    count();
    if (!part("confirm").hidden) part("code").focus();
  }
}

// The basket.

function basket() {
  keep(null);
  show("basket");
  const rows = goods.map((article) => {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = article.name;
    const count = document.createElement("input");
    Object.assign(count, { type: "number", min: 0, max: 9, value: article.id === "lights" ? 1 : 0, name: article.id });
    count.setAttribute("aria-label", `${article.name}: pieces`);
    count.addEventListener("input", total);
    const price = document.createElement("td");
    price.className = "money";
    price.textContent = euros(article.cents);
    const cell = document.createElement("td");
    cell.append(count);
    row.append(name, cell, price);
    return row;
  });
  part("goods").replaceChildren(...rows);
  total();
}

function chosen() {
  const counts = [...part("goods").querySelectorAll("input")].map((input) => [input.name, Number(input.value)]);
  return Object.fromEntries(counts.filter(([, count]) => Number.isInteger(count) && count > 0 && count < 10));
}

function total() {
  const basket = chosen();
  const cents = goods.reduce((sum, article) => sum + article.cents * (basket[article.id] ?? 0), 0);
  part("total").textContent = euros(cents);
  part("pay").textContent = `Pay ${euros(cents)}`;
  part("pay").disabled = cents === 0;
}

async function pay() {
  const { status, body } = await ask("orders", { goods: chosen() });
  if (status !== 200) return refused(status, body);
  keep({ number: body.number, amount: body.amount, payee: body.payee, form: crypto.randomUUID() });
  await send();
}

// The same form again sends nothing a second time.
async function send() {
  const { status, body } = await ask(`orders/${order.number}/pay`, { form: order.form });
  if (status !== 200) return refused(status, body);
  confirming(body);
}

// The confirmation.

function confirming(ticket) {
  keep({ ...order, ticket });
  show("confirm");
  part("what").textContent = `${order.amount} to ${order.payee}`;
  part("code").value = "";
  part("code").focus();
  count();
  timer = setInterval(count, 250);
}

function count() {
  if (part("confirm").hidden || !order?.ticket) return;
  const { expires, resend_at: next, attempts_left: left } = order.ticket;
  const life = expires - seconds();
  if (life <= 0) return over("This code is over", "Its time has passed. Nothing was paid.");
  const minutes = `${Math.floor(life / 60)}:${String(life % 60).padStart(2, "0")}`;
  part("left").textContent = `${left} ${left === 1 ? "attempt" : "attempts"} left, ${minutes} to go`;
  const wait = next === null ? 0 : next - seconds();
  part("resend").disabled = next === null || wait > 0;
  part("resend").textContent = next === null ? "No more messages" : wait > 0 ? `Send again in ${wait} s` : "Send again";
}

async function confirm() {
  const code = part("code").value;
  const { status, body } = await ask(`orders/${order.number}/confirm`, { handle: order.ticket.handle, code });
  if (status === 200) return receipt(body.captured);
  if (status === 400) return say("A code is six digits. This was no attempt.");
  refused(status, body);
}

async function resend() {
  const { status, body } = await ask(`orders/${order.number}/resend`, { handle: order.ticket.handle });
  if (status !== 200) return refused(status, body, true);
  confirming(body);
  say("The same code was sent again.", true);
}

async function cancel() {
  const { status, body } = await ask(`orders/${order.number}/cancel`, { handle: order.ticket.handle });
  if (status !== 200) return refused(status, body);
  over("Cancelled", "Nothing was paid, and the code is no longer good.");
}

// What a refusal lets a screen say.
function refused(status, body, sending = false) {
  if (status === 409 && body.captured) return receipt(body.captured);
  if (status !== 403) return show("unknown");
  switch (body.hint) {
    case "try again":
      order.ticket.attempts_left = body.attempts_left;
      keep(order);
      part("code").value = "";
      part("code").focus();
      return say("That is not the code.");
    case "wait":
      if (sending || !order?.ticket) return tooSoon(body.until);
      return locked(body.until);
    case "no more messages":
      order.ticket.resend_at = null;
      keep(order);
      return say("This code has had all its messages; it is still good.");
    case "contact":
      return over("Please contact us", "We cannot accept codes for this account until we have spoken to you.");
    default:
      return over("This code is over", "Nothing was paid. Please start again.");
  }
}

function tooSoon(until) {
  if (order?.ticket) order.ticket.resend_at = until;
  const wait = Math.max(1, until - seconds());
  const span = wait > 90 ? `${Math.ceil(wait / 60)} minutes` : `${wait} seconds`;
  say(`No message can be sent yet. Please try again in ${span}.`);
}

function locked(until) {
  show("locked");
  part("until").textContent = new Date(until * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function over(title, text) {
  keep(null);
  show("over");
  part("over-title").textContent = title;
  part("over-text").textContent = text;
}

function receipt(captured) {
  const payee = order?.payee ?? "";
  keep(null);
  show("receipt");
  part("receipt-amount").textContent = captured.amount;
  part("receipt-payee").textContent = payee;
  part("receipt-order").textContent = captured.order;
  part("receipt-approval").textContent = captured.approval;
}

// After a lost answer, and after the page was loaded anew.
async function look() {
  const handle = order?.ticket ? `?handle=${order.ticket.handle}` : "";
  const { status, body } = await ask(`orders/${order.number}${handle}`);
  if (status !== 200) return show("unknown");
  if (body.captured) return receipt(body.captured);
  if (body.challenge === "open") return confirming(order.ticket);
  if (body.challenge === "approved") return show("unknown"); // the capture is under way
  if (order.ticket) return over("Not paid", "Nothing was paid, and the code is no longer good.");
  await send();
}

// The phone, if there is one.

async function phone() {
  const { status, body } = await ask("phone");
  if (status === 404) return;
  if (status === 200) messages(body.messages);
  setTimeout(phone, 500);
}

function messages(texts) {
  part("phone").hidden = false;
  const shown = [...part("messages").children].map((message) => message.textContent);
  if (shown.length === texts.length && shown.at(-1) === texts.at(-1)) return;
  part("messages").replaceChildren(...texts.map((text) => {
    const message = document.createElement("li");
    message.textContent = text;
    return message;
  }));
}

part("pay").addEventListener("click", () => busy(pay));
part("resend").addEventListener("click", () => busy(resend));
part("cancel").addEventListener("click", () => busy(cancel));
part("look").addEventListener("click", () => busy(look));
part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(confirm);
});
for (const again of document.querySelectorAll(".again")) again.addEventListener("click", basket);

(async () => {
  phone();
  const { status, body } = await ask("goods");
  if (status !== 200) return show("unknown");
  goods = body.goods;
  if (order) await busy(look);
  else basket();
})();
