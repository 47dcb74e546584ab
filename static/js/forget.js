/*
 * Signing out: what waits on this phone is sent first, then the names that it took along and the modules that it keeps
 * are wiped. On the page for signing in nobody is signed in any more, so names are wiped at once; modules name nobody,
 * and stay for the account that they belong to (later.js).
 */
import * as later from "./later.js";
import { deliverOthers, load, registers } from "./marks.js";
import { countNotes, forget, possible } from "./roster.js";

/* Nothing here may keep anybody from signing out. */
async function whateverHappens(action) {
  try {
    return await action();
  } catch (error) {
    return null;
  }
}

function send(form) {
  return whateverHappens(() => deliverOthers(form.querySelector("input[name=csrfmiddlewaretoken]").value, ""));
}

/* Marks that could not be sent, or that the register contradicts, and people who are to be taken in. */
async function unsettled() {
  const marks = registers().flatMap(load);
  return marks.length + (possible ? await countNotes() : 0);
}

async function start(form) {
  await send(form);
  const left = await whateverHappens(unsettled);
  document.querySelector("[data-unsettled]").hidden = !left;
}

async function signOut(event, form) {
  event.preventDefault();
  await send(form);
  if (possible) await whateverHappens(forget);
  if (later.possible) {
    await whateverHappens(later.settle);
    await whateverHappens(later.forget);
  }
  form.submit();
}

const form = document.querySelector("form[data-forgets]");
if (form) {
  form.addEventListener("submit", (event) => signOut(event, form));
  start(form);
} else if (possible) {
  whateverHappens(forget);
}
