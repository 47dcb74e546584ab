/*
 * The register on a phone: a tap shows at once, is kept in this browser, and is sent after a moment in which it can be
 * undone. What could not be sent stays kept and is sent again: with growing pauses, when the line is back, when the
 * page is opened again. The server decides; every mark has an id, so that sending it twice is one mark. The clock of the
 * phone may be wrong: it is sent along, and the server reckons with the difference.
 * Without this module each button submits the form by itself.
 */
const UNDO_TIME = 4000;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;
const NOT_RECORDED = "not_recorded";

/* Why marks were not taken, in words for the page. */
class Trouble extends Error {}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

class Register {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.key = `register-${root.dataset.key}`;
    this.rows = new Map(Array.from(root.querySelectorAll("[data-row]"), (row) => [row.dataset.row, row]));
    this.token = root.querySelector("input[name=csrfmiddlewaretoken]").value;
    this.marks = new Map();
    this.last = null;
    this.pause = FIRST_PAUSE;
    this.timer = null;
    this.sending = null;
  }

  start() {
    this.takeUpKept();
    this.root.addEventListener("submit", (event) => this.submitted(event));
    this.listen("[data-undo]", "click", () => this.undo());
    document.addEventListener("click", (event) => this.leaving(event));
    window.addEventListener("online", () => this.send(true));
    window.addEventListener("pagehide", () => this.sendBlindly());
    this.startFilter();
  }

  /* A signed register has no buttons and no filter. */
  listen(selector, kind, action) {
    const part = this.root.querySelector(selector);
    if (!part) return;
    part.addEventListener(kind, action);
  }

  startFilter() {
    const field = this.root.querySelector("[data-filter]");
    if (field) field.hidden = false;
    this.listen("[data-filter]", "input", (event) => {
      const words = event.target.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      for (const row of this.rows.values()) {
        const text = row.querySelector(".register__person").textContent.toLocaleLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    });
  }

  /* --- Rows --- */

  /* A button's value is "<person>:<status>". */
  meaning(button) {
    return button.value.slice(button.value.lastIndexOf(":") + 1);
  }

  statusOf(row) {
    const pressed = row.querySelector("button[aria-pressed=true]");
    return pressed ? this.meaning(pressed) : NOT_RECORDED;
  }

  show(row, status) {
    for (const button of row.querySelectorAll("button[name=mark]")) {
      button.setAttribute("aria-pressed", String(this.meaning(button) === status));
    }
    this.count();
  }

  say(row, words) {
    row.querySelector("[data-state]").textContent = words;
  }

  /* What was tapped, why it was not taken, and the way to the place where it can be corrected. */
  sayRefused(row, mark) {
    this.say(row, mark.label ? `${mark.label}: ${mark.refusal}` : mark.refusal);
    if (!Array.from(row.querySelectorAll("a")).some((link) => link.pathname === mark.correct)) {
      const link = document.createElement("a");
      link.href = mark.correct;
      link.textContent = this.words.correct;
      row.querySelector("[data-state]").append(" ", link);
    }
  }

  count() {
    if (!this.root.querySelector("[data-count]")) return;
    const recorded = Array.from(this.rows.values()).filter((row) => this.statusOf(row) !== NOT_RECORDED).length;
    this.root.querySelector("[data-count]").textContent = this.words.countWords
      .replace("{recorded}", recorded)
      .replace("{expected}", this.rows.size);
  }

  trouble(words) {
    const line = this.root.querySelector("[data-trouble]");
    line.textContent = words;
    line.hidden = !words;
  }

  /* --- Marks --- */

  submitted(event) {
    const row = event.submitter && event.submitter.closest("[data-row]");
    if (!row) return;
    event.preventDefault();
    this.mark(row, this.meaning(event.submitter), row.querySelector("input[type=number]").value, event.submitter.textContent);
  }

  mark(row, status, minutes, label) {
    const person = row.dataset.row;
    const replaced = this.marks.get(person);
    const shown = this.statusOf(row);
    this.last = { person, shown, replaced };
    this.marks.set(person, {
      id: newId(),
      person,
      status,
      minutes,
      label,
      device_time: new Date().toISOString(),
      before: replaced ? replaced.before : shown,
      due: Date.now() + UNDO_TIME,
    });
    this.show(row, status);
    this.say(row, this.words.kept);
    this.root.querySelector("[data-undo]").hidden = false;
    this.keep();
    this.plan(UNDO_TIME);
  }

  /* Takes the last tap back; a tap before it that was not sent yet is to be sent again. */
  undo() {
    if (!this.last) return;
    const { person, shown, replaced } = this.last;
    const row = this.rows.get(person);
    if (replaced) this.marks.set(person, replaced);
    else this.marks.delete(person);
    this.show(row, shown);
    this.say(row, replaced ? this.words.kept : "");
    this.forgetUndo();
    this.keep();
    row.querySelector("button[name=mark]").focus();
  }

  forgetUndo() {
    this.last = null;
    this.root.querySelector("[data-undo]").hidden = true;
  }

  /* --- Kept in this browser: ids and states, no names --- */

  keep() {
    try {
      if (this.marks.size) localStorage.setItem(this.key, JSON.stringify(Array.from(this.marks.values())));
      else localStorage.removeItem(this.key);
    } catch (error) {
      this.send(true);
    }
  }

  takeUpKept() {
    let kept = [];
    try {
      kept = JSON.parse(localStorage.getItem(this.key) || "[]");
    } catch (error) {
      kept = [];
    }
    for (const mark of kept) {
      const row = this.rows.get(mark.person);
      if (!row || !mark.id || (row.dataset.status === mark.status && !mark.minutes)) continue;
      this.marks.set(mark.person, { ...mark, due: 0 });
      if (mark.refusal) {
        this.sayRefused(row, mark);
      } else {
        this.show(row, mark.status);
        this.say(row, this.words.kept);
      }
    }
    this.keep();
    this.trouble(this.refused());
    if (this.unsent().length) this.send(true);
  }

  unsent() {
    return Array.from(this.marks.values()).filter((mark) => !mark.refusal);
  }

  /* A mark that a signed register refused stays until somebody goes to correct the record. */
  refused() {
    return this.unsent().length < this.marks.size ? this.words.refused : "";
  }

  forget(row) {
    this.marks.delete(row.dataset.row);
    this.keep();
  }

  /* --- Sending --- */

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(false), wait);
  }

  body(marks) {
    const events = marks.map(({ id, person, status, minutes, device_time }) => ({ id, person, status, minutes, device_time }));
    return {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({ now: new Date().toISOString(), events }),
    };
  }

  async send(all) {
    if (this.sending) await this.sending;
    const unsent = this.unsent();
    const marks = unsent.filter((mark) => all || mark.due <= Date.now());
    if (!marks.length) {
      if (unsent.length) this.plan(Math.max(0, Math.min(...unsent.map((mark) => mark.due)) - Date.now()));
      return true;
    }
    this.sending = this.deliver(marks);
    const done = await this.sending;
    this.sending = null;
    if (done && this.unsent().length) this.plan(UNDO_TIME);
    return done;
  }

  async deliver(marks) {
    if (this.last && marks.some((mark) => mark.person === this.last.person)) this.forgetUndo();
    try {
      const response = await fetch(this.words.url, this.body(marks));
      if (response.redirected || response.status === 403) throw new Trouble(this.words.signedOut);
      const answer = await response.json();
      if (!response.ok) throw new Trouble(answer.message);
      answer.outcomes.forEach((outcome) => this.settle(outcome));
      this.trouble(this.refused());
      this.pause = FIRST_PAUSE;
      return true;
    } catch (error) {
      this.trouble(error instanceof Trouble ? error.message : this.words.waiting);
      this.plan(this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
      return false;
    } finally {
      this.keep();
    }
  }

  settle(outcome) {
    const row = this.rows.get(outcome.person);
    const mark = this.marks.get(outcome.person);
    if (!mark || mark.id !== outcome.id) return;
    this.marks.delete(outcome.person);
    if (!row) return;
    this.show(row, outcome.accepted ? outcome.status : mark.before);
    this.say(row, outcome.accepted ? this.words.sent : outcome.message);
    if (!outcome.correct) return;
    Object.assign(mark, { refusal: outcome.message, correct: outcome.correct });
    this.marks.set(outcome.person, mark);
    this.sayRefused(row, mark);
  }

  sendBlindly() {
    const marks = this.unsent();
    if (marks.length) fetch(this.words.url, { ...this.body(marks), keepalive: true });
  }

  /* A link or button that leaves the page waits until the marks are there; the second time it goes at once. */
  async leaving(event) {
    const way = event.target.closest("a[href], .toolbar form button");
    if (!way) return;
    const row = way.closest("[data-row]");
    if (row && this.marks.has(row.dataset.row) && this.marks.get(row.dataset.row).refusal) this.forget(row);
    if (!this.unsent().length || way.dataset.goes) return;
    event.preventDefault();
    way.dataset.goes = "yes";
    if (await this.send(true)) way.click();
  }
}

const root = document.querySelector("[data-register]");
if (root) new Register(root).start();
