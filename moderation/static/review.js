// Keys for the queue. Everything here is a convenience: each page works without it.

const QUIET_AFTER_LOAD = 250; // milliseconds: the second tap of a double tap must not decide the next card
const loaded = performance.now();
let busy = false;

const cards = () => [...document.querySelectorAll("[data-queue] .card")];
const current = () => document.activeElement?.closest(".card") ?? document.querySelector(".card:target") ?? cards()[0];
const isTyping = (element) => element?.matches("input:not([type=checkbox]), select, textarea") ?? false;

function focusCard(card) {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = cards();
  const active = document.activeElement?.closest(".card");
  focusCard(active ? all[all.indexOf(active) + step] : current());
}

function submit(form, button) {
  if (!form || busy || performance.now() - loaded < QUIET_AFTER_LOAD) return;
  form.requestSubmit(button ?? undefined);
}

const find = (selector) => current()?.querySelector(selector);

// Reasons: a strip of keys that stands for the list

function choose(form, reason) {
  form.elements.reason.value = reason;
  for (const key of form.querySelectorAll("[data-reason]")) {
    key.setAttribute("aria-pressed", String(key.dataset.reason === reason));
  }
}

function reject(card) {
  const form = card?.querySelector('[data-decide="reject"]');
  if (form?.elements.reason.value) submit(form, form.querySelector(".reject"));
  else form?.querySelector("[data-reason]")?.focus();
}

function number(digit) {
  const form = find('[data-decide="reject"]');
  const key = form?.querySelectorAll("[data-reason]")[(digit + 9) % 10]; // 0 is the tenth;
  if (!key) return;
  choose(form, key.dataset.reason);
  // whoever was asked for the reason by R has said all with it
  if (document.activeElement.matches("[data-reason]")) submit(form, form.querySelector(".reject"));
}

for (const strip of document.querySelectorAll("[data-strip]")) strip.hidden = false;

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-reason]");
  if (key) choose(key.closest("form"), key.dataset.reason);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("select[name=reason]")) choose(event.target.form, event.target.value);
});

const actions = {
  j: () => move(1),
  k: () => move(-1),
  a: () => submit(find('[data-decide="approve"]')),
  r: () => reject(current()),
  e: () => find("select[name=reason]")?.focus(),
  n: () => find("input[name=note]")?.focus(),
  s: () => submit(find('[data-decide="reject"]:has([data-escalate])'), find("[data-escalate]")),
  t: () => find("[data-trim]")?.click(),
  l: () => find(".lead")?.toggleAttribute("open"),
  p: () => find(".parent")?.toggleAttribute("open"),
  h: () => find(".standing")?.toggleAttribute("open"),
  v: () => current()?.classList.toggle("bared"),
  z: () => submit(document.querySelector(".undo li:not([hidden]) form")),
  "?": () => document.querySelector("#keys")?.showModal(),
};

// A Persian layout types «ت» where the key says J: what counts is the key, not the letter.
function keyOf(event) {
  if (event.key === "?" || event.key === "؟") return "?";
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code) ?? /^([0-9])$/.exec(event.key);
  if (digit && !event.shiftKey) return digit[1];
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const target = document.activeElement;
  if (event.key === "Escape") return focusCard(target.closest(".card"));
  if (isTyping(target)) {
    if (event.key === "Enter" && target.matches("select")) {
      event.preventDefault();
      submit(target.form, target.form.querySelector(".reject"));
    }
    return;
  }
  const key = keyOf(event);
  const action = /^[0-9]$/.test(key) ? () => number(Number(key)) : actions[key];
  if (!action) return;
  event.preventDefault();
  if (!event.repeat || "jk".includes(key)) action();
});

// One decision at a time: whatever is pressed between a decision and the next page does nothing. Without a connection
// nothing is sent, so that the page with its queue stays.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-decide], [data-undo]")) return;
  const offline = document.querySelector("[data-offline]");
  if (offline) offline.hidden = navigator.onLine;
  if (busy || !navigator.onLine) {
    event.preventDefault();
    return;
  }
  busy = true;
  for (const button of document.querySelectorAll("[data-decide] button, [data-undo] button")) button.disabled = true;
});

addEventListener("online", () => {
  const offline = document.querySelector("[data-offline]");
  if (offline) offline.hidden = true;
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // a page kept by the browser shows a queue that is over
});

// The seconds that a decision can still be undone
const told = new Intl.NumberFormat(document.documentElement.lang === "fa" ? "fa-IR" : "en");
for (const item of document.querySelectorAll(".undo li[data-seconds]")) {
  const end = loaded + Number(item.dataset.seconds) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    item.querySelector(".left").textContent = told.format(Math.max(left, 0));
    if (left > 0) return;
    clearInterval(timer);
    item.hidden = true;
    const bar = item.closest(".undo");
    bar.hidden = !bar.querySelector("li:not([hidden])");
  }, 250);
}

const sheet = document.querySelector("[data-keys-sheet]");
if (sheet) {
  sheet.hidden = false;
  sheet.addEventListener("click", () => actions["?"]());
}

// After a decision the next card is asked for; when somebody else decided that one meanwhile, the first is as good.
if (location.hash.startsWith("#c-")) focusCard(document.getElementById(location.hash.slice(1)) ?? cards()[0]);
