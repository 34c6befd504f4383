// What the page holds, and how a change is computed: in slices of time, so that it always listens.

/**
 * Everything the page holds. `state` is what the reader has set, `view` what the result is of; they differ while a job
 * is under way.
 * @typedef {{model: Model, state: State, view: State, space: Space|null, folded: string, result: Result,
 *   trouble: string, grid: number[][]|null, along: {from: number, to: number, exists: boolean}[][],
 *   sliders: {refresh: () => void}[], levers: {note: HTMLElement, lever: Lever}[], frame: number,
 *   job: Generator<void, void>|null, ahead: Generator<void, unknown>|null, waiting: boolean, address: number, width: number, paper: boolean,
 *   milliseconds: number}} Page
 */

/** How long, in milliseconds, the page computes before it lets the browser draw and listen. */
const SLICE = 30;
/** How long after the last change the address follows; browsers refuse many changes of it in a row. */
const ADDRESS_DELAY = 200;

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @returns {Page} */
function openPage() {
  const model = /** @type {Model} */ (JSON.parse(byId("data").textContent || ""));
  isolateLabels(model);
  const state = stateOf(model, location.hash.slice(1));
  const { start } = model;
  const columns = model.signers.map((_, i) =>
    Float64Array.from(start.frontier, (/** @type {number[]} */ point) => point[i]),
  );
  const result = { ...start, frontier: columns, inside: Uint8Array.from(start.inside, Number) };
  model.barred = model.live ? barredLevels(model) : null;
  const nothing = { space: null, folded: "", trouble: "", grid: null, along: [], sliders: [], levers: [] };
  const idle = {
    frame: 0,
    job: null,
    ahead: null,
    waiting: false,
    address: 0,
    width: 0,
    paper: false,
    milliseconds: 0,
  };
  return { model, state, view: copyOf(state), result, ...nothing, ...idle };
}

/**
 * @param {State} state
 * @returns {State}
 */
function copyOf({ levels, importances, map, plane }) {
  return { levels: [...levels], importances: importances.map((own) => [...own]), map: [...map], plane: [...plane] };
}

/**
 * Recomputes the page's result, with pauses.
 * @param {Page} page
 * @returns {Generator<void, void>}
 */
function* compute(page) {
  const view = copyOf(page.state);
  if (!page.model.live) {
    page.view = view;
    return;
  }
  try {
    const trouble = idleText(page.model, view);
    Object.assign(page, { view, trouble, ...(trouble ? {} : yield* solveView(page, view)) });
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    Object.assign(page, { view, trouble: "with these importances the frontier is too large for a page; use sim run" });
  }
}

/**
 * @param {Page} page
 * @param {State} view
 * @returns {Generator<void, Partial<Page>>}
 */
function* solveView(page, view) {
  const { model } = page;
  const space = yield* spaceOf(page, view.importances);
  const terms = termsAt(model, space.weights, view.levels);
  if (terms.illegal.length) return { trouble: terms.illegal.join("; ") };
  const result = yield* solveAt(model, space, terms);
  const grid = model.issues.length > 1 ? yield* pairMap(model, space, terms, ...view.map) : null;
  const along = [];
  for (const n of model.leverage.keys()) {
    yield;
    along.push(zoneAlong(model, space, view.levels, n));
  }
  return { result, grid, along };
}

/**
 * The folded space; folded anew where an importance has changed: leverage never touches it.
 * @param {Page} page
 * @param {number[][]} importances
 * @returns {Generator<void, Space>}
 */
function* spaceOf(page, importances) {
  const wanted = JSON.stringify(importances);
  if (page.folded !== wanted || !page.space) {
    page.space = yield* foldSpace(page.model, importances, page.space);
    page.folded = wanted;
  }
  return page.space;
}

/**
 * Which party's importances leave nothing to care about; empty where none's.
 * @param {Model} model
 * @param {State} state
 */
function idleText(model, state) {
  const total = (/** @type {Party} */ party, /** @type {number} */ p) =>
    [...state.importances[p], ...party.linkages.map((linkage) => linkage.importance)].reduce((a, b) => a + b, 0);
  const idle = model.parties.find((party, p) => !(total(party, p) > 0));
  return idle ? `the importances of ${idle.label} sum to zero (expected at least one above zero)` : "";
}

/**
 * Applies a change; computes and draws it in the next frame.
 * @param {Page} page
 * @param {(state: State) => void} change
 */
function change(page, change) {
  change(page.state);
  page.sliders.forEach((one) => one.refresh());
  clearTimeout(page.address);
  page.address = setTimeout(() => keepAddress(page), ADDRESS_DELAY);
  if (page.frame || page.job) page.waiting = true;
  else page.frame = requestAnimationFrame(() => begin(page));
}

/** @param {Page} page */
function begin(page) {
  page.frame = 0;
  page.waiting = false;
  page.milliseconds = 0;
  page.job = compute(page);
  carryOn(page, page.job);
}

/**
 * Goes on with a job for a slice of time. One that takes longer leaves what it replaces in sight, marked as updating.
 * @param {Page} page
 * @param {Generator<void, void>} job
 */
function carryOn(page, job) {
  if (page.job !== job) return;
  const start = performance.now();
  let done = false;
  try {
    do done = !!job.next().done;
    while (!done && performance.now() - start < SLICE);
  } catch (error) {
    page.job = null;
    throw error;
  }
  if (done) {
    page.job = null;
    show(page);
  } else setTimeout(() => carryOn(page, job), 0);
  markUpdating(!done);
  page.milliseconds += performance.now() - start;
  if (done && page.waiting) page.frame = requestAnimationFrame(() => begin(page));
}

/** @param {boolean} yes */
function markUpdating(yes) {
  document.body.classList.toggle("updating", yes);
  for (const id of LIVE) {
    if (yes) byId(id).setAttribute("aria-busy", "true");
    else byId(id).removeAttribute("aria-busy");
  }
}

/**
 * Folds what a later move may ask for, while nobody moves anything.
 * @param {Page} page
 * @param {number} [issue] one whose importance may move next
 */
function prepare(page, issue) {
  const { space } = page;
  if (!space || !space.whole.n || !("requestIdleCallback" in window)) return;
  const steps = issue === undefined ? restOf(space) : readyFor(space, issue);
  page.ahead = steps;
  const goOn = (/** @type {IdleDeadline} */ idle) => {
    if (page.ahead !== steps || page.space !== space || page.job || page.frame) return;
    try {
      let done = false;
      while (!done && idle.timeRemaining() > 1) done = !!steps.next().done;
      if (!done) requestIdleCallback(goOn);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
    }
  };
  requestIdleCallback(goOn);
}

/** @param {Page} page */
function keepAddress(page) {
  page.address = 0;
  prepare(page);
  const address = addressOf(page.model, page.state);
  try {
    history.replaceState(null, "", `${location.pathname}${location.search}${address ? `#${address}` : ""}`);
  } catch {
    // A sandboxed page has no address to change.
  }
}

/**
 * Computes and draws at once.
 * @param {Page} page
 */
function redraw(page) {
  const start = performance.now();
  cancelAnimationFrame(page.frame);
  Object.assign(page, { frame: 0, job: null, waiting: false });
  finished(compute(page));
  show(page);
  markUpdating(false);
  page.sliders.forEach((one) => one.refresh());
  page.milliseconds = performance.now() - start;
}
