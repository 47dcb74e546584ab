/* A file dropped on its field is sent at once; one that is too large is not sent at all. Without this, the form works. */

function ready(form) {
  const field = form.querySelector("input[type=file]");
  const sentence = form.querySelector("[data-too-large]");

  function fits() {
    const file = field.files[0];
    sentence.hidden = !file || file.size <= Number(field.dataset.largest);
    return sentence.hidden;
  }

  field.addEventListener("change", fits);
  form.addEventListener("submit", (event) => {
    if (!fits()) event.preventDefault();
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("drop--over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("drop--over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("drop--over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    if (fits()) form.requestSubmit();
  });
}

document.querySelectorAll("form[data-drop]").forEach(ready);
