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

function submit(form) {
  if (!form || busy || performance.now() - loaded < QUIET_AFTER_LOAD) return;
  form.requestSubmit();
}

function reject(card) {
  const form = card?.querySelector('[data-decide="reject"]');
  const reason = form?.elements.reason;
  if (reason?.value) submit(form);
  else reason?.focus();
}

const find = (selector) => current()?.querySelector(selector);

const actions = {
  j: () => move(1),
  k: () => move(-1),
  a: () => submit(find('[data-decide="approve"]')),
  r: () => reject(current()),
  e: () => find("select[name=reason]")?.focus(),
  n: () => find("input[name=note]")?.focus(),
  l: () => find(".lead")?.toggleAttribute("open"),
  z: () => submit(document.querySelector(".undo li:not([hidden]) form")),
  "?": () => document.querySelector("#keys")?.showModal(),
};

// A Persian layout types «ت» where the key says J: what counts is the key, not the letter.
function keyOf(event) {
  if (event.key === "?" || event.key === "؟") return "?";
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const target = document.activeElement;
  if (isTyping(target)) {
    if (event.key === "Escape") focusCard(target.closest(".card"));
    if (event.key === "Enter" && target.matches("select")) {
      event.preventDefault();
      submit(target.form);
    }
    return;
  }
  const action = actions[keyOf(event)];
  if (!action) return;
  event.preventDefault();
  if (!event.repeat || "jk".includes(keyOf(event))) action();
});

// One decision at a time: whatever is pressed between a decision and the next page does nothing.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-decide], [data-undo]")) return;
  if (busy) {
    event.preventDefault();
    return;
  }
  busy = true;
  for (const button of document.querySelectorAll("[data-decide] button, [data-undo] button")) button.disabled = true;
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // a page kept by the browser shows a queue that is over
});

// The seconds that a decision can still be undone
const persian = new Intl.NumberFormat("fa-IR");
for (const item of document.querySelectorAll(".undo li[data-seconds]")) {
  const end = loaded + Number(item.dataset.seconds) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    item.querySelector(".left").textContent = persian.format(Math.max(left, 0));
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
