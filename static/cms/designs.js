/*
 * The preview of a design follows the form: what the button "Show the preview" does is done whenever something was
 * changed. Without JavaScript the button does it.
 */
const form = document.querySelector("[data-design]");
const button = form && form.querySelector("[data-preview]");

if (button) {
  let waiting;
  const show = () => form.requestSubmit(button);
  const soon = (event) => {
    if (event.target.closest("[name='name'], [name='is_default'], [name='modules'], [name='workshops'], [name='programmes']")) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 800);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  show();
}
