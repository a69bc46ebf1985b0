// How far a replay is, without loading the page again; without scripts the page loads itself.

const EVERY = 1000; // milliseconds

const told = document.querySelector("[data-progress]");

async function look() {
  try {
    const answer = await fetch(told.dataset.progress);
    if (answer.redirected) {
      location.reload(); // signed out meanwhile, or led to the second factor
      return;
    }
    if (answer.ok) {
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      const state = part.querySelector("progress").dataset.state;
      if (state !== "queued" && state !== "running") {
        location.reload();
        return;
      }
      told.replaceChildren(...part.body.childNodes);
    }
  } catch {
    // the network is away: next time
  }
  setTimeout(look, EVERY);
}

if (told) setTimeout(look, EVERY);
