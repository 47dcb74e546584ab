/*
 * Shows what there is to say about a practice answer where the question stands.
 *
 * [data-practice] holds a form with method GET; the same address with "fragment" answers with the whole block again.
 * Without this module, or when the line is lost, the form leads to a page of its own.
 */
async function ask(form, block) {
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form)).toString();
  address.searchParams.set("fragment", "1");
  const response = await fetch(address.toString(), { credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error("no fragment");
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-practice]");
  block.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("question:shown", { bubbles: true }));
  const place = fresh.querySelector("[data-feedback]") || fresh.querySelector("[aria-invalid]") || fresh;
  place.focus();
}

document.addEventListener("submit", (event) => {
  const block = event.target.closest("[data-practice]");
  if (!block) return;
  event.preventDefault();
  ask(event.target, block).catch(() => event.target.submit());
});
