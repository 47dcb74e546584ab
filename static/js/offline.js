/*
 * Registers the service worker (worker.js) that answers when there is no connection: after the page is there, in a quiet
 * moment, and not at all for somebody who asked to save data.
 */
const LONGEST_WAIT = 5000;
const workers = navigator.serviceWorker;
const saving = navigator.connection && navigator.connection.saveData;

/* Without a worker the browser's own page says that there is no connection; that is no error of this page. */
function register() {
  workers.register("/worker.js").catch(() => {});
}

function whenQuiet(action) {
  if (window.requestIdleCallback) requestIdleCallback(action, { timeout: LONGEST_WAIT });
  else setTimeout(action, LONGEST_WAIT);
}

if (workers && !saving) {
  if (document.readyState === "complete") whenQuiet(register);
  else window.addEventListener("load", () => whenQuiet(register));
}
