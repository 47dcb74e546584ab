/*
 * The service worker: answers a page that could not be fetched with a page that was kept for this, in the language of
 * the address; a register with the page of the registers, where this phone took some along; a module and its lessons
 * with their copies, where somebody asked for them. It keeps nothing else: no page of a person, no form, no file, nothing
 * of the CMS, no printed address.
 *
 * The server puts `KEPT` before this text: {version, pages: {language: address}, files: [addresses], uploads: origin of
 * pictures, if it is another}. The version changes with every word and every file, and what an earlier version kept is
 * thrown away.
 */
const PREFIX = "offline-";
const CACHE = PREFIX + KEPT.version;
const DOWNLOAD = /\/pdf\/$/;
// Filled and emptied by roster.js: one page that names nobody, and what it is made of.
const REGISTERS = "registers";
const REGISTER = /^(\/\w+\/workshops\/)(?:[^/]+\/)?(?:offline|sessions\/\d+\/register)\/$/;

// Filled by keeping.js when somebody asks for it, emptied by later.js: copies that stand below the address of their page.
const LESSONS = "lessons";
const LESSON = /^\/\w+\/modules\/[^/]+\/(?:[^/]+\/)?$/;
const PARTS = ["script", "style", "image", "font"];
// A line that is there and brings nothing is no line: after so many milliseconds a copy is shown, where there is one.
const PATIENCE = 8000;

async function keep() {
  const cache = await caches.open(CACHE);
  const pages = Object.values(KEPT.pages).map((page) => new Request(page, { cache: "reload", credentials: "omit" }));
  await cache.addAll([...pages, ...KEPT.files]);
  await self.skipWaiting();
}

async function tidyUp() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // The page is asked for while the worker wakes up, so that nobody waits for it.
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
}

/* The page to fall back on, or nothing where the browser shall deal with it alone. */
function fallback(address) {
  const { pathname, searchParams } = address;
  if (DOWNLOAD.test(pathname) || searchParams.has("format")) return undefined;
  if (pathname === "/") return KEPT.pages[navigator.language.slice(0, 2)] || Object.values(KEPT.pages)[0];
  return KEPT.pages[pathname.split("/")[1]];
}

async function page(event, instead) {
  const copy = await lessons(event.request);
  try {
    return await (copy ? Promise.race([asked(event), tooLong()]) : asked(event));
  } catch (error) {
    return copy || (await registers(event.request)) || (instead && (await kept(instead))) || Response.error();
  }
}

async function asked(event) {
  return (await event.preloadResponse) || fetch(event.request);
}

function tooLong() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("too long")), PATIENCE));
}

function registers(request) {
  const place = REGISTER.exec(new URL(request.url).pathname);
  return place && caches.match(`${place[1]}offline/`, { cacheName: REGISTERS, ignoreVary: true });
}

function lessons(request) {
  const { pathname } = new URL(request.url);
  return LESSON.test(pathname) && caches.match(`${pathname}offline/`, { cacheName: LESSONS, ignoreVary: true });
}

/* The network and the browser's own cache come first: what is kept can never be older than what they have. */
async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const own = [REGISTERS, LESSONS].map((cacheName) => caches.match(request, { cacheName, ignoreVary: true }));
    return (await kept(request)) || (await Promise.all(own)).find(Boolean) || Response.error();
  }
}

function kept(what) {
  return caches.match(what, { cacheName: CACHE, ignoreVary: true });
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(tidyUp()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || ![self.location.origin, KEPT.uploads].includes(address.origin)) return;
  if (request.mode === "navigate") {
    const instead = fallback(address);
    // A browser that asked ahead has the answer on its way, with what it said once. Left alone, it would ask again.
    if (instead || self.registration.navigationPreload) event.respondWith(page(event, instead));
  } else if (KEPT.files.includes(address.pathname) || PARTS.includes(request.destination)) {
    event.respondWith(file(request));
  }
});
