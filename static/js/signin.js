/*
 * The page for signing in is light: what wipes names is fetched on a device that took some along, what asks for a
 * passkey when somebody is about to use one. Their addresses stand on the form of the passkey.
 */
const form = document.getElementById("mfa_login");
const button = document.getElementById("passkey_login");

function fetched(address, type) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.type = type;
    script.onload = resolve;
    script.onerror = reject;
    document.body.append(script);
  });
}

/* --- Names of registers (roster.js) --- */

/* Whether this browser has such a database; asking makes none. */
function isThere(name) {
  return new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => {
      opening.result.close();
      resolve(true);
    };
    opening.onerror = (event) => {
      event.preventDefault();
      resolve(false);
    };
  });
}

async function wipe() {
  if (await isThere("registers")) await fetched(form.dataset.forget, "module");
}

/* --- A passkey --- */

let coming = null;
let asked = false;

/* Each script needs the one before it. What did not come is fetched anew by whoever needs it next. */
function passkeys() {
  if (!coming) {
    const addresses = form.dataset.passkey.split(" ");
    coming = addresses.reduce((before, address) => before.then(() => fetched(address, "")), Promise.resolve());
    coming.catch(() => {
      coming = null;
    });
  }
  return coming;
}

async function ask(event) {
  event.preventDefault();
  if (asked) return;
  asked = true;
  try {
    await passkeys();
  } catch (error) {
    asked = false;
    document.querySelector("[data-passkey-trouble]").hidden = false;
    return;
  }
  button.removeEventListener("click", ask);
  window.allauth.webauthn.forms.loginForm({ ids: { login: "passkey_login", credential: "mfa_credential" } });
  button.click();
}

for (const sign of ["pointerenter", "focus"]) button.addEventListener(sign, () => passkeys().catch(() => {}), { once: true });
button.addEventListener("click", ask);
if (window.indexedDB) wipe().catch(() => {});
