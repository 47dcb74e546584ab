/*
 * A page out of what this browser keeps (keeping.js), read without a line. Answers to practice questions, lessons that were
 * read and the place that was reached are kept and sent when the line is back (later.js); then the server says what
 * there is to say about an answer. Bound to [data-away], the line that says that this is a copy.
 */
import { keepForLater, settle, wire } from "./later.js";

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;

const notice = document.querySelector("[data-away]");
const lesson = document.querySelector("[data-lesson]");
// The answers of this page that wait: by id the form that gave them.
const waiting = new Map();
let pause = FIRST_PAUSE;
let timer = null;

/* --- What somebody does --- */

async function answered(event) {
  const block = event.target.closest("[data-practice]");
  if (!block) return;
  event.preventDefault();
  const given = new FormData(event.target).getAll("answer").map(String);
  const version = Number(block.dataset.version);
  if (!given.some(Boolean)) {
    tell(block, lesson.dataset.chooseWords, false);
    return;
  }
  try {
    const id = await keepForLater({ kind: "answer", lesson: lesson.dataset.lesson, version, given });
    if (id) waiting.set(id, event.target);
    tell(block, id ? lesson.dataset.savedWords : lesson.dataset.fullWords, true);
  } catch (error) {
    tell(block, lesson.dataset.fullWords, true);
  }
  send();
}

/* Says something below a question; the right answer can be looked at once an answer stands. */
function tell(block, words, stands) {
  const place = block.querySelector("[data-kept-answer]");
  const said = block.querySelector("[data-feedback]");
  if (said) said.remove();
  place.hidden = false;
  place.querySelector("[data-fate]").textContent = words;
  place.querySelector("details").hidden = !stands;
  place.focus();
}

async function done(event) {
  const button = event.target.closest("[data-done]");
  if (!button) return;
  await keepForLater({ kind: "done", lesson: lesson.dataset.lesson }).catch(() => {});
  await send();
  location.assign(button.dataset.done);
}

/* A block counts as reached when its top has come into the upper half of the window. */
function watchPlaces() {
  let reached = "";
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) reached = entry.target.id.replace("block-", "");
    },
    { rootMargin: "0px 0px -50% 0px" }
  );
  for (const block of lesson.querySelectorAll("[data-block]")) observer.observe(block);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !reached) return;
    keepForLater({ kind: "place", lesson: lesson.dataset.lesson, place: reached }).catch(() => {});
  });
}

/* --- When the line is back --- */

/* What could not be sent is tried again with growing pauses: not every line that comes back says so. */
async function send() {
  clearTimeout(timer);
  const outcomes = await settle().catch(() => null);
  if (!outcomes) {
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    return;
  }
  pause = FIRST_PAUSE;
  for (const { id, message } of outcomes) {
    const form = waiting.get(id);
    waiting.delete(id);
    if (form && message) tell(form.closest("[data-practice]"), message, true);
    else if (form) await showFeedback(form).catch(() => {});
  }
  if (outcomes.length) sayThatTheLineIsBack(notice.dataset.sentWords);
}

/* What the server says about an answer, where the question stands. Nobody is taken there: they may be reading on. */
async function showFeedback(form) {
  const block = form.closest("[data-practice]");
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form)).toString();
  address.searchParams.set("fragment", "1");
  const response = await fetch(address.toString());
  if (!response.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-feedback]");
  if (!fresh) return;
  block.querySelector("[data-kept-answer]").hidden = true;
  block.append(fresh);
}

function sayThatTheLineIsBack(words) {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = notice.dataset.newestWords;
  notice.replaceChildren(words, " ", link);
}

if (notice) {
  wire.addEventListener("message", () => location.reload());
  window.addEventListener("online", async () => {
    sayThatTheLineIsBack(notice.dataset.backWords);
    await send();
  });
}
if (lesson) {
  document.addEventListener("submit", answered);
  document.addEventListener("click", done);
  if ("IntersectionObserver" in window) watchPlaces();
}
