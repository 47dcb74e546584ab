/*
 * Saves each answer of a test when it is given.
 *
 * What could not be sent is kept in this browser and sent again with growing pauses, at once when the line is back and
 * when any page of the test is opened again. The server decides: it answers for each question "saved", "outdated" (a
 * newer answer was given on another page and is shown now) or "refused" (with a sentence). Where the test asks how
 * certain somebody is, that goes with the answer. Without this module the form saves all.
 */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;
const PATIENCE = 20000;
const TYPING_PAUSE = 800;
const QUESTIONS = "[data-question]:not([data-widget=none])";
const TYPED = "input[type=text], textarea";

const form = document.querySelector("[data-attempt]");

function changedBySomebody(input) {
  if (input.tagName !== "SELECT") return input.checked !== input.defaultChecked || input.value !== input.defaultValue;
  const sent = Array.from(input.options).findIndex((option) => option.defaultSelected);
  return input.selectedIndex !== Math.max(0, sent);
}

class SignedOut extends Error {}

class Sheet {
  constructor(element) {
    this.form = element;
    this.text = element.dataset;
    this.key = `attempt-${element.dataset.attempt}`;
    this.state = element.querySelector("[data-state]");
    this.pending = new Map();
    this.typing = new Map();
    this.pause = FIRST_PAUSE;
    this.timer = null;
    this.sending = null;
    this.closed = false;
  }

