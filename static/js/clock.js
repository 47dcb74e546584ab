/*
 * Says calmly how much time a test has left, once a minute, and when it is over.
 *
 * <time data-seconds-left data-text="… {minutes} …" data-text-last data-text-over>. At the end it announces
 * "test:over" on the document; unless somebody takes that over, the form with data-hand-in is sent, with "clock" to
 * say who sent it: the server knows whether more time was given meanwhile.
 */
const clock = document.querySelector("[data-seconds-left]");

function tell(end) {
  const seconds = Math.ceil((end - performance.now()) / 1000);
  if (seconds <= 0) {
    clock.textContent = clock.dataset.textOver;
    over();
    return;
  }
  const minutes = Math.floor(seconds / 60);
  clock.textContent = minutes ? clock.dataset.text.replace("{minutes}", minutes) : clock.dataset.textLast;
  setTimeout(() => tell(end), Math.min(seconds % 60 || 60, seconds) * 1000);
}

function over() {
  const goOn = document.dispatchEvent(new CustomEvent("test:over", { cancelable: true }));
  const form = document.querySelector("[data-hand-in]");
  if (!goOn || !form) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "clock";
  field.value = "1";
  form.append(field);
  form.submit();
}

if (clock) tell(performance.now() + Number(clock.dataset.secondsLeft) * 1000);
