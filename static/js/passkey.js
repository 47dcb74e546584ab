/* A passkey that was refused, cancelled or is unknown here: the sentence beside the button says what to do. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const sentence of document.querySelectorAll("[data-passkey-trouble]")) sentence.hidden = false;
});
