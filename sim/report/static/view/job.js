// What the page holds, and how a change is computed: in slices of time, so that it always listens.

/**
 * Everything the page holds. `base` is what the page carries, `model` that as switched; `state` is what the reader has
 * set, `view` what the result is of; they differ while a job is under way.
 * @typedef {{base: Model, model: Model, state: State, view: State, space: Space|null, folded: string, terms: Terms|null,
 *   result: Result, margins: number[][]|null, judgement: Judgement|null, trouble: string, grid: number[][]|null,
 *   along: {from: number, to: number, exists: boolean}[][], field: Field|null,
 *   fieldJob: Generator<void, void>|null, scale: number, sliders: {refresh: () => void}[],
 *   levers: {note: HTMLElement, lever: Lever}[], reasons: (() => void)[], pins: (Pin|null)[], trail: string[],
 *   here: number, focus: string, frame: number, job: Generator<void, void>|null,
 *   ahead: Generator<void, unknown>|null, planeChoosers: {refresh: () => void}[], tab: string, waiting: boolean, address: number, widths: Map<string, number>,
 *   tableWidth: number, paper: boolean, dark: boolean, milliseconds: number}} Page
 */

/** How long, in milliseconds, the page computes before it lets the browser draw and listen. */
const SLICE = 30;
/** How long after the last change the address follows; browsers refuse many changes of it in a row. */
const ADDRESS_DELAY = 200;

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * @param {Model} base
 * @param {string} address
 * @returns {Page}
 */
function openPage(base, address) {
  isolateLabels(base);
  const state = stateOf(base, address);
  const { start } = base;
  const columns = base.signers.map((_, i) =>
    Float64Array.from(start.frontier, (/** @type {number[]} */ point) => point[i]),
  );
  const result = { ...start, frontier: columns, inside: Uint8Array.from(start.inside, Number) };
  const model = variantOf(base, base.live ? state : startState(base));
  const nothing = { space: null, folded: "", terms: null, margins: null, judgement: null, trouble: "", grid: null };
  const empty = { along: [], sliders: [], levers: [], reasons: [], pins: [null, null], trail: [address], here: 0 };
  const idle = { field: null, fieldJob: null, frame: 0, job: null, ahead: null, waiting: false, address: 0 };
  const look = { tab: "", planeChoosers: [], scale: 0, focus: "", widths: new Map(), tableWidth: 0, paper: false, dark: false, milliseconds: 0 };
  return { base, model, state, view: copyOf(state), result, ...nothing, ...empty, ...idle, ...look };
}

/**
 * @param {State} state
 * @returns {State}
 */
function copyOf(state) {
  return structuredClone(state);
}

/**
 * Recomputes the page's result, with pauses.
 * @param {Page} page
 * @returns {Generator<void, void>}
 */
function* compute(page) {
  const view = copyOf(page.state);
  if (!page.base.live) {
    page.view = view;
    return;
  }
  try {
    const trouble = idleText(page.base, view);
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
  const model = variantOf(page.base, view);
  const space = yield* spaceOf(page, model, view.importances);
  const terms = termsAt(model, space.weights, view.levels);
  if (terms.illegal.length) return { model, trouble: terms.illegal.join("; ") };
  const result = yield* solveAt(model, space, terms);
  const margins = yield* levelMargins(model, space, terms);
  const grid = model.issues.length > 1 ? yield* pairMap(model, space, terms, ...view.map) : null;
  const along = [];
  for (const n of model.leverage.keys()) {
    yield;
    along.push(zoneAlong(model, space, view.levels, n));
  }
  const proposal = view.proposal && inModel(model, view.proposal).map((level) => Math.max(0, level));
  const judgement = proposal && judged(model, space, terms, proposal);
  return { model, terms, result, margins, grid, along, judgement };
}

/**
 * The folded space; folded anew where an importance or a switch has changed: leverage never touches it.
 * @param {Page} page
 * @param {Model} model
 * @param {number[][]} importances
 * @returns {Generator<void, Space>}
 */
function* spaceOf(page, model, importances) {
  const wanted = model.structure + JSON.stringify(importances);
  if (page.folded !== wanted || !page.space) {
    page.space = yield* foldSpace(model, importances, page.space);
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
  let done;
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

/**
 * Where a view stands in the history: with its tab, where there are tabs, before what is set.
 * @param {string} tab
 * @param {string} address
 */
function placed(tab, address) {
  const hash = [tab && `tab:=${encodeURIComponent(tab)}`, address].filter(Boolean).join("&");
  return `${location.pathname}${location.search}${hash && `#${hash}`}`;
}

/**
 * Once a change rests the address holds it, and it can be undone.
 * @param {Page} page
 */
function keepAddress(page) {
  page.address = 0;
  prepare(page);
  const address = addressOf(page.base, page.state);
  if (address === page.trail[page.here]) return;
  page.trail = [...page.trail.slice(0, page.here + 1), address];
  page.here += 1;
  page.sliders.forEach((one) => one.refresh());
  try {
    history.pushState({ here: page.here }, "", placed(page.tab, address));
  } catch {
    // A sandboxed page has no address to change; what it keeps itself is enough to undo.
  }
}

/**
 * Sets the page to what an address holds, as a change that can be undone.
 * @param {Page} page
 * @param {string} address
 */
function restore(page, address) {
  change(page, (now) => Object.assign(now, stateOf(page.base, address)));
}

/**
 * One step back, or forth.
 * @param {Page} page
 * @param {1|-1} way
 */
function travel(page, way) {
  if (page.address) {
    clearTimeout(page.address);
    keepAddress(page);
  }
  const address = page.trail[page.here + way];
  if (address === undefined) return;
  page.here += way;
  page.state = stateOf(page.base, address);
  try {
    history.replaceState({ here: page.here }, "", placed(page.tab, address));
  } catch {
    // As above.
  }
  change(page, () => {});
}

/**
 * Stops whatever is under way, so that nothing is drawn of a page that is out of sight.
 * @param {Page} page
 */
function rest(page) {
  if (page.address) {
    clearTimeout(page.address);
    keepAddress(page);
  }
  cancelAnimationFrame(page.frame);
  clearTimeout(speak.timer);
  Object.assign(page, { frame: 0, job: null, fieldJob: null, ahead: null, waiting: false });
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
