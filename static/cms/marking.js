/*
 * Marking: the points of the criteria propose the mark, and Ctrl and Enter saves.
 *
 * A mark that somebody typed is left alone. Without this module the sum of the criteria gives the mark on the server.
 */
function propose(form) {
  const criteria = Array.from(form.querySelectorAll("[data-criterion]"));
  const mark = form.elements.mark;
  if (!criteria.length || mark.dataset.typed || criteria.some((field) => field.value === "")) return;
  const earned = criteria.reduce((sum, field) => sum + Number(field.value), 0);
  const most = criteria.reduce((sum, field) => sum + Number(field.dataset.criterion), 0);
  const hundredths = Math.floor((earned * Number(form.dataset.highest)) / most + 0.5);
  const language = document.documentElement.lang || "en";
  mark.value = (hundredths / 100).toLocaleString(language, { useGrouping: false, maximumFractionDigits: 2 });
}

for (const form of document.querySelectorAll("[data-marking]")) {
  form.addEventListener("input", (event) => {
    if (event.target.name === "mark") event.target.dataset.typed = event.target.value ? "yes" : "";
    else propose(form);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
