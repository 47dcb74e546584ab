/*
 * Offers to keep a module on this device where a browser can do that. What does it (keeping.js) is fetched only when it is
 * asked for, or when something is kept. Bound to [data-keep]; without this module nothing is offered.
 */
const root = document.querySelector("[data-keep]");
const possible = navigator.serviceWorker && window.indexedDB && window.caches;

function isAnythingKept() {
  try {
    return localStorage.getItem("lessons");
  } catch (error) {
    return false;
  }
}

function begin() {
  const script = document.createElement("script");
  script.type = "module";
  script.src = root.dataset.script;
  script.onerror = () => {
    root.querySelector("[data-state]").textContent = root.dataset.noLineWords;
    root.querySelector("[data-take]").disabled = false;
  };
  document.body.append(script);
}

if (root && possible) {
  if (isAnythingKept()) {
    begin();
  } else {
    root.hidden = false;
    root.querySelector("[data-take]").onclick = (event) => {
      root.dataset.wanted = "yes";
      event.target.disabled = true;
      begin();
    };
  }
}
