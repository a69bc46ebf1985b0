// On a narrow page the sections of the head scroll sideways: the one that the page belongs to is brought into sight.

for (const here of document.querySelectorAll("body > header nav [aria-current], body > nav [aria-current]")) {
  const row = here.parentElement;
  const [seen, wanted] = [row, here].map((each) => each.getBoundingClientRect());
  row.scrollBy({ left: wanted.left + wanted.width / 2 - seen.left - seen.width / 2, behavior: "instant" });
}
