/*
 * The editor of a question: rows are added, moved and taken away without loading the page anew.
 *
 * A button named "rows" posts the whole form, as it does without JavaScript; this module shows the answer in place of
 * the editor and puts the focus where the page says (autofocus). The languages that are shown stay as they were.
 */
function shownLanguages() {
  return Array.from(document.querySelectorAll(".bank-languages input:not(:checked)"), (box) => box.id);
}

function takeOver(editor, page) {
  const hidden = shownLanguages();
  const fresh = page.querySelector("[data-question-editor]");
  if (!fresh) return false;
  editor.replaceWith(fresh);
  for (const id of hidden) document.getElementById(id).checked = false;
  const focused = fresh.querySelector("[autofocus]");
  if (focused) focused.focus();
  return true;
}

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const editor = event.target.closest("[data-question-editor]");
  if (!editor || !button || button.name !== "rows") return;
  event.preventDefault();
  const form = event.target;
  const body = new FormData(form, button);
  try {
    const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok && takeOver(editor, page)) return;
  } catch (error) {
    // The way without JavaScript says what is wrong.
  }
  const wish = document.createElement("input");
  wish.type = "hidden";
  wish.name = "rows";
  wish.value = button.value;
  form.append(wish);
  form.submit();
});
