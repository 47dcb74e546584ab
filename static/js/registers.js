/*
 * The registers that this phone keeps, with or without a line. The page names nobody: who is expected comes from what
 * was taken along and locked (roster.js), and each register works as it does on its own page (register.js).
 */
import { SignedOut, inWords, load, newId } from "./marks.js";
import { Refused, drop, dropNote, fetched, keep, keepPage, note, notesOf, possible, read, readAll, renew, wire } from "./roster.js";
import { Register } from "./register.js";

const PLACE = /\/workshops\/([^/]+)\/(?:offline|sessions\/(\d+)\/register)\/$/;
const SOON = 30 * 60 * 1000;

class Registers {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    const [, code, number] = PLACE.exec(location.pathname) || [];
    this.code = code && decodeURIComponent(code);
    this.number = Number(location.hash.slice(1)) || Number(number) || null;
    this.roster = null;
    this.register = null;
    this.token = "";
  }

  part(selector) {
    return this.root.querySelector(selector);
  }

  async start() {
    if (!possible) return this.show("unfit");
    wire.addEventListener("message", () => location.reload());
    if (!this.code) return this.list();
    this.part("[data-keep]").addEventListener("click", () => this.take());
    this.part("[data-drop]").addEventListener("click", () => this.drop());
    this.part("[data-sessions]").addEventListener("change", (event) => this.choose(Number(event.target.value)));
    this.part("[data-note-form]").addEventListener("submit", (event) => this.write(event));
    this.part("[data-notes]").addEventListener("click", (event) => this.taken(event));
    window.addEventListener("online", () => this.refresh());
    this.roster = await read(this.code);
    if (!this.roster) return this.show("offer");
    await this.draw();
    return this.refresh();
  }

  show(name) {
    for (const part of this.root.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
  }

  say(words) {
    this.part("[data-said]").textContent = words;
    this.part("[data-said]").hidden = !words;
  }

  /* --- All workshops of this phone --- */

  async list() {
    const rosters = await readAll();
    this.part("[data-list]").replaceChildren(
      ...rosters.map((roster) => {
        const [item, link] = ["li", "a"].map((name) => document.createElement(name));
        link.href = this.address(roster.code);
        link.textContent = roster.title;
        item.append(link);
        return item;
      })
    );
    this.show(rosters.length ? "list" : "none");
  }

  address(code) {
    return `${this.words.workshops}${encodeURIComponent(code)}/offline/`;
  }

  /* --- Taking along, refreshing, dropping --- */

  async take() {
    if (await this.refresh()) {
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    }
  }

  /* What the server says by now. Without a line what is kept stays as it is. */
  async refresh() {
    try {
      await this.fetch();
      await this.draw();
      this.say("");
      if (this.register) this.register.send(true);
      return true;
    } catch (error) {
      await this.explain(error);
      return false;
    }
  }

  async fetch() {
    const answer = await fetched(`${this.address(this.code)}roster/`, this.code);
    await keep(answer);
    this.token = answer.token;
    this.roster = answer.roster;
    if (navigator.serviceWorker) await navigator.serviceWorker.register("/worker.js").catch(() => {});
    await keepPage(this.words.page);
  }

  async explain(error) {
    if (error instanceof SignedOut || error instanceof Refused) {
      this.close();
      this.show("offer");
      this.say(error instanceof SignedOut ? this.words.signedOut : error.message);
    } else if (!this.roster) {
      this.say(this.words.noLine);
    }
  }

  async drop() {
    await drop(this.code);
    this.close();
    this.show("offer");
  }

  close() {
    this.roster = null;
    if (this.register) this.register.stop();
    this.register = null;
    this.part("[data-place]").replaceChildren();
  }

  /* --- One workshop --- */

  async draw() {
    const taken = inWords(this.roster.taken, { dateStyle: "medium", timeStyle: "short" });
    this.part("[data-title]").textContent = this.roster.title;
    this.part("[data-kept]").textContent = this.words.keptWords
      .replace("{moment}", taken)
      .replace("{day}", this.roster.until_words);
    this.part("[data-sessions]").replaceChildren(...this.roster.sessions.map((session) => this.option(session)));
    this.show("kept");
    this.choose((this.session(this.number) || this.current()).number);
    await this.drawNotes();
  }

  option(session) {
    const option = document.createElement("option");
    const waiting = load(session.id).length;
    const words = [session.title, session.day, session.hours];
    if (waiting) words.push(this.words.differsWords.replace("{number}", waiting));
    option.value = session.number;
    option.textContent = words.join(" · ");
    return option;
  }

  session(number) {
    return this.roster.sessions.find((each) => each.number === number);
  }

  /* The session that goes on, or begins soon, or was the last to begin; else the first. */
  current() {
    const begun = this.roster.sessions.filter((each) => this.begins(each) <= SOON);
    return begun.length ? begun[begun.length - 1] : this.roster.sessions[0];
  }

  /* How long it is until a session begins, by the clock of the server as far as that is known. */
  begins(session) {
    return Date.parse(session.starts) - (Date.now() - this.roster.ahead);
  }

  choose(number) {
    this.number = number;
    const session = this.session(number);
    this.part("[data-sessions]").value = number;
    this.part("[data-online]").href = session.register;
    history.replaceState(null, "", `#${number}`);
    if (this.register && this.isTheSame(session)) {
      this.register.update(session.rows);
      this.register.root.querySelector("input[name=csrfmiddlewaretoken]").value = this.token;
      return;
    }
    if (this.register) this.register.stop();
    this.part("[data-place]").replaceChildren(this.built(session));
    this.register = new Register(this.part("[data-place] [data-register]"), { local: true, prepare: () => this.prepare() });
    this.register.root.addEventListener("settled", (event) => this.settled(session.id, event.detail));
    this.register.start();
    this.register.count();
  }

  /* Whether the register on the page has the same people, so that nobody's finger misses a row. */
  isTheSame(session) {
    const shown = this.register.root.dataset;
    return shown.key === String(session.id) && shown.made === this.made(session);
  }

  made(session) {
    return `${session.signed} ${session.rows.map(([person]) => person).join(" ")}`;
  }

  /* Nothing can be sent without a token, which comes with a fresh roster. */
  async prepare() {
    if (this.token) return;
    await this.fetch();
    this.register.root.querySelector("input[name=csrfmiddlewaretoken]").value = this.token;
  }

  built(session) {
    const kind = session.signed ? "signed" : "open";
    const register = this.copy(`[data-register-of=${kind}]`);
    Object.assign(register.dataset, { url: session.mark, key: session.id, made: this.made(session) });
    register.querySelector("input[name=csrfmiddlewaretoken]").value = this.token;
    register.querySelector(".register").append(...session.rows.map(([person, status]) => this.row(kind, person, status)));
    register.querySelector("[data-nobody]").hidden = session.rows.length > 0 || session.signed;
    const all = register.querySelector("[data-all]");
    if (all) all.hidden = this.begins(session) > 0;
    return register;
  }

  copy(selector) {
    return this.part(`template${selector}`).content.firstElementChild.cloneNode(true);
  }

  row(kind, person, status) {
    const row = this.copy(`[data-row-of=${kind}]`);
    const [name, agency] = this.roster.people[person];
    Object.assign(row, { id: `p-${person}` });
    Object.assign(row.dataset, { row: person });
    row.querySelector(".register__name").textContent = name;
    row.querySelector(".register__agency").textContent = agency;
    if (kind === "signed") {
      row.dataset.status = status;
      row.querySelector("[data-status-word]").append(this.copy(`[data-label=${status}]`));
      return row;
    }
    row.querySelector(".register__name").id = `n-${person}`;
    row.querySelector("[role=group]").setAttribute("aria-labelledby", `n-${person}`);
    for (const button of row.querySelectorAll("button[name=mark]")) {
      button.value = person + button.value;
      button.setAttribute("aria-pressed", String(button.value === `${person}:${status}`));
    }
    return row;
  }

  async settled(register, outcomes) {
    this.roster = (await renew(this.code, String(register), outcomes)) || this.roster;
  }

  /* --- Somebody who is on no register --- */

  async write(event) {
    event.preventDefault();
    const { name, agency } = Object.fromEntries(new FormData(event.target));
    await note(this.code, { id: newId(), name, agency, number: this.number, at: new Date().toISOString() });
    event.target.reset();
    event.target.closest("details").open = false;
    await this.drawNotes();
  }

  async drawNotes() {
    const notes = await notesOf(this.code);
    this.part("[data-notes]").hidden = !notes.length;
    this.part("[data-notes] ul").replaceChildren(...notes.map((each) => this.noted(each)));
  }

  noted({ id, name, agency, number, at }) {
    const item = this.copy("[data-note]");
    const session = this.session(number);
    const moment = inWords(at, { timeStyle: "short" });
    item.dataset.id = id;
    item.querySelector("[data-name]").textContent = name;
    item.querySelector("[data-agency]").textContent = agency;
    item.querySelector("[data-when]").textContent = session ? `${session.title}, ${moment}` : moment;
    if (session) item.querySelector("[data-walk-in]").href = session.walk_in;
    return item;
  }

  async taken(event) {
    const item = event.target.closest("button") && event.target.closest("[data-id]");
    if (!item) return;
    await dropNote(item.dataset.id);
    await this.drawNotes();
  }
}

const root = document.querySelector("[data-registers]");
if (root) new Registers(root).start();
