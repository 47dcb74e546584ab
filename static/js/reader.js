/* Remembers the block last reached, so that reading goes on there, and folds the outline on a phone.
   Bound to [data-reader]; data-place-url is there only for somebody whose progress is kept. */

const PAUSE = 3000; // milliseconds between two messages to the server
const reader = document.querySelector("[data-reader]");
const outline = document.querySelector("[data-outline]");

if (outline && window.matchMedia("(max-width: 59.99rem)").matches) {
  outline.open = false;
}

if (reader && reader.dataset.placeUrl && "IntersectionObserver" in window) {
  let reached = "";
  let sent = "";
  let timer = null;

  const send = () => {
    timer = null;
    if (!reached || reached === sent) {
      return;
    }
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    const place = reached;
    const body = new FormData();
    body.append("place", place);
    fetch(reader.dataset.placeUrl, {
      method: "POST",
      body,
      keepalive: true,
      headers: { "X-CSRFToken": token ? token.value : "" },
    }).then((answer) => {
      if (answer.ok) {
        sent = place;
      }
    }, () => {
      /* No connection: the next place that is reached is sent instead. */
    });
  };

  // A block counts as reached when its top has come into the upper half of the window.
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        reached = entry.target.id.replace("block-", "");
      }
    }
    if (timer === null) {
      timer = setTimeout(send, PAUSE);
    }
  }, { rootMargin: "0px 0px -50% 0px" });

  for (const block of reader.querySelectorAll("[data-block]")) {
    observer.observe(block);
  }

  // Leaving the page, or a phone that goes to sleep.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      send();
    }
  });
}
