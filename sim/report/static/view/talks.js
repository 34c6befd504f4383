// Several scenarios in one page: a tab for each by date, and one that compares them. Only what is in sight computes.

/**
 * @typedef {{key: string, base: Model, parts: DocumentFragment, root: HTMLElement|null, page: Page|null}} Talk
 */

/** The tab that compares. */
const COMPARISON = -1;

/** @returns {Talk[]} */
function readTalks() {
  /** @type {Talk[]} */
  const talks = [];
  for (const { content } of document.querySelectorAll("template")) {
    const base = baseIn(content),
      stem = base.scenario.file.replace(/\.ya?ml$/, "");
    isolateLabels(base);
    const taken = talks.some(({ key }) => key === stem);
    talks.push({ key: taken ? `${stem} ${letterOf(talks.length)}` : stem, base, parts: content, root: null, page: null });
  }
  return talks;
}

/** @param {number} n */
function letterOf(n) {
  return String.fromCharCode(65 + n);
}

/** @param {number} n */
function tabOf(n) {
  return byId(n === COMPARISON ? "tab-compare" : `tab-${n}`);
}

/**
 * What an address asks for: a tab, and what is set in it.
 * @param {Talk[]} talks
 * @param {string} hash
 * @returns {[number, string]}
 */
function placeIn(talks, hash) {
  const parts = new URLSearchParams(hash),
    key = parts.get("tab:");
  parts.delete("tab:");
  const n = talks.findIndex((talk) => talk.key === key);
  return [n, n < 0 ? "" : parts.toString()];
}

/**
 * Shows a tab; what was in sight stays as it is, and stops.
 * @param {Talk[]} talks
 * @param {number} n
 * @param {string} [address] what is set in it, where it is opened for the first time
 */
function showTab(talks, n, address = "") {
  if (current.page) {
    rest(current.page);
    openSheet(false);
  }
  const stage = byId("stage");
  for (const one of [COMPARISON, ...talks.keys()]) {
    tabOf(one).setAttribute("aria-selected", String(one === n));
    tabOf(one).tabIndex = one === n ? 0 : -1;
  }
  tabOf(n).scrollIntoView({ block: "nearest", inline: "nearest" });
  if (n === COMPARISON) {
    current.page = null;
    showComparison(talks);
  } else showTalk(talks[n], stage, address);
}

/**
 * @param {Talk} talk
 * @param {HTMLElement} stage
 * @param {string} address
 */
function showTalk(talk, stage, address) {
  if (talk.root && talk.page) {
    stage.replaceChildren(talk.root);
    current.page = talk.page;
    measure(talk.page, matchMedia("print").matches);
    redraw(talk.page);
    return;
  }
  talk.root = html("div", {});
  talk.root.append(document.importNode(talk.parts, true));
  stage.replaceChildren(talk.root);
  const page = openPage(talk.base, address);
  page.tab = talk.key;
  talk.page = page;
  current.page = page;
  mount(page);
}

/** @param {Talk[]} talks */
function showComparison(talks, paper = matchMedia("print").matches) {
  const stage = byId("stage");
  const sides = talks.map(({ base, page }, n) => sideOf(base, page, letterOf(n)));
  const width = paper ? 680 : stage.clientWidth - 32;
  stage.replaceChildren(...comparison(sides, width, (n) => chooseTab(talks, n)));
}

/**
 * Shows a tab as a step that the browser can take back.
 * @param {Talk[]} talks
 * @param {number} n
 */
function chooseTab(talks, n) {
  showTab(talks, n);
  const { page } = current;
  try {
    history.pushState({ here: page ? page.here : 0 }, "", page ? placed(page.tab, page.trail[page.here]) : placed("", ""));
  } catch {
    // A sandboxed page has no address to change.
  }
  tabOf(n).focus();
}

/**
 * Arrow keys go from tab to tab, Enter or Space shows the one in focus.
 * @param {Talk[]} talks
 */
function listenToTabs(talks) {
  const all = [COMPARISON, ...talks.keys()];
  all.forEach((n, i) => {
    const tab = tabOf(n);
    tab.addEventListener("click", () => chooseTab(talks, n));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      tabOf(all[(to + all.length) % all.length]).focus();
    });
  });
}

function startTalks() {
  const talks = readTalks();
  current.draw = (paper) => {
    if (current.page) fit(current.page, paper);
    else showComparison(talks, paper);
  };
  for (const nav of document.querySelectorAll("nav.talks")) nav.removeAttribute("hidden");
  listenToTabs(talks);
  showTab(talks, ...placeIn(talks, location.hash.slice(1)));
  addEventListener("popstate", (event) => {
    const [n, address] = placeIn(talks, location.hash.slice(1));
    const opened = n !== COMPARISON && !!talks[n].page;
    showTab(talks, n, address);
    if (opened && current.page) goBackTo(current.page, address, event.state);
  });
  listen();
  tellNumbers();
}

startTalks();
