/*
 * The register on a phone: a tap shows at once, is kept in this browser, and is sent after a moment in which it can be
 * undone. What could not be sent stays kept and is sent again: with growing pauses, when the line is back, when the
 * page is opened again. The server decides; where it does not agree, the page says so until somebody has read it.
 * Without this module each button submits the form by itself.
 */
import { SignedOut, Trouble, deliver, deliverOthers, inWords, isDifference, isUnsent, load, newId, remainder, request, save } from "./marks.js";

const UNDO_TIME = 4000;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;
const NOT_RECORDED = "not_recorded";
const PRESENT = "present";

export class Register {
  /* `local`: the page has no form behind its buttons. `prepare` is awaited before anything is sent. */
  constructor(root, { local = false, prepare = async () => {} } = {}) {
    this.root = root;
    this.words = root.dataset;
    this.local = local;
    this.prepare = prepare;
    this.rows = new Map(Array.from(root.querySelectorAll("[data-row]"), (row) => [row.dataset.row, row]));
    this.marks = new Map();
    this.last = [];
    this.pause = FIRST_PAUSE;
    this.timer = null;
    this.sending = null;
    this.ended = new AbortController();
  }

  get token() {
    return this.root.querySelector("input[name=csrfmiddlewaretoken]").value;
  }

  start() {
    const { signal } = this.ended;
    this.takeUpKept();
    this.root.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.listen("[data-undo]", "click", () => this.undo());
    this.listen("[data-differences]", "click", (event) => this.acknowledge(event));
    document.addEventListener("click", (event) => this.leaving(event), { signal });
    window.addEventListener("online", () => this.send(true), { signal });
    window.addEventListener("pagehide", () => this.sendBlindly(), { signal });
    this.startFilter();
  }

  /* Another register takes the place of this one; what waits stays kept. */
  stop() {
    this.ended.abort();
    clearTimeout(this.timer);
  }

