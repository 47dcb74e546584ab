/*
 * The screen of check-in stays up to date without a flash, and says when there is no connection instead of turning into
 * the browser's own page about it. Without this module the page loads itself anew.
 */
const PAUSE = 10000;

const screen = document.querySelector("[data-screen]");
const trouble = document.querySelector("[data-trouble]");

async function refresh() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    screen.replaceChildren(...page.querySelector("[data-screen]").childNodes);
    trouble.hidden = true;
  } catch (error) {
    trouble.hidden = false;
  }
  setTimeout(refresh, PAUSE);
}

setTimeout(refresh, PAUSE);
