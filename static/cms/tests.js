/*
 * The editor of a test: Enter in a field that finds questions presses its button, and never saves the test.
 * Everything else is the editor of a question's: see questions.js.
 */
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-finds] input[type=text]");
  if (event.key !== "Enter" || !field) return;
  event.preventDefault();
  field.closest("[data-finds]").querySelector("button").click();
});
