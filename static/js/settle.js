/* Modules that this browser keeps: wiped where they are another account's, and what was done in them is sent. */
import { settle } from "./later.js";

settle().catch(() => {});
