/*
 * Modules that this browser keeps at somebody's wish (keeping.js), and what was done in their copies without a line
 * (away.js). Both carry a key of the account, which says nothing else: it is compared whenever there is a line, and what
 * belongs to another account is wiped. What was done is sent as often as it takes; its id makes it one.
 */
import { cupboard } from "./cupboard.js";

export const CACHE = "lessons";
// Says to other pages (offline.js) that something is kept, and where to ask whose it is.
const FLAG = "lessons";
const AT_ONCE = 100;

export const possible = Boolean(navigator.serviceWorker && window.indexedDB && window.caches);

/* Tells other pages of this browser that everything is wiped. */
export const wire = window.BroadcastChannel ? new BroadcastChannel(CACHE) : new EventTarget();

const using = cupboard("lessons", { modules: "list", learned: "slot" });
// One after the other, so that nothing is sent twice at a time and nothing that comes meanwhile waits for the next line.
let settling = Promise.resolve();
// Whether this page knows already that what is kept belongs to whoever is signed in.
let ours = false;

/* --- Modules: {list, own, owner, day, total, pages: {address: mark}, files: [addresses]} --- */

export function modules() {
  return using("modules", "readonly", (store) => store.getAll());
}

export async function keepModule(row) {
  await using("modules", "readwrite", (store) => store.put(row));
  localStorage.setItem(FLAG, row.own);
}

/* Takes away a module with all that no other one needs. */
export async function dropModule(list) {
  const rows = await modules();
  const others = rows.filter((row) => row.list !== list);
  await using("modules", "readwrite", (store) => store.delete(list));
  if (!others.length) {
    await caches.delete(CACHE);
    return;
  }
  const needed = new Set(others.flatMap(addressesOf));
  const cache = await caches.open(CACHE);
  const row = rows.find((each) => each.list === list);
  const gone = row ? addressesOf(row).filter((address) => !needed.has(address)) : [];
  await Promise.all(gone.map((address) => cache.delete(address, { ignoreVary: true })));
}

function addressesOf(row) {
  return [...Object.keys(row.pages), ...row.files];
}

/* --- What was done: {slot, id, owner, kind, lesson, version?, given?, place?} --- */

function learned() {
  return using("learned", "readonly", (store) => store.getAll());
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* Keeps what was done until it is sent; the last word about one thing counts. Returns its id, or nothing where all that
   this browser kept was wiped meanwhile. */
export async function keepForLater(what) {
  const [row] = await modules();
  if (!row) return "";
  const id = newId();
  const slot = [what.lesson, what.kind, what.version || ""].join("/");
  await using("learned", "readwrite", (store) => store.put(Object.assign({}, what, { slot, id, owner: row.owner })));
  return id;
}

/* --- When there is a line --- */

/* Wipes what belongs to another account and sends what waits. Returns what became of it: [{id, message}], an empty
   message where it was taken. Nothing where there is no line or nobody is signed in. */
export function settle() {
  const turn = settling.then(settled);
  settling = turn.catch(() => {});
  return turn;
}

async function settled() {
  const own = localStorage.getItem(FLAG);
  const [kept, waiting] = await Promise.all([modules(), learned()]);
  if (!own || !(waiting.length || (kept.length && !ours))) return [];
  const response = await fetch(own, { headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) return [];
  const { owner, token } = await response.json();
  if (await belongsToOthers(owner)) return [];
  ours = true;
  const outcomes = [];
  for (let start = 0; start < waiting.length; start += AT_ONCE) {
    outcomes.push(...(await send(own, token, waiting.slice(start, start + AT_ONCE))));
  }
  return outcomes;
}

/* Whether what is kept was another account's; then it is gone. */
export async function belongsToOthers(owner) {
  const rows = [...(await modules()), ...(await learned())];
  const others = rows.some((row) => row.owner !== owner);
  if (others) await forget();
  return others;
}

async function send(own, token, rows) {
  const said = rows.map(({ id, kind, lesson, version, given, place }) => ({ id, kind, lesson, version, given, place }));
  const response = await fetch(own, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ learned: said }),
  });
  if (!response.ok || response.redirected) return [];
  const { outcomes } = await response.json();
  const settledIds = new Set(outcomes.map(({ id }) => id));
  const now = await learned();
  for (const row of now.filter(({ id }) => settledIds.has(id))) {
    await using("learned", "readwrite", (store) => store.delete(row.slot));
  }
  return outcomes;
}

/* Wipes everything, and says so to the other pages. */
export async function forget() {
  await using("modules", "readwrite", (store) => store.clear());
  await using("learned", "readwrite", (store) => store.clear());
  await caches.delete(CACHE);
  localStorage.removeItem(FLAG);
  if (wire.postMessage) wire.postMessage("forgotten");
}