  /* A signed register has no buttons and no filter. */
  listen(selector, kind, action) {
    const part = this.root.querySelector(selector);
    if (!part) return;
    part.addEventListener(kind, action, { signal: this.ended.signal });
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

  /* What was tapped, why it was not taken, and the way to the place where it can be mended. */
  sayRefused(row, mark) {
    this.say(row, mark.label ? `${mark.label}: ${mark.refusal}` : mark.refusal);
    if (mark.correct && !Array.from(row.querySelectorAll("a")).some((link) => link.pathname === mark.correct)) {
      row.querySelector("[data-state]").append(" ", this.wayToMend(mark));
    }
  }

  wayToMend(mark) {
    const link = document.createElement("a");
    link.href = mark.correct;
    link.textContent = mark.correctLabel || this.words.correct;
    return link;
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

  /* What the server says by now, where no mark of this phone says more. */
  update(statuses) {
    for (const [person, status] of statuses) {
      const row = this.rows.get(person);
      if (row && !this.marks.has(person)) this.show(row, status);
    }
  }

  /* --- Marks --- */

  submitted(event) {
    const button = event.submitter;
    if (!button) return;
    if (button.matches("[data-all]") && this.isAlone()) {
      event.preventDefault();
      this.markAll(button.dataset.all);
      return;
    }
    const row = button.closest("[data-row]");
    if (!row) return;
    event.preventDefault();
    const minutes = row.querySelector("input[type=number]").value;
    this.tap([{ row, status: this.meaning(button), minutes, label: button.textContent }]);
  }

  /* Whether there is no server to do what a form asks for. */
  isAlone() {
    return this.local || !navigator.onLine;
  }

  /* Everybody of whom the register says nothing yet is there; the exceptions come after. */
  markAll(label) {
    const blank = Array.from(this.rows.values()).filter((row) => this.statusOf(row) === NOT_RECORDED);
    if (blank.length) this.tap(blank.map((row) => ({ row, status: PRESENT, minutes: "", label })));
  }

  tap(taps) {
    this.last = taps.map(({ row, status, minutes, label }) => this.mark(row, status, minutes, label));
    this.root.querySelector("[data-undo]").hidden = false;
    this.keep();
    this.showDifferences();
    this.plan(UNDO_TIME);
  }

  mark(row, status, minutes, label) {
    const person = row.dataset.row;
    const replaced = this.marks.get(person);
    const shown = this.statusOf(row);
    this.marks.set(person, {
      id: newId(),
      person,
      status,
      minutes,
      label,
      url: this.words.url,
      device_time: new Date().toISOString(),
      before: replaced ? replaced.before : shown,
      due: Date.now() + UNDO_TIME,
    });
    this.show(row, status);
    this.say(row, this.words.kept);
    return { person, shown, replaced };
  }

  /* Takes the last tap back; a tap before it that was not sent yet is to be sent again. */
  undo() {
    if (!this.last.length) return;
    for (const { person, shown, replaced } of this.last) {
      const row = this.rows.get(person);
      if (replaced) this.marks.set(person, replaced);
      else this.marks.delete(person);
      this.show(row, shown);
      this.say(row, replaced ? this.words.kept : "");
    }
    const row = this.rows.get(this.last[0].person);
    this.forgetUndo();
    this.keep();
    this.showDifferences();
    row.querySelector("button[name=mark]").focus();
  }

  forgetUndo() {
    this.last = [];
    const button = this.root.querySelector("[data-undo]");
    if (button) button.hidden = true;
  }

  /* --- Kept in this browser: ids and states, no names --- */

  keep() {
    try {
      save(this.words.key, Array.from(this.marks.values()));
    } catch (error) {
      this.send(true);
    }
  }

  takeUpKept() {
    for (const mark of load(this.words.key)) {
      const row = this.rows.get(mark.person);
      const agreed = row && row.dataset.status === mark.status && !mark.minutes;
      if (agreed) continue;
      this.marks.set(mark.person, Object.assign({}, mark, { due: 0 }));
      if (row) this.showKept(row, mark);
    }
    this.keep();
    this.showDifferences();
    this.sayWhatIsLeft();
    if (this.unsent().length) this.send(true);
  }

  showKept(row, mark) {
    if (mark.refusal) {
      this.sayRefused(row, mark);
    } else if (mark.outweighed) {
      this.say(row, this.words.outweighed);
    } else {
      this.show(row, mark.status);
      this.say(row, this.words.kept);
    }
  }

  unsent() {
    return Array.from(this.marks.values()).filter(isUnsent);
  }

  forget(person) {
    this.marks.delete(person);
    this.keep();
  }

  /* --- What the register says otherwise --- */

  differences() {
    return Array.from(this.marks.values()).filter(isDifference);
  }

  /* A mark that the register contradicts stays until somebody has read why, or goes to mend it. */
  showDifferences() {
    const differences = this.differences();
    const part = this.root.querySelector("[data-differences]");
    part.hidden = !differences.length;
    part.querySelector("ul").replaceChildren(...differences.map((mark) => this.difference(mark)));
  }

  /* A signed register says in one sentence why it took no marks. */
  sayWhatIsLeft() {
    this.trouble(this.differences().length ? this.words.refused || "" : "");
  }

  difference(mark) {
    const item = this.root.querySelector("template[data-difference]").content.firstElementChild.cloneNode(true);
    const row = this.rows.get(mark.person);
    const moment = inWords(mark.device_time, { timeStyle: "short" });
    item.dataset.person = mark.person;
    item.querySelector("[data-name]").textContent = row ? row.querySelector(".register__name").textContent : mark.person;
    item.querySelector("[data-captured]").textContent = [mark.label, mark.minutes, moment].filter(Boolean).join(" · ");
    item.querySelector("[data-why]").textContent = mark.refusal || mark.message || this.words.outweighed;
    if (mark.correct) item.querySelector("[data-ways]").prepend(this.wayToMend(mark));
    return item;
  }

  acknowledge(event) {
    const item = event.target.closest("button") && event.target.closest("[data-person]");
    if (!item) return;
    const row = this.rows.get(item.dataset.person);
    if (row) this.say(row, "");
    this.forget(item.dataset.person);
    this.showDifferences();
  }

  /* --- Sending --- */

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(false), wait);
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
    if (this.last.some(({ person }) => marks.some((mark) => mark.person === person))) this.forgetUndo();
    try {
      await this.prepare();
      const outcomes = await deliver(this.words.url, this.token, marks);
      outcomes.forEach((outcome) => this.settle(outcome));
      this.root.dispatchEvent(new CustomEvent("settled", { detail: outcomes }));
      this.showDifferences();
      this.sayWhatIsLeft();
      await deliverOthers(this.token, this.words.key);
      this.pause = FIRST_PAUSE;
      return true;
    } catch (error) {
      this.trouble(this.reason(error));
      this.plan(this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
      return false;
    } finally {
      this.keep();
    }
  }

  reason(error) {
    if (error instanceof SignedOut) return this.words.signedOut;
    return error instanceof Trouble ? error.message : this.words.waiting;
  }

  settle(outcome) {
    const row = this.rows.get(outcome.person);
    const mark = this.marks.get(outcome.person);
    if (!mark || mark.id !== outcome.id) return;
    const left = remainder(mark, outcome);
    if (left) this.marks.set(outcome.person, left);
    else this.marks.delete(outcome.person);
    if (!row) return;
    this.show(row, outcome.accepted ? outcome.status : mark.before);
    if (left) this.showKept(row, left);
    else this.say(row, this.words.sent);
  }

  sendBlindly() {
    const marks = this.unsent();
    if (marks.length && this.token) fetch(this.words.url, Object.assign(request(this.token, marks), { keepalive: true }));
  }

  /* A link or button that leaves the page waits until the marks are there; the second time it goes at once. */
  async leaving(event) {
    const way = event.target.closest("a[href], .toolbar form button");
    if (!way || (way.matches("[data-all]") && this.isAlone())) return;
    const place = way.closest("[data-row], [data-person]");
    const person = place && (place.dataset.row || place.dataset.person);
    if (person && this.marks.has(person) && this.marks.get(person).refusal) this.forget(person);
    if (!this.unsent().length || way.dataset.goes) return;
    event.preventDefault();
    way.dataset.goes = "yes";
    if (await this.send(true)) way.click();
  }
}

const root = document.querySelector("[data-register]");
if (root) new Register(root).start();
