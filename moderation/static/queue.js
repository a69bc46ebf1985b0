// Several people at one queue. Everything here is a convenience: each page works without it.

const NEWS_EVERY = 15; // seconds
const NEAR_THE_END = 4; // cards: then the next ones are fetched

const desk = document.querySelector("[data-desk]");
const cards = () => [...document.querySelectorAll("[data-queue] .card")];
const idOf = (card) => card?.id.slice(2);
let reading; // the card that is being read
let renewing;

function note(card, sentence) {
  const there = card.querySelector(":scope > .held");
  if (there?.textContent === sentence || (!there && !sentence)) return;
  there?.remove();
  if (!sentence) return;
  const told = document.createElement("p");
  told.className = "held";
  told.textContent = sentence;
  card.prepend(told);
}

function form(more) {
  return new URLSearchParams({ csrf_token: desk.dataset.token, ...more });
}

const leasePath = (card) => `/review/${idOf(card)}/lease`;

async function hold(card) {
  clearTimeout(renewing);
  if (!card?.isConnected) return;
  reading = card;
  let seconds = NEWS_EVERY;
  try {
    const answer = await fetch(leasePath(card), { method: "POST", body: form() });
    if (answer.ok) {
      const told = await answer.json();
      note(card, told.told);
      seconds = told.seconds;
    }
  } catch {
    // the network is away: the lease ends by itself, and is asked for again
  }
  if (card === reading) renewing = setTimeout(() => document.visibilityState === "visible" && hold(card), seconds * 1000);
}

async function news() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(desk.dataset.news);
    if (!answer.ok) return;
    const { fresh, told, read_by: readBy } = await answer.json();
    const link = document.querySelector(".fresh a");
    if (fresh && link.textContent !== told) link.textContent = told;
    link.hidden = !fresh;
    for (const card of cards()) note(card, readBy[idOf(card)] ?? "");
  } catch {
    // next time
  }
}

// The next cards are there before they are wanted; they are put behind those that are there, so that nothing moves.
let fetching = false;
async function fetchMore() {
  const next = document.querySelector(".paging [rel=next]");
  if (!next || fetching) return;
  fetching = true;
  try {
    const address = new URL(next.href);
    address.searchParams.set("part", "cards");
    const answer = await fetch(address);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const known = new Set(cards().map((card) => card.id));
    const more = [...page.querySelector("[data-queue]").children].filter((card) => !known.has(card.id));
    document.querySelector("[data-queue]").append(...more);
    document.querySelector(".paging").replaceWith(page.querySelector(".paging"));
  } catch {
    // the link is still there
  } finally {
    fetching = false;
  }
}

function attend(card) {
  if (!card) return;
  if (card !== reading) hold(card);
  const all = cards();
  if (all.indexOf(card) >= all.length - NEAR_THE_END) fetchMore();
}

if (desk) {
  document.addEventListener("focusin", (event) => attend(event.target.closest("[data-queue] .card")));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      hold(reading);
      news();
    }
  });
  addEventListener("pagehide", () => reading && navigator.sendBeacon(leasePath(reading), form({ release: "1" })));
  setInterval(news, NEWS_EVERY * 1000);
  attend(document.activeElement?.closest("[data-queue] .card") ?? document.querySelector(".card:target") ?? cards()[0]);
}
