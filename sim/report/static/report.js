// The page: reads its data, keeps its state, and redraws what a slider changes.

/**
 * Everything the page holds.
 * @typedef {{model: Model, state: State, space: Space|null, folded: string, result: Result, trouble: string,
 *   grid: number[][]|null, along: {from: number, to: number, exists: boolean}[][], sliders: {refresh: () => void}[],
 *   levers: {note: HTMLElement, lever: Lever}[], frame: number, milliseconds: number}} Page
 */

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @returns {Page} */
function open() {
  const model = /** @type {Model} */ (JSON.parse(byId("data").textContent || ""));
  const state = stateOf(model, location.hash.slice(1));
  const nothing = { space: null, folded: "", trouble: "", grid: null, along: [], sliders: [], levers: [] };
  return { model, state, result: model.start, ...nothing, frame: 0, milliseconds: 0 };
}

/**
 * Recomputes the page's result.
 * @param {Page} page
 */
function compute(page) {
  const { model, state } = page;
  if (!model.live) return;
  page.trouble = "";
  try {
    refold(page);
    if (page.trouble) return;
    if (!page.space) throw new TooLarge();
    const terms = termsAt(model, page.space.weights, state.levels);
    page.trouble = terms.illegal.join("; ");
    if (page.trouble) return;
    page.result = solveAt(model, page.space, terms);
    page.grid = model.issues.length > 1 ? pairMap(model, page.space, terms, ...state.map) : null;
    page.along = model.leverage.map((_, n) => zoneAlong(model, /** @type {Space} */ (page.space), state.levels, n));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    page.space = null;
  }
  if (!page.space) page.trouble = "with these importances the frontier is too large for a page; use sim in a terminal";
}

/**
 * Folds the space where an importance has changed: leverage never touches it.
 * @param {Page} page
 */
function refold(page) {
  const { model, state } = page;
  const wanted = JSON.stringify(state.importances);
  const idle = model.parties.find((party, p) => !(total(party, state.importances[p]) > 0));
  if (idle) {
    page.trouble = `the importances of ${idle.label} sum to zero (expected at least one above zero)`;
    page.space = null;
    page.folded = "";
  } else if (page.folded !== wanted) {
    page.folded = wanted;
    page.space = null;
    page.space = foldSpace(model, state.importances);
  }
}

/**
 * @param {Party} party
 * @param {number[]} importances
 */
function total(party, importances) {
  return [...importances, ...party.linkages.map((linkage) => linkage.importance)].reduce((a, b) => a + b, 0);
}

/**
 * Applies a change, once a frame, and puts it into the address.
 * @param {Page} page
 * @param {(state: State) => void} change
 */
function change(page, change) {
  change(page.state);
  if (page.frame) return;
  page.frame = requestAnimationFrame(() => {
    page.frame = 0;
    redraw(page);
    const address = addressOf(page.model, page.state);
    try {
      history.replaceState(null, "", `${location.pathname}${location.search}${address ? `#${address}` : ""}`);
    } catch {
      // A sandboxed page has no address to change.
    }
  });
}

/** @param {Page} page */
function redraw(page) {
  const start = performance.now();
  compute(page);
  show(page);
  page.sliders.forEach((one) => one.refresh());
  page.milliseconds = performance.now() - start;
}

/** @param {Page} page */
function buildControls(page) {
  const { model } = page;
  const form = byId("controls");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  if (model.leverage.length) form.append(html("h2", {}, "Leverage"));
  model.leverage.forEach((lever, n) => {
    const [low, high] = lever.range;
    const one = slider({
      label: lever.label,
      note: lever.meaning,
      low,
      high,
      get: () => page.state.levels[n],
      set: (x) =>
        change(page, (now) => {
          now.levels[n] = x;
        }),
    });
    page.sliders.push(one);
    page.levers.push({ note: one.note, lever });
    form.append(one.node);
  });
  form.append(
    html("h2", {}, "Importance"),
    html("p", { class: "note" }, "How much each party cares about the swing of an issue; only ratios matter."),
  );
  model.parties.forEach((party, p) => form.append(importanceGroup(page, p)));
  const reset = html("button", { type: "button" }, "Back to the start");
  reset.addEventListener("click", () => change(page, (now) => Object.assign(now, startState(model))));
  const save = html("button", { type: "button" }, "Download numbers (CSV)");
  save.addEventListener("click", () => download(page));
  form.append(
    html("p", {}, reset, save),
    html("p", { class: "note" }, "The address of this page holds what you set: copy it to share the view."),
  );
}

/**
 * @param {Page} page
 * @param {number} p
 */
function importanceGroup(page, p) {
  const party = page.model.parties[p];
  const most = party.values.reduce((top, value) => Math.max(top, value.importance), 0) || 1;
  const group = html("details", {}, html("summary", {}, party.label));
  party.values.forEach((value, n) => {
    const one = slider({
      label: page.model.issues[value.issue].label,
      note: "",
      low: value.least,
      high: Math.max(2 * most, value.least + most),
      get: () => page.state.importances[p][n],
      set: (x) =>
        change(page, (now) => {
          now.importances[p][n] = x;
        }),
    });
    page.sliders.push(one);
    group.append(one.node);
  });
  return group;
}

/** @param {Page} page */
function download(page) {
  const address = URL.createObjectURL(new Blob([csvOf(page.model, page.state, page.result)], { type: "text/csv" }));
  const link = html("a", { href: address, download: "negotiation.csv" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/**
 * Two choosers that never hold the same entry.
 * @param {Page} page
 * @param {"map"|"plane"} key
 * @param {string[]} names
 */
function buildChoice(page, key, names) {
  const pick = (/** @type {0|1} */ side) => (/** @type {number} */ n) =>
    change(page, (now) => {
      if (now[key][1 - side] === n) now[key][1 - side] = now[key][side];
      now[key][side] = n;
    });
  const across = chooser("Across", names, () => page.state[key][0], pick(0));
  const up = chooser("Up", names, () => page.state[key][1], pick(1));
  page.sliders.push(across, up);
  byId(`${key}-choice`).replaceChildren(html("div", { class: "choice" }, across.node, up.node));
}

function start() {
  const page = open();
  if (page.model.live) buildControls(page);
  const signers = page.model.signers.map((p) => page.model.parties[p].label);
  if (page.model.issues.length > 1)
    buildChoice(
      page,
      "map",
      page.model.issues.map((issue) => issue.label),
    );
  if (signers.length > 2) buildChoice(page, "plane", signers);
  redraw(page);
  addEventListener("hashchange", () => {
    page.state = stateOf(page.model, location.hash.slice(1));
    redraw(page);
  });
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) show(page);
    width = innerWidth;
  });
  addEventListener("beforeprint", () =>
    document.querySelectorAll("details").forEach((one) => {
      one.open = true;
    }),
  );
  // For tests and for the curious: the numbers behind the page.
  Object.assign(window, {
    report: {
      page,
      compute: (/** @type {Partial<State>} */ some) => {
        Object.assign(page.state, some);
        redraw(page);
        return page.trouble ? { trouble: page.trouble } : page.result;
      },
    },
  });
}

start();
