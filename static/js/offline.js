/*
 * Registers the service worker (worker.js) that answers when there is no connection: after the page is there, in a quiet
 * moment, and not at all for somebody who asked to save data. Where modules are kept on this device, settle.js asks whose
 * they are and sends what was done in them without a line; nobody else has to fetch it.
 */
const LONGEST_WAIT = 5000;
const workers = navigator.serviceWorker;
const saving = navigator.connection && navigator.connection.saveData;

/* Without a worker the browser's own page says that there is no connection; that is no error of this page. */
function register() {
  workers.register("/worker.js").catch(() => {});
}

function lookAfterModules() {
  try {
    if (!localStorage.getItem("lessons")) return;
    const script = document.createElement("script");
    script.type = "module";
    script.src = document.querySelector("[data-settle]").dataset.settle;
    document.body.append(script);
  } catch (error) {
    /* A browser without a memory keeps no modules. */
  }
}

function whenQuiet(action) {
  if (window.requestIdleCallback) requestIdleCallback(action, { timeout: LONGEST_WAIT });
  else setTimeout(action, LONGEST_WAIT);
}

if (workers && !saving) {
  if (document.readyState === "complete") whenQuiet(register);
  else window.addEventListener("load", () => whenQuiet(register));
}
if (workers) whenQuiet(lookAfterModules);
