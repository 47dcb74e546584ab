/*
 * Keeps a module on this device when somebody asks for it, says how much of it is there, and takes it away again. Bound
 * to [data-keep], the address at which the server says what there is to fetch; keep.js brings it.
 */
import { CACHE, belongsToOthers, dropModule, keepModule, modules, settle, wire } from "./later.js";

/* Nobody is signed in any more. */
class SignedOut extends Error {}

/* The browser keeps nothing here, or has no room left. */
class NoRoom extends Error {}

class Keeping {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.row = null;
    this.wiped = false;
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  async start() {
    wire.addEventListener("message", () => {
      this.wiped = true;
      location.reload();
    });
    window.addEventListener("online", () => this.send());
    this.part("take").onclick = () => this.take();
    this.part("renew").addEventListener("click", () => this.take());
    this.part("remove").addEventListener("click", () => this.remove());
    this.offer = this.part("state").textContent;
    await belongsToOthers(this.words.owner);
    await this.send();
    this.row = (await modules()).find((row) => row.list === this.words.keep) || null;
    this.draw();
    this.root.hidden = false;
    if (this.words.wanted) await this.take();
    else if (this.row) await this.compare();
  }

  /* What was done without a line is sent; then the page has more to show. */
  async send() {
    const outcomes = await settle().catch(() => []);
    if (outcomes.length) location.reload();
  }

  say(words) {
    this.part("state").textContent = words;
  }

  /* `more`: words about what the server has beyond what is kept, with the button that fetches it. */
  draw(more = "") {
    const { row } = this;
    this.part("take").hidden = Boolean(row);
    this.part("remove").hidden = !row;
    this.part("renew").hidden = !more;
    this.part("renew").textContent = more === this.words.partlyWords ? this.words.restWords : this.words.renewWords;
    this.part("bar").hidden = true;
    if (!row) return this.say(this.offer);
    const done = Object.keys(row.pages).length;
    const kept = this.words.keptWords
      .replace("{day}", row.day)
      .replace("{done}", Math.max(0, done - 1))
      .replace("{total}", row.total - 1);
    return this.say([kept, more].filter(Boolean).join(" "));
  }

  /* Whether the server has something that is not kept. Without a line what is kept stays as it is. */
  async compare() {
    try {
      const { pages } = await this.list();
      const missing = pages.some(({ address }) => !(address in this.row.pages));
      const newer = pages.some(({ address, mark }) => this.row.pages[address] !== mark);
      if (newer) this.draw(missing ? this.words.partlyWords : this.words.newerWords);
    } catch (error) {
      if (error instanceof SignedOut) this.say(this.words.signedOutWords);
    }
  }

  async list() {
    return (await this.fetched(this.words.keep)).json();
  }

  async fetched(address) {
    const response = await fetch(address, { cache: "no-store" });
    if (response.redirected || response.status === 403) throw new SignedOut();
    if (!response.ok) throw new TypeError(String(response.status));
    return response;
  }

  async take() {
    for (const name of ["take", "renew", "remove"]) this.part(name).disabled = true;
    try {
      const list = await this.list();
      await this.keep(list);
      this.draw();
    } catch (error) {
      await this.explain(error);
    } finally {
      for (const name of ["take", "renew", "remove"]) this.part(name).disabled = false;
    }
    const shown = ["remove", "take"].map((name) => this.part(name)).find((button) => !button.hidden);
    if (document.activeElement === document.body) shown.focus();
  }

  /* Fetches what is not kept as it is now, page by page, so that an interruption loses nothing. */
  async keep({ owner, day, pages, files }) {
    await registered();
    const cache = await room(() => caches.open(CACHE));
    const before = this.row || { pages: {}, files: [] };
    const marks = Object.fromEntries(pages.map(({ address, mark }) => [address, mark]));
    const still = Object.entries(before.pages).filter(([address]) => address in marks);
    const row = { list: this.words.keep, own: this.words.own, owner, day, total: pages.length };
    Object.assign(row, { pages: Object.fromEntries(still), files: [...new Set([...before.files, ...files])] });
    const wanted = pages.filter(({ address, mark }) => row.pages[address] !== mark);
    for (const [place, { address, mark }] of wanted.entries()) {
      this.progress(place, wanted.length);
      const response = await this.fetched(address);
      const pictures = picturesIn(await response.clone().text());
      for (const file of place ? pictures : [...files, ...pictures]) await this.keepFile(cache, file);
      if (this.wiped) return;
      await room(() => cache.put(address, response));
      row.pages[address] = mark;
      row.files = [...new Set([...row.files, ...pictures])];
      await room(() => keepModule(row));
      this.row = row;
    }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  }

  async keepFile(cache, address) {
    const response = await fetch(address);
    if (response.ok) await room(() => cache.put(address, response));
  }

  progress(done, total) {
    this.part("bar").hidden = false;
    Object.assign(this.part("progress"), { value: done, max: total });
    this.say(this.words.fetchedWords.replace("{done}", done).replace("{total}", total));
  }

  async explain(error) {
    if (error instanceof NoRoom) {
      await dropModule(this.words.keep).catch(() => {});
      this.row = null;
      this.draw();
      this.part("take").disabled = false;
      return this.say(this.words.fullWords);
    }
    this.draw(this.row ? this.words.partlyWords : "");
    if (error instanceof SignedOut) return this.say(this.words.signedOutWords);
    if (!this.row) this.say(this.words.noLineWords);
    return undefined;
  }

  async remove() {
    await dropModule(this.words.keep);
    this.row = null;
    this.draw();
    this.part("take").focus();
  }
}

function picturesIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return Array.from(page.querySelectorAll("main img[src]"), (image) => image.getAttribute("src"));
}

async function registered() {
  await room(() => navigator.serviceWorker.register("/worker.js"));
}

/* Whatever fails here fails for want of room or of leave to keep. */
async function room(action) {
  try {
    return await action();
  } catch (error) {
    throw new NoRoom(String(error));
  }
}

const root = document.querySelector("[data-keep]");
const keeping = new Keeping(root);
// A browser that opens no database keeps nothing.
keeping.start().catch((error) => keeping.explain(new NoRoom(String(error))));
