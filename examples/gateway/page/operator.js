"use strict";

const part = (id) => document.getElementById(id);

function cells(texts, classes = {}) {
  const row = document.createElement("tr");
  texts.forEach((text, place) => {
    const cell = document.createElement("td");
    cell.textContent = text ?? "";
    if (classes[place]) cell.className = classes[place];
    row.append(cell);
  });
  return row;
}

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });
const short = (tag) => (tag ? `${tag.slice(0, 8)}…` : "");

function line(event) {
  const texts = [clock(event.at), event.kind, event.action, event.reason, event.detail, event.failures, event.notice,
    short(event.subject), short(event.challenge)];
  return cells(texts, { 1: event.kind === "approved" ? "approved" : event.reason ? "refused" : "", 5: "number" });
}

const percent = (approved, sent) => (sent === 0 ? "none yet" : `${Math.round((100 * approved) / sent)} %`);
const most = (counts) => Object.entries(counts).sort(([, a], [, b]) => b - a);
const counted = (counts) => most(counts).map((row) => cells(row, { 1: "number" }));

function prefix([name, { sent, approved }]) {
  return cells([name, sent, approved, percent(approved, sent)], { 1: "number", 2: "number", 3: "number" });
}

async function look() {
  try {
    const view = await (await fetch("events")).json();
    part("since").textContent = new Date(view.since * 1000).toLocaleString();
    const count = (...kinds) => kinds.reduce((sum, kind) => sum + (view.kinds[kind] ?? 0), 0);
    const [sent, approved] = [count("sent"), count("approved")];
    part("sent").textContent = sent;
    part("approved").textContent = approved;
    part("conversion").textContent = percent(approved, sent);
    part("refused").textContent = count("refused");
    part("unpaid").textContent = count("budget_refused");
    part("unavailable").textContent = count("store_unavailable", "contention", "unknown_code_key", "newer_record");
    part("prefixes").replaceChildren(...Object.entries(view.conversion).map(prefix));
    part("reasons").replaceChildren(...counted(view.reasons));
    part("limits").replaceChildren(...counted(view.limits));
    part("events").replaceChildren(...view.events.toReversed().map(line));
    part("say").textContent = "";
  } catch {
    part("say").textContent = "The gateway does not answer.";
  }
  setTimeout(look, 1000);
}

look();
