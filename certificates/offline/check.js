/*
 * Checks a credential, or the one inside a PDF, with the keys and lists that this page carries: the proof over its
 * spelling (eddsa-jcs-2022) and its bit in the status list. Nothing is asked of any network.
 */
"use strict";

const known = JSON.parse(document.getElementById("known").textContent);
const answer = document.getElementById("answer");
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const MOST = 5 * 1024 * 1024;
const MOST_STREAMS = 300;
const MOST_TEXT = 256 * 1024;
const encoder = new TextEncoder();

function base58(text) {
  if (text[0] !== "z") throw new Error("multibase");
  const bytes = [];
  for (const letter of text.slice(1)) {
    let carry = ALPHABET.indexOf(letter);
    if (carry < 0) throw new Error("base58");
    for (let place = 0; place < bytes.length; place += 1) {
      carry += bytes[place] * 58;
      bytes[place] = carry & 255;
      carry >>= 8;
    }
    for (; carry; carry >>= 8) bytes.push(carry & 255);
  }
  for (const letter of text.slice(1)) {
    if (letter !== ALPHABET[0]) break;
    bytes.push(0);
  }
  return new Uint8Array(bytes.reverse());
}

/* RFC 8785: JavaScript writes numbers and strings as it asks for; members go by their UTF-16 units. */
function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

async function hash(value) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(canonical(value))));
}

function without(value, name) {
  const rest = Object.assign({}, value);
  delete rest[name];
  return rest;
}

async function holds(credential) {
  const spelling = [].concat(credential.proof).find((each) => each && each.cryptosuite === "eddsa-jcs-2022");
  if (!spelling || spelling.proofPurpose !== "assertionMethod" || !known.methods.includes(spelling.verificationMethod)) return false;
  const signed = new Uint8Array(64);
  signed.set(await hash(without(spelling, "proofValue")));
  signed.set(await hash(without(credential, "proof")), 32);
  const raw = base58(spelling.verificationMethod.split("#")[1]).slice(2);
  const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, base58(spelling.proofValue), signed);
}

async function unpacked(bytes, format, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let step = await reader.read(); !step.done && size < most; step = await reader.read()) {
      parts.push(step.value);
      size += step.value.length;
    }
  } catch (error) {
    /* What came before the damage is looked at. */
  }
  reader.cancel().catch(() => {});
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function outOfForce(credential) {
  const entry = credential.credentialStatus;
  const list = entry && known.lists[entry.statusListCredential];
  if (!list) return null;
  const packed = Uint8Array.from(atob(list.slice(1).replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const bits = await unpacked(packed, "gzip", MOST);
  const place = Number(entry.statusListIndex);
  return Boolean(bits[place >> 3] & (128 >> (place & 7)));
}

function isPdf(bytes) {
  return new TextDecoder("latin1").decode(bytes.slice(0, 1024)).includes("%PDF-");
}

async function credentialIn(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  if (!isPdf(bytes)) return JSON.parse(new TextDecoder().decode(bytes));
  let place = 0;
  for (let count = 0; count < MOST_STREAMS; count += 1) {
    const found = /stream\r?\n/g;
    found.lastIndex = place;
    const start = found.exec(text);
    if (!start) return null;
    const end = text.indexOf("endstream", found.lastIndex);
    place = end < 0 ? found.lastIndex : end + 9;
    const body = bytes.slice(found.lastIndex, end < 0 ? undefined : end);
    if ((body[0] & 15) !== 8) continue;
    /* Bytes behind the last block, as the line end before "endstream", would count as damage: what came is enough. */
    const said = new TextDecoder().decode(await unpacked(body, "deflate", MOST_TEXT));
    if (said.startsWith("{") && said.includes('"credentialSubject"')) return JSON.parse(said);
  }
  return null;
}

function say(state, heading, facts = []) {
  answer.dataset.state = state;
  answer.replaceChildren();
  const title = document.createElement("h2");
  title.textContent = heading;
  const list = document.createElement("dl");
  for (const [label, value] of facts) {
    if (!value) continue;
    const term = document.createElement("dt");
    const words = document.createElement("dd");
    term.textContent = label;
    words.textContent = value;
    list.append(term, words);
  }
  answer.append(title, list);
}

function factsOf(credential) {
  const subject = credential.credentialSubject || {};
  const names = [].concat(subject.identifier || []).map((each) => each.identityHash);
  return [
    [known.words.holder, names.join(" · ")],
    [known.words.subject, (subject.achievement || {}).name],
    [known.words.issued, credential.validFrom],
    [known.words.expires, credential.validUntil],
  ];
}

async function check(file) {
  if (file.size > MOST) return say("unknown", known.words.large);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const credential = await credentialIn(bytes).catch(() => null);
  /* The same key signs lists and records of several certificates; they are none. */
  if (!credential || ![].concat(credential.type).includes("OpenBadgeCredential")) return say("unknown", known.words.none);
  if (!(await holds(credential))) return say("altered", known.words.altered);
  const out = await outOfForce(credential);
  if (out) return say("revoked", known.words.revoked, factsOf(credential));
  if (credential.validUntil && new Date(credential.validUntil) < new Date()) {
    return say("expired", known.words.expired, factsOf(credential));
  }
  /* A genuine credential can be put into a PDF whose page says something else. */
  const valid = isPdf(bytes) ? known.words.compare : known.words.valid;
  return say("valid", out === null ? known.words.genuine : valid, factsOf(credential));
}

document.getElementById("file").addEventListener("change", (event) => {
  const file = event.target.files[0];
  if (file) check(file).catch(() => say("unknown", known.words.cannot));
});
