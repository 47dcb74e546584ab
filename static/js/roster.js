/*
 * The names that a phone takes along, locked. The server gives a key to whoever is signed in; it is kept as a key that no
 * script can read, and thrown away at sign-out, together with what it locks. What somebody wrote down about people who
 * are on no register is locked with another key, which comes again with the same account: nothing that was not entered
 * yet is lost.
 */
import { cupboard } from "./cupboard.js";
import { SignedOut } from "./marks.js";

const NAME = "registers";
const PAGES = "registers";

export const possible = Boolean(window.indexedDB && window.crypto && crypto.subtle && window.caches);

/* Tells other pages of this browser that the names are gone. */
export const wire = window.BroadcastChannel ? new BroadcastChannel(NAME) : new EventTarget();

/* --- The cupboard --- */

const using = cupboard(NAME, { rosters: "code", notes: "id" });

/* --- The locks --- */

function keyOf(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function sealed(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}

async function unsealed(key, { iv, data }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data)));
}

/* --- Rosters --- */

/* Keeps what the server gave: {roster, key, notes_key, owner}, and by how much the clock of this device is ahead. */
export async function keep({ roster, key, notes_key, owner }) {
  const [lock, notesKey] = await Promise.all([keyOf(key), keyOf(notes_key)]);
  const { code, until } = roster;
  roster.ahead = Date.now() - Date.parse(roster.taken);
  const row = { code, until, ahead: roster.ahead, owner, key: lock, notesKey, sealed: await sealed(lock, roster) };
  await using("rosters", "readwrite", (store) => store.put(row));
}

/* Lets a roster say what the server said about the marks of a register. Returns it as it is now, or nothing. */
export async function renew(code, register, outcomes) {
  const row = await using("rosters", "readonly", (store) => store.get(code));
  if (!row) return null;
  const roster = await unsealed(row.key, row.sealed);
  const said = new Map(outcomes.filter((outcome) => outcome.status).map(({ person, status }) => [person, status]));
  for (const session of roster.sessions.filter((each) => String(each.id) === register)) {
    session.rows = session.rows.map(([person, status]) => [person, said.get(person) || status]);
  }
  row.sealed = await sealed(row.key, roster);
  await using("rosters", "readwrite", (store) => store.put(row));
  return roster;
}

/* The roster of a workshop, or nothing: never taken along, or to be forgotten by now. */
export async function read(code) {
  await dropWhatIsOver();
  const row = await using("rosters", "readonly", (store) => store.get(code));
  return row ? unsealed(row.key, row.sealed) : null;
}

export async function readAll() {
  await dropWhatIsOver();
  const rows = await using("rosters", "readonly", (store) => store.getAll());
  return Promise.all(rows.map((row) => unsealed(row.key, row.sealed)));
}

export function drop(code) {
  return using("rosters", "readwrite", (store) => store.delete(code));
}

/* The date, by a clock that is ahead by so much: "2026-03-09". */
function today(ahead) {
  const now = new Date(Date.now() - ahead);
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

async function dropWhatIsOver() {
  const rows = await using("rosters", "readonly", (store) => store.getAll());
  const over = rows.filter((row) => row.until < today(row.ahead));
  await Promise.all(over.map((row) => drop(row.code)));
}

/* Forgets all names and keys. */
export async function forget() {
  await using("rosters", "readwrite", (store) => store.clear());
  await caches.delete(PAGES);
  if (wire.postMessage) wire.postMessage("forgotten");
}

/* --- Notes about people who are on no register --- */

export async function note(code, words) {
  const row = await using("rosters", "readonly", (store) => store.get(code));
  const locked = { id: words.id, code, owner: row.owner, sealed: await sealed(row.notesKey, words) };
  await using("notes", "readwrite", (store) => store.put(locked));
}

/* What this account wrote down for a workshop, in its order. */
export async function notesOf(code) {
  const row = await using("rosters", "readonly", (store) => store.get(code));
  const all = await using("notes", "readonly", (store) => store.getAll());
  if (!row) return [];
  const own = all.filter((each) => each.code === code && each.owner === row.owner);
  const notes = await Promise.all(own.map((each) => unsealed(row.notesKey, each.sealed)));
  return notes.sort((one, other) => one.at.localeCompare(other.at));
}

export function dropNote(id) {
  return using("notes", "readwrite", (store) => store.delete(id));
}

export function countNotes() {
  return using("notes", "readonly", (store) => store.count());
}

/* --- Asking the server --- */

/* Why a workshop cannot be taken along, in words of the server. */
export class Refused extends Error {}

/* Fetches a roster. Throws Refused or SignedOut, having forgotten what may not be kept; TypeError without a line. */
export async function fetched(address, code) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (response.redirected || response.status === 401 || response.status === 403) {
    await forget();
    throw new SignedOut();
  }
  if (response.status === 404 || response.status === 409) {
    await drop(code);
    throw new Refused(response.status === 409 ? (await response.json()).message : "");
  }
  if (!response.ok) throw new TypeError(String(response.status));
  return response.json();
}

/* Keeps the page that shows the registers without a line, and what it is made of. It names nobody. */
export async function keepPage(address) {
  const response = await fetch(address, { cache: "reload" });
  if (!response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.clone().text(), "text/html");
  const parts = page.querySelectorAll("script[src], link[rel=modulepreload], link[rel=stylesheet], link[rel=icon]");
  const cache = await caches.open(PAGES);
  await cache.addAll(Array.from(parts, (part) => part.getAttribute("src") || part.getAttribute("href")));
  await cache.put(address, response);
}