  start() {
    for (const element of this.form.querySelectorAll("[data-without-script]")) element.hidden = true;
    this.takeUpKept();
    this.form.addEventListener("change", (event) => this.changed(event.target));
    this.form.addEventListener("input", (event) => this.typed(event.target));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => {
      this.finishTyping();
      this.send();
    });
    document.addEventListener("test:over", (event) => {
      event.preventDefault();
      this.handIn();
    });
  }

  /* --- Questions on the page --- */

  section(position) {
    return this.form.querySelector(`[data-question="${position}"]`);
  }

  /* An answer of several fields is a list of "part=value". */
  response(section) {
    const parts = Array.from(section.querySelectorAll("[data-part]"));
    if (parts.length) {
      const given = parts.map((field) => this.given(field)).filter(Boolean);
      return given.length ? given.sort() : null;
    }
    const field = section.querySelector(TYPED);
    if (field) return field.value.trim() || null;
    const chosen = Array.from(section.querySelectorAll(".choices input:checked"), (input) => input.value);
    if (section.dataset.widget === "radio") return chosen.length ? chosen[0] : null;
    return chosen.length ? chosen : null;
  }

  certainty(section) {
    const chosen = section.querySelector(".certainty input:checked");
    return chosen ? Number(chosen.value) : null;
  }

  /* What of a question is worth sending when it differs. */
  fingerprint(section) {
    return JSON.stringify([this.response(section), this.certainty(section)]);
  }

  given(field) {
    const value = field.value.trim();
    return value && field.tagName !== "SELECT" ? `${field.dataset.part}=${value}` : value;
  }

  show(section, response) {
    const parts = Array.from(section.querySelectorAll("[data-part]"));
    const field = section.querySelector(TYPED);
    if (parts.length) {
      for (const part of parts) this.showPart(part, response || []);
      section.dispatchEvent(new CustomEvent("answer:shown", { bubbles: true }));
      return;
    }
    if (field) {
      field.value = response === null ? "" : response;
      return;
    }
    const chosen = new Set([].concat(response === null ? [] : response).map(String));
    for (const input of section.querySelectorAll(".choices input")) input.checked = chosen.has(input.value);
  }

  showCertainty(section, certainty) {
    for (const input of section.querySelectorAll(".certainty input")) input.checked = Number(input.value) === certainty;
  }

  showPart(field, response) {
    const mark = `${field.dataset.part}=`;
    const given = response.find((each) => each.startsWith(mark)) || "";
    field.value = field.tagName === "SELECT" ? given : given.slice(mark.length);
  }

  /* An answer of another page of the test has no section here. */
  say(section, words, waiting) {
    if (!section) return;
    const line = section.querySelector("[data-saved]");
    line.textContent = words;
    line.classList.toggle("question__saved--waiting", Boolean(waiting));
  }

  complain(section, words) {
    if (!section) return;
    const line = section.querySelector("[data-error]");
    line.textContent = words;
    line.hidden = !words;
    const field = section.querySelector(`:is(${TYPED}):not([data-part])`);
    if (!field) return;
    if (words) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  announce(words) {
    const sections = Array.from(this.form.querySelectorAll(QUESTIONS));
    const refused = sections.filter((section) => !section.querySelector("[data-error]").hidden);
    const answered = sections.filter((section) => this.response(section) !== null && !refused.includes(section)).length;
    const all = answered + Number(this.text.answeredElsewhere);
    const count = this.text.textCount.replace("{answered}", all).replace("{total}", this.text.total);
    this.state.textContent = `${count} ${refused.length ? this.text.textRefused : words}`;
  }

  /* --- An answer is given --- */

  typed(input) {
    const section = input.closest("[data-question]");
    if (!section || !input.matches(TYPED)) return;
    clearTimeout(this.typing.get(section));
    this.announce("");
    this.typing.set(section, setTimeout(() => this.changed(input), TYPING_PAUSE));
  }

  changed(input) {
    const section = input.closest("[data-question]");
    if (!section || this.closed) return;
    clearTimeout(this.typing.get(section));
    this.typing.delete(section);
    const position = Number(section.dataset.question);
    const now = this.fingerprint(section);
    if (section.dataset.given === now) return;
    section.dataset.given = now;
    const counter = section.querySelector("[data-counter]");
    counter.value = Number(counter.value) + 1;
    const answer = { position, response: this.response(section), counter: Number(counter.value) };
    const certainty = this.certainty(section);
    this.pending.set(position, certainty ? Object.assign({}, answer, { certainty }) : answer);
    this.keep();
    this.complain(section, "");
    this.say(section, this.text.textSaving);
    this.announce("");
    this.send();
  }

  finishTyping() {
    for (const section of Array.from(this.typing.keys())) this.changed(section.querySelector(TYPED));
  }

  /* --- What is kept in this browser --- */

  keep() {
    try {
      if (this.pending.size) localStorage.setItem(this.key, JSON.stringify(Array.from(this.pending.values())));
      else localStorage.removeItem(this.key);
    } catch (error) {
      /* No room or no permission: answers are still sent while the page is open. */
    }
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || [];
    } catch (error) {
      return [];
    }
  }

  takeUpKept() {
    for (const answer of this.kept()) {
      const section = this.section(answer.position);
      if (!section) {
        this.pending.set(answer.position, answer);
        continue;
      }
      const counter = section.querySelector("[data-counter]");
      if (answer.counter <= Number(counter.value)) continue;
      counter.value = answer.counter;
      this.show(section, answer.response);
      this.showCertainty(section, answer.certainty);
      this.pending.set(answer.position, answer);
      this.say(section, this.text.textSaving);
    }
    for (const section of this.form.querySelectorAll(QUESTIONS)) this.takeUpEarly(section);
    this.keep();
    this.announce("");
    this.send();
  }

  /* Whoever is quick answers before this module runs: what differs from the page as it was sent is a new answer. */
  takeUpEarly(section) {
    const inputs = Array.from(section.querySelectorAll(`.choices input, .certainty input, select, ${TYPED}`));
    const early = inputs.find((input) => changedBySomebody(input));
    section.dataset.given = this.fingerprint(section);
    if (!early || this.pending.has(Number(section.dataset.question))) return;
    section.dataset.given = "";
    this.changed(early);
  }

  /* --- To the server --- */

  send() {
    if (this.closed || !this.pending.size) return Promise.resolve();
    if (!this.sending) {
      clearTimeout(this.timer);
      this.sending = this.deliver().then(() => {
        this.sending = null;
      });
    }
    return this.sending;
  }

  async deliver() {
    try {
      while (this.pending.size && !this.closed) await this.deliverOnce(Array.from(this.pending.values()));
      this.pause = FIRST_PAUSE;
    } catch (error) {
      this.wait(error instanceof SignedOut ? this.text.textSignedOut : this.text.textWaiting);
    }
  }

  async deliverOnce(answers) {
    const response = await this.post(answers);
    if (response.redirected || response.status === 403) {
      await this.newToken();
      throw new SignedOut();
    }
    const told = await response.json();
    if (response.status === 409) this.end(told.result);
    else if (response.ok) told.answers.forEach((answer) => this.heard(answer, answers));
    else if (response.status === 413 && answers.length > 1) {
      for (const answer of answers) await this.deliverOnce([answer]);
    } else if (response.status === 400 || response.status === 413) this.giveUp(answers, told.message);
    else throw new Error(`status ${response.status}`);
  }

  async post(answers) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return await fetch(this.text.save, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        signal: stop.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ answers }),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /* After signing in again in another tab the page needs the new token. */
  async newToken() {
    const response = await fetch(location.pathname, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const field = page.querySelector("[data-attempt] [name=csrfmiddlewaretoken]");
    if (field) this.form.elements.csrfmiddlewaretoken.value = field.value;
  }

  heard(told, sent) {
    const section = this.section(told.position);
    const mine = sent.find((answer) => answer.position === told.position);
    const latest = this.pending.get(told.position);
    if (!mine || !latest || latest.counter !== mine.counter) return;
    this.pending.delete(told.position);
    this.keep();
    if (told.state === "refused") {
      this.complain(section, told.message);
      this.say(section, "");
    } else if (told.state === "outdated") {
      if (section) this.giveWay(section, told);
    } else this.say(section, told.at ? this.text.textSaved.replace("{time}", told.at) : "");
    if (this.pending.size || this.typing.size) return;
    this.announce(told.at ? this.text.textAll.replace("{time}", told.at) : "");
  }

  giveWay(section, told) {
    section.querySelector("[data-counter]").value = told.counter;
    this.show(section, told.response);
    this.showCertainty(section, told.certainty);
    section.dataset.given = this.fingerprint(section);
    this.say(section, this.text.textElsewhere.replace("{time}", told.at), true);
  }

  giveUp(answers, message) {
    for (const answer of answers) {
      this.pending.delete(answer.position);
      this.complain(this.section(answer.position), message);
      this.say(this.section(answer.position), "");
    }
    this.keep();
  }

  wait(words) {
    for (const position of this.pending.keys()) this.say(this.section(position), words, true);
    this.announce(words);
    this.timer = setTimeout(() => this.send(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  end(address) {
    this.closed = true;
    this.pending.clear();
    this.keep();
    location.assign(address);
  }

  /* --- Going on --- */

  async submitted(event) {
    this.finishTyping();
    const stays = event.submitter && event.submitter.value === "save";
    if (!this.pending.size && !stays) return;
    event.preventDefault();
    await this.send();
    if (stays) return;
    if (this.pending.size) this.announce(this.text.textUnsent);
    else this.leave(this.form.action, event.submitter);
  }

  async handIn() {
    this.finishTyping();
    await this.send();
    this.leave(this.text.submit, { name: "clock", value: "1" });
  }

  leave(address, button) {
    if (this.closed) return;
    this.closed = true;
    if (button) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = button.name;
      field.value = button.value;
      this.form.append(field);
    }
    this.form.action = address;
    this.form.submit();
  }
}

if (form) new Sheet(form).start();
