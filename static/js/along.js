/*
 * Beside a register that this phone has taken along: brings what is kept up to date, and leads to the people whom
 * somebody wrote down when there was no line.
 */
import { fetched, keep, notesOf, possible, read, renew } from "./roster.js";

const CODE = /\/workshops\/([^/]+)\//;

async function refresh(root) {
  const code = decodeURIComponent(CODE.exec(root.dataset.roster)[1]);
  if (!(await read(code))) return;
  await keep(await fetched(root.dataset.roster, code));
  const waiting = (await notesOf(code)).length;
  const line = document.querySelector("[data-noted]");
  if (line) line.hidden = !waiting;
  root.addEventListener("settled", (event) => renew(code, root.dataset.key, event.detail));
}

const root = document.querySelector("[data-roster]");
// Without a line, or when nobody is signed in any more, the register itself says so.
if (root && possible) refresh(root).catch(() => {});
