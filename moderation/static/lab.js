// The rule lab: a text is tried as it is typed, and unsaved changes are not left by accident. The page works without it.

const REST = 350; // milliseconds without a key, then the text is tried
const BUSY = 1500; // until it is tried again when the machine is busy

const form = document.querySelector("[data-lab]");
const tried = form.querySelector("[data-tried]");
let waiting;
let asking;
let unsaved = form.hasAttribute("data-unsaved");

function later(milliseconds = REST) {
  clearTimeout(waiting);
  waiting = setTimeout(tryIt, milliseconds);
}

async function tryIt() {
  asking?.abort();
  if (!form.elements.text.value.trim()) {
    tried.replaceChildren();
    return;
  }
  asking = new AbortController();
  tried.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.try, { method: "POST", body: new FormData(form), signal: asking.signal });
    if (!answer.ok || answer.redirected) return;
    tried.innerHTML = await answer.text();
    if (tried.querySelector("[data-busy]")) later(BUSY);
  } catch {
    // typed on, or the network is away: the next key tries again, and the button does too
  } finally {
    tried.removeAttribute("aria-busy");
  }
}

form.addEventListener("input", (event) => {
  unsaved ||= event.target.name.startsWith("/");
  later();
});

form.addEventListener("submit", () => {
  unsaved = false;
});

addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
