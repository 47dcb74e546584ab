/*
 * Puts lines in order with buttons.
 *
 * [data-order] is a list whose items each hold a <select> of the place; this module hides the lists, moves the lines by
 * buttons "up" and "down" and says where a line went. It writes the places into the selects and announces "change", so
 * that whoever saves answers need not know of it; after "answer:shown" it lines up what the selects say.
 */
function moveButton(list, label, sign, step) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary order__move";
  button.setAttribute("aria-label", label);
  button.textContent = sign;
  button.addEventListener("click", () => move(list, button.closest("li"), step));
  button.dataset.step = step;
  return button;
}

function words(item) {
  const text = item.querySelector(".order__text");
  const pictures = Array.from(text.querySelectorAll("img"), (each) => each.alt);
  return [text.textContent.trim(), ...pictures].filter(Boolean).join(", ");
}

function items(list) {
  return Array.from(list.querySelectorAll(":scope > li"));
}

/* The buttons at the ends stay where the focus is, and say that they do nothing. */
function markEnds(list) {
  const all = items(list);
  all.forEach((item, index) => {
    item.querySelector("[data-step='-1']").setAttribute("aria-disabled", String(index === 0));
    item.querySelector("[data-step='1']").setAttribute("aria-disabled", String(index === all.length - 1));
  });
}

function move(list, item, step) {
  const all = items(list);
  const other = all[all.indexOf(item) + step];
  if (!other) return;
  const focused = document.activeElement;
  if (step < 0) list.insertBefore(item, other);
  else list.insertBefore(other, item);
  focused.focus();
  markEnds(list);
  const order = items(list);
  order.forEach((each, index) => {
    each.querySelector("select").selectedIndex = index + 1;
  });
  const place = order.indexOf(item) + 1;
  const said = list.dataset.textMoved.replace("{place}", place).replace("{total}", order.length);
  list.parentElement.querySelector("[data-order-said]").textContent = said.replace("{item}", () => words(item));
  item.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
}

/* Lines in the order of their places; without places they stand as they are. */
function lineUp(list) {
  const place = (item) => item.querySelector("select").selectedIndex || items(list).length + 1;
  const sorted = items(list).sort((one, other) => place(one) - place(other));
  sorted.forEach((item) => list.append(item));
  markEnds(list);
}

function takeOver(list) {
  if (list.classList.contains("order--live")) return;
  list.classList.add("order--live");
  const block = list.closest("fieldset");
  for (const hint of block.querySelectorAll("[data-without-script]")) hint.hidden = true;
  for (const hint of block.querySelectorAll("[data-with-script]")) hint.hidden = false;
  for (const item of items(list)) {
    const named = (text) => text.replace("{item}", () => words(item));
    item.querySelector("select").hidden = true;
    const buttons = document.createElement("span");
    buttons.className = "order__buttons";
    buttons.append(moveButton(list, named(list.dataset.textUp), "↑", -1));
    buttons.append(moveButton(list, named(list.dataset.textDown), "↓", 1));
    item.append(buttons);
  }
  lineUp(list);
}

function takeOverAll(root) {
  for (const list of root.querySelectorAll("[data-order]")) takeOver(list);
}

takeOverAll(document);
document.addEventListener("question:shown", (event) => takeOverAll(event.target));
document.addEventListener("answer:shown", (event) => {
  for (const list of event.target.querySelectorAll(".order--live")) lineUp(list);
});
