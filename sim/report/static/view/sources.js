// Where numbers come from: a search in the list of sources, and chips on the table that lead to it.

/** How many words on what an issue rests on, beside its name: a link to its sources.
 * @param {Issue} issue
 * @returns {Node[]}
 */
function backingChip({ backing, label }) {
  if (!backing) return [];
  const { group, documents, assumptions, unsourced, disputed } = backing;
  const parts = [[documents, "sourced"], [assumptions, "assumed"], [unsourced, "without source"]].filter(([count]) => count);
  const words = parts.map(([count, word]) => `${count} ${word}`).join(", ") + (disputed ? ", disputed" : "");
  const link = html("a", { class: "backing", href: `#${group}`, "aria-label": `Sources of ${label}: ${words}` }, words);
  link.addEventListener("click", follow);
  return [link];
}

/** What of a source can be searched: its words, and the whole paths of its numbers. */
const searched = /** @type {WeakMap<Element, string>} */ (new WeakMap());

/**
 * The whole paths of the numbers in a list item, whose own path goes on from those around it.
 * @param {Element} line
 */
function pathsOf(line) {
  let above = "";
  for (let at = /** @type {Element | null | undefined} */ (line); at; at = at.parentElement?.closest(".inputs li"))
    above = `${at.querySelector("code")?.textContent}${above && "."}${above}`;
  const own = [...line.children].flatMap((child) => child.getAttribute("data-path") || []);
  return own.length ? own.map((rest) => `${above}.${rest}`) : [above];
}

/** @param {Element} item */
function wordsOf(item) {
  let words = searched.get(item);
  if (words === undefined) {
    const paths = [...item.querySelectorAll(".inputs li")].flatMap(pathsOf);
    const more = item.querySelector(".more"),
      whole = more && byId((more.getAttribute("href") || "").slice(1));
    words = `${whole ? whole.textContent : ""} ${item.closest("details")?.querySelector("summary")?.textContent} ${item.textContent} ${paths.join(" ")}`.toLowerCase();
    searched.set(item, words);
  }
  return words;
}

/**
 * Shows the sources that have every word, in groups that open; all of them, closed, where there is none.
 * @param {string} text
 * @returns {number} how many are shown
 */
function findSources(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("#provenance .group"))) {
    let here = 0;
    for (const item of group.querySelectorAll(".sources > li")) {
      const shown = words.every((word) => wordsOf(item).includes(word));
      item.toggleAttribute("hidden", !shown);
      here += Number(shown);
    }
    group.hidden = !here;
    group.open = words.length > 0 && here > 0;
    found += here;
  }
  return found;
}

/** Puts a search over the list of sources; without a script the list is there all the same. */
function buildSearch() {
  const box = /** @type {HTMLInputElement} */ (html("input", { type: "search", id: "source-words", placeholder: "army 2022 unnamed", autocomplete: "off" }));
  const said = html("span", { class: "quiet found" });
  box.addEventListener("input", () => {
    const found = findSources(box.value);
    said.textContent = box.value.trim() ? `${found} ${found === 1 ? "source" : "sources"} with these words` : "";
    speak(said.textContent);
  });
  for (const link of document.querySelectorAll("#provenance .more")) link.addEventListener("click", follow);
  byId("find-sources").replaceChildren(html("label", { for: "source-words" }, "Search sources and numbers "), box, " ", said);
}
