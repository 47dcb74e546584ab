/*
 * Marks that are not settled yet, kept in this browser until they are: ids and states, no names. Every mark has an id of
 * its own, so that sending it twice is one mark. The clock of the device may be wrong: what it says is sent along, and
 * the server reckons with the difference. A mark is settled when the register says the same, or when somebody has read
 * why it does not.
 */
const PREFIX = "register-";
const AT_ONCE = 200;

/* Why marks were not taken, in words for the page. */
export class Trouble extends Error {}

/* Nobody is signed in any more. */
export class SignedOut extends Error {}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/* The name that this browser gave itself; without a memory it is another one each time. */
function device() {
  try {
    const name = localStorage.getItem("device") || newId().slice(0, 8);
    localStorage.setItem("device", name);
    return name;
  } catch (error) {
    return "";
  }
}

export function load(register) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + register) || "[]").filter((mark) => mark.id);
  } catch (error) {
    return [];
  }
}

/* What outweighs a mark names somebody: that is not kept, but asked for again. */
export function save(register, marks) {
  const kept = marks.map((mark) => (mark.outweighed ? Object.assign({}, mark, { message: "" }) : mark));
  if (kept.length) localStorage.setItem(PREFIX + register, JSON.stringify(kept));
  else localStorage.removeItem(PREFIX + register);
}

/* Whether the server has still to be asked about a mark. */
export function isUnsent(mark) {
  return !mark.refusal && !(mark.outweighed && mark.message);
}

export function isDifference(mark) {
  return Boolean(mark.refusal || mark.outweighed);
}

export function request(token, marks) {
  const events = marks.map(({ id, person, status, minutes, device_time }) => ({ id, person, status, minutes, device_time }));
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ now: new Date().toISOString(), device: device(), events }),
  };
}

/* Sends marks of one register in the order in which they were made. Returns what became of each. */
export async function deliver(url, token, marks) {
  const ordered = [...marks].sort((one, other) => one.device_time.localeCompare(other.device_time));
  const outcomes = [];
  for (let start = 0; start < ordered.length; start += AT_ONCE) {
    const response = await fetch(url, request(token, ordered.slice(start, start + AT_ONCE)));
    if (response.redirected || response.status === 403) throw new SignedOut();
    const answer = await response.json();
    if (!response.ok) throw new Trouble(answer.message);
    outcomes.push(...answer.outcomes);
  }
  return outcomes;
}

/* What is left of a mark once the server has answered: nothing, or the mark with what is different. */
export function remainder(mark, outcome) {
  if (outcome.accepted && !outcome.outweighed) return null;
  const { message, correct, correct_label } = outcome;
  const why = outcome.accepted ? { outweighed: true, message } : { refusal: message };
  return Object.assign({}, mark, why, { correct, correctLabel: correct_label });
}

/* A moment as people here write it; where English is read, the day has 24 hours too. */
export function inWords(moment, parts) {
  const { lang } = document.documentElement;
  return new Date(moment).toLocaleString(lang === "en" ? "en-GB" : lang, parts);
}

/* The registers of which something is kept. */
export function registers() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  } catch (error) {
    return [];
  }
}

/* Sends what other registers than the one on the page still wait with. */
export async function deliverOthers(token, shown) {
  for (const register of registers().filter((each) => each !== shown)) {
    const marks = load(register);
    const unsent = marks.filter((mark) => isUnsent(mark) && mark.url);
    if (!unsent.length) continue;
    const outcomes = new Map((await deliver(unsent[0].url, token, unsent)).map((outcome) => [outcome.id, outcome]));
    const left = marks.map((mark) => (outcomes.has(mark.id) ? remainder(mark, outcomes.get(mark.id)) : mark));
    save(register, left.filter(Boolean));
  }
}
