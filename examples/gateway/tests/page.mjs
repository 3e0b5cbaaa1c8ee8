// The checkout page in a real browser, against the real program: each claim has a program, a folder and a clock of its
// own. Run by scripts/test-with-browser.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { chromium } = (await import(process.env.PLAYWRIGHT)).default;
const scratch = process.argv[2];

// What only the phone may show; the number and the account are those of shop.json.
const shop = JSON.parse(readFileSync(new URL("../shop.json", import.meta.url)));
const secrets = [shop.phone, shop.phone.slice(1), shop.account, shop.customer];

class House {
  // The program, on a clock that stands where the test puts it.
  static async start(name, offset = 0) {
    const house = new House();
    const folder = `${scratch}/${name}`;
    mkdirSync(folder, { mode: 0o700 });
    house.name = name;
    house.clock = `${folder}/clock`;
    house.pass(offset);
    const faked = {
      LD_PRELOAD: process.env.LIBFAKETIME, FAKETIME_TIMESTAMP_FILE: house.clock, FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
    const words = ["--listen", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--data", `${folder}/data`];
    house.child = spawn(process.env.GATEWAY, words, { env: { ...process.env, ...faked }, stdio: ["ignore", "ignore", "pipe"] });
    house.log = [];
    // Read to its end, or the program would stop when the pipe is full.
    const lines = createInterface({ input: house.child.stderr });
    await new Promise((listening, ended) => {
      lines.on("line", (line) => {
        house.log.push(line);
        house.operator ??= line.match(/^gateway: the operator's view is on (http:\S+)/)?.[1];
        house.page ??= line.match(/^gateway: listening on (http:\S+)/)?.[1];
        if (house.page) listening();
      });
      lines.on("close", () => ended(new Error(`it ended: ${house.log.join(" | ")}`)));
    });
    return house;
  }

  // Seconds from the real time on; the browser's clock is put there too.
  pass(seconds) {
    this.offset = (this.offset ?? 0) + seconds;
    writeFileSync(this.clock, `+${this.offset}\n`);
  }

  async open(browser, url = this.page) {
    const tab = await (await browser.newContext({ viewport: { width: 960, height: 720 } })).newPage();
    this.heard ??= [];
    tab.on("response", async (response) => {
      if (!response.url().endsWith("/phone")) this.heard.push(await response.text().catch(() => ""));
    });
    tab.on("pageerror", (error) => this.heard.push(`ERROR ${error}`));
    tab.on("console", (message) => message.type() === "error" && !message.text().startsWith("Failed to load resource") &&
      this.heard.push(`ERROR ${message.text()}`));
    await tab.goto(url);
    return tab;
  }

  // Nothing but the phone had a code, a number or an account, and the page had no error.
  async check(tab, codes) {
    const page = await tab.locator("main").innerHTML();
    for (const text of [...this.heard, page, ...this.log]) {
      assert(!text.startsWith("ERROR"), text);
      for (const secret of [...secrets, ...codes]) assert(!text.includes(secret), `${this.name}: a secret in ${text}`);
    }
  }

  end() {
    this.child.kill();
  }
}

const shot = (tab, name) => tab.screenshot({ path: `${process.env.SCREENSHOTS}/gateway-${name}.png` });

// Puts things into the basket and asks for a code; what the phone then shows.
async function pay(tab) {
  await tab.getByLabel("Brass bell: pieces").fill("2");
  await tab.getByRole("button", { name: "Pay EUR 61.90" }).click();
  await tab.getByLabel("Code from the message").waitFor();
  const text = await tab.locator("#messages li").last().innerText();
  assert.match(text, /EUR 61\.90/);
  assert.match(text, /Anna's Bikes/);
  return text.match(/#(\d{6})$/)[1];
}

const wrong = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

async function type(tab, code) {
  await tab.getByLabel("Code from the message").fill(code);
  await tab.getByRole("button", { name: "Confirm" }).click();
}

async function receipt(tab) {
  await tab.getByRole("heading", { name: "Paid" }).waitFor();
  assert.equal(await tab.locator("#receipt-amount").innerText(), "EUR 61.90");
  assert.equal(await tab.locator("#receipt-payee").innerText(), "Anna's Bikes");
  assert.match(await tab.locator("#receipt-approval").innerText(), /^[0-9a-f]{32}$/);
}

const claims = {
  async pays(house, browser) {
    const tab = await house.open(browser);
    await tab.getByLabel("Brass bell: pieces").fill("2");
    await shot(tab, "basket");
    const code = await pay(tab);
    assert.equal(await tab.locator("#code").getAttribute("autocomplete"), "one-time-code");
    assert.match(await tab.locator("#left").innerText(), /^5 attempts left, [45]:\d\d to go$/);
    assert.match(await tab.locator("#resend").innerText(), /^Send again in \d+ s$/);
    assert(await tab.locator("#resend").isDisabled());
    await shot(tab, "confirm");
    await type(tab, `${code.slice(0, 3)} ${code.slice(3)}`);
    await receipt(tab);
    await shot(tab, "receipt");
    return { tab, codes: [code] };
  },

  async a_message_is_sent_again_after_its_countdown(house, browser) {
    const tab = await house.open(browser);
    const code = await pay(tab);
    house.pass(31);
    await tab.clock.install({ time: Date.now() + 31_000 });
    await tab.reload();
    await tab.getByRole("button", { name: "Send again", exact: true }).click();
    await tab.getByText("The same code was sent again.").waitFor();
    await tab.locator("#messages li").nth(1).waitFor();
    assert.match(await tab.locator("#messages li").nth(1).innerText(), new RegExp(`#${code}$`));
    assert.match(await tab.locator("#left").innerText(), /^5 attempts left, 4:\d\d to go$/);
    await type(tab, code);
    await receipt(tab);
    return { tab, codes: [code] };
  },

  async wrong_codes_lock(house, browser) {
    const tab = await house.open(browser);
    const code = await pay(tab);
    await type(tab, "12345");
    await tab.getByText("A code is six digits. This was no attempt.").waitFor();
    for (const left of ["4 attempts", "3 attempts", "2 attempts", "1 attempt"]) {
      await type(tab, wrong(code));
      await tab.getByText(`${left} left`).waitFor();
    }
    await shot(tab, "wrong");
    await type(tab, wrong(code));
    await tab.getByRole("heading", { name: "Too many wrong codes" }).waitFor();
    await tab.locator("#messages li").nth(1).waitFor(); // the owner hears of it
    assert.match(await tab.locator("#messages li").last().innerText(), /[Tt]oo many wrong codes/);
    await shot(tab, "locked");
    return { tab, codes: [code] };
  },

  async a_lost_answer_is_no_second_payment(house, browser) {
    const tab = await house.open(browser);
    const code = await pay(tab);
    await tab.route("**/confirm", async (route) => {
      await route.fetch(); // the server has approved and captured
      await route.abort(); // and nobody hears of it
    });
    await type(tab, code);
    await tab.getByRole("heading", { name: "No answer" }).waitFor();
    await tab.getByRole("button", { name: "Look at the order" }).click();
    await receipt(tab);
    return { tab, codes: [code] };
  },

  async a_reload_finds_the_challenge(house, browser) {
    const tab = await house.open(browser);
    const code = await pay(tab);
    await type(tab, wrong(code));
    await tab.getByText("4 attempts left").waitFor();
    await tab.reload();
    await tab.getByText("4 attempts left").waitFor();
    assert.equal(await tab.locator("#messages li").count(), 1);
    await type(tab, code);
    await receipt(tab);
    return { tab, codes: [code] };
  },

  async the_operator_sees_it(house, browser) {
    const tab = await house.open(browser);
    const code = await pay(tab);
    await type(tab, wrong(code));
    await tab.getByText("4 attempts left").waitFor();
    await type(tab, code);
    await receipt(tab);
    const desk = await house.open(browser, house.operator);
    await desk.getByRole("cell", { name: "approved", exact: true }).waitFor();
    assert.equal(await desk.locator("#sent").innerText(), "1");
    assert.equal(await desk.locator("#conversion").innerText(), "100 %");
    assert.equal(await desk.locator("#refused").innerText(), "1");
    assert.equal(await desk.locator("#reasons").innerText(), "wrong_code\t1");
    assert.equal(await desk.locator("#prefixes").innerText(), "+49\t1\t1\t100 %");
    assert.equal(await desk.locator("#limits").innerText(), "");
    const shown = await desk.locator("main").innerText();
    assert.doesNotMatch(shown, /61\.90|EUR/); // the amount is the customer's and the shop's
    await shot(desk, "operator");
    await house.check(desk, [code]);
    return { tab, codes: [code] };
  },

  async a_customer_who_asks_again_and_again_is_told_to_wait(house, browser) {
    const tab = await house.open(browser);
    const codes = [];
    for (let message = 0; message < 5; message += 1) {
      codes.push(await pay(tab));
      await tab.getByRole("button", { name: "Cancel" }).click();
      await tab.getByRole("heading", { name: "Cancelled" }).waitFor();
      await tab.getByRole("button", { name: "Back to the basket" }).click();
      house.pass(31);
    }
    await tab.getByLabel("Brass bell: pieces").fill("2");
    await tab.getByRole("button", { name: /^Pay/ }).click();
    await tab.getByText(/^No message can be sent yet\. Please try again in \d+ minutes\.$/).waitFor();
    await tab.locator("#messages li").nth(4).waitFor();
    assert.equal(await tab.locator("#messages li").count(), 5);
    const desk = await house.open(browser, house.operator);
    await desk.getByRole("cell", { name: "subject_rate", exact: true }).first().waitFor();
    assert.equal(await desk.locator("#sent").innerText(), "5");
    assert.equal(await desk.locator("#limits").innerText(), "subject_rate\t1");
    assert.equal(await desk.locator("#prefixes").innerText(), "+49\t5\t0\t0 %");
    await house.check(desk, codes);
    return { tab, codes };
  },

  async a_cancelled_payment_is_over(house, browser) {
    const tab = await house.open(browser);
    const code = await pay(tab);
    await tab.getByRole("button", { name: "Cancel" }).click();
    await tab.getByRole("heading", { name: "Cancelled" }).waitFor();
    await tab.getByRole("button", { name: "Back to the basket" }).click();
    // Another message so soon is refused, and the page says so without losing the basket.
    await tab.getByRole("button", { name: /^Pay/ }).click();
    await tab.getByText(/^No message can be sent yet\. Please try again in \d+ seconds\.$/).waitFor();
    return { tab, codes: [code] };
  },
};

// Chromium's own log-in, update and reporting services are not wanted, and not there.
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: quiet });
let failed = 0;
for (const [name, claim] of Object.entries(claims)) {
  const house = await House.start(name);
  try {
    const { tab, codes } = await claim(house, browser);
    await house.check(tab, codes);
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.stack}`);
  } finally {
    house.end();
  }
}
await browser.close();
console.log(`${Object.keys(claims).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
