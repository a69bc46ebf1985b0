// Choosing many: a range by shift and click, by x and shift with j and k; and a band of scores by dragging. All of it works without.

const boxes = () => [...document.querySelectorAll(".pick input")];
const boxOf = (element) => element?.closest(".card, .member")?.querySelector(".pick input");
const bar = document.getElementById("bulk");
const persian = new Intl.NumberFormat("fa-IR");
let last = null; // where a range begins
let sent = false;

function tell() {
  const count = bar?.querySelector("[data-count]");
  if (!count) return;
  count.hidden = false;
  count.textContent = persian.format(boxes().filter((box) => box.checked).length);
}

function choose(box, checked) {
  if (!box) return;
  box.checked = checked;
  last = box;
  tell();
}

function chooseRange(from, to, checked) {
  const all = boxes();
  const [start, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (start >= 0) for (const box of all.slice(start, end + 1)) box.checked = checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.matches(".pick input") ? event.target : null;
  if (!box) return;
  if (event.shiftKey && last && last !== box) chooseRange(last, box, box.checked);
  choose(box, box.checked);
});

document.addEventListener("change", (event) => {
  if (event.target.matches(".pick input")) tell();
});

// A Persian layout types other letters: what counts is the key, as in review.js.
const keyOf = (event) => (/^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key);

function step(by) {
  const cards = [...document.querySelectorAll("[data-queue] .card")];
  const here = document.activeElement?.closest(".card") ?? cards[0];
  const next = cards[cards.indexOf(here) + by];
  choose(boxOf(here), true);
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  choose(boxOf(next), true);
}

const plain = {
  x: () => {
    const card = document.activeElement?.closest(".card") ?? document.querySelector("[data-queue] .card");
    card?.focus({ preventScroll: true });
    const box = boxOf(card);
    choose(box, !box?.checked);
  },
};
const shifted = {
  j: () => step(1),
  k: () => step(-1),
  a: () => bar?.querySelector("button.approve").click(),
  r: () => (bar?.elements.reason.value ? bar.querySelector("button.reject").click() : bar?.elements.reason.focus()),
};

function clear() {
  for (const box of boxes()) box.checked = false;
  last = null;
  tell();
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !bar || document.querySelector("dialog[open]")) return;
    if (document.activeElement?.matches("input:not([type=checkbox]), select, textarea")) return;
    const chosen = boxes().some((box) => box.checked);
    const key = keyOf(event);
    let act = (event.shiftKey ? shifted : plain)[key];
    if (key === "Escape" && chosen) act = clear;
    if ("ar".includes(key) && !chosen) act = undefined; // nothing is chosen: the key is the card's
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // before review.js takes it for the key of one card
    if (!event.repeat || "jk".includes(key)) act();
  },
  true,
);

bar?.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

tell();

// The chart: drag a band, and what lies in it is shown.
const form = document.querySelector("[data-band]");
const score = (svg, event) => {
  const place = svg.createSVGPoint();
  [place.x, place.y] = [event.clientX, event.clientY];
  const x = place.matrixTransform(svg.getScreenCTM().inverse()).x / 1000;
  return Math.min(Math.max(Math.round(x * 100) / 100, 0), 1);
};

async function show() {
  const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return form.submit();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.querySelector("[data-band-shown]");
  if (!shown) return form.submit();
  document.querySelector("[data-band-shown]").replaceWith(document.adoptNode(shown));
  history.replaceState(null, "", address);
  arm();
}

function arm() {
  const svg = document.querySelector("[data-dots]");
  const rect = svg?.querySelector("[data-chosen]");
  if (!rect) return;
  svg.classList.add("draggable");
  let start = null;
  const draw = (event) => {
    const here = score(svg, event);
    const [from, to] = [Math.min(start, here), Math.max(start, here)];
    rect.setAttribute("x", from * 1000);
    rect.setAttribute("width", Math.max((to - from) * 1000, 2));
    [form.elements.from.value, form.elements.to.value] = [from.toFixed(2), to.toFixed(2)];
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    start = score(svg, event);
    svg.setPointerCapture(event.pointerId);
    draw(event);
  });
  svg.addEventListener("pointermove", (event) => start !== null && draw(event));
  svg.addEventListener("pointerup", () => {
    if (start === null) return;
    start = null;
    show();
  });
  svg.addEventListener("pointercancel", () => {
    start = null;
  });
}

if (form) arm();
