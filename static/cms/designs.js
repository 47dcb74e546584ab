/*
 * The preview of a design follows the form: what the button "Show the preview" does is done whenever something was
 * changed. Without JavaScript the button does it.
 */
const form = document.querySelector("[data-design]");
const button = form && form.querySelector("[data-preview]");

if (button) {
  let waiting;
  const show = () => form.requestSubmit(button);
  // What the design is for and what it is called shows nowhere.
  const unseen = ["name", "is_default", "modules", "workshops", "programmes"];
  const soon = (event) => {
    if (unseen.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 800);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  show();
}
