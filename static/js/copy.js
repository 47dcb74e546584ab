/* Beside a field that holds an address to give away: a button that copies it, where the browser can. */
for (const field of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary";
  button.textContent = field.dataset.copy;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    said.textContent = field.dataset.copied;
  });
  field.closest("[data-copy-beside]").append(button, said);
}
