// The page: reads its data, keeps its state, and redraws what a slider changes.

/**
 * Everything the page holds.
 * @typedef {{model: Model, state: State, space: Space|null, folded: string, result: Result, trouble: string,
 *   sliders: {refresh: () => void}[], levers: {note: HTMLElement, lever: Lever}[], frame: number, milliseconds: number}} Page
 */

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @returns {Page} */
function open() {
  const model = /** @type {Model} */ (JSON.parse(byId("data").textContent || ""));
  const state = stateOf(model, location.hash.slice(1));
  return {
    model,
    state,
    space: null,
    folded: "",
    result: model.start,
    trouble: "",
    sliders: [],
    levers: [],
    frame: 0,
    milliseconds: 0,
  };
}

/**
 * Recomputes the page's result: folds the space only where an importance has changed.
 * @param {Page} page
 */
function compute(page) {
  const { model, state } = page;
  page.trouble = "";
  if (!model.live) return;
  try {
    const wanted = JSON.stringify(state.importances);
    if (page.folded !== wanted || !page.space) {
      page.space = null;
      page.space = foldSpace(model, state.importances);
      page.folded = wanted;
    }
    const terms = termsAt(model, page.space.weights, state.levels);
    if (terms.illegal.length) page.trouble = terms.illegal.join("; ");
    else page.result = solveAt(model, page.space, terms);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    page.trouble = `With these importances the page would need ${error.message}, more than it works with. Run sim in a terminal instead.`;
  }
}

/**
 * @param {Page} page
 */
function show(page) {
  const { model, state, result } = page;
  const good = !page.trouble;
  for (const id of ["summary", "zone", "ranges", "deals", "map"]) byId(id).hidden = !good;
  announce(good ? headlineText(model, result) : `No result: ${page.trouble}`);
  if (!good) return;
  byId("sentences").replaceChildren(...summarySentences(model, result).map((text) => html("p", {}, text)));
  byId("parties").replaceChildren(tiles(model, result));
  byId("plane").replaceChildren(planeFigure(model, result, ...state.plane, widthOf("plane", 640)));
  byId("range-rows").replaceChildren(
    ...rangeRows(
      model,
      result,
      widthOf("range-rows", 1000) < 560 ? widthOf("range-rows", 560) : Math.min(460, widthOf("range-rows", 1000) - 230),
    ),
  );
  byId("deal-table").replaceChildren(dealTable(model, result));
  showMap(page);
  page.levers.forEach(({ note, lever }, n) => {
    if (page.space) strip(note, lever, zoneAlong(model, page.space, state.levels, n));
  });
}

/**
 * @param {string} id
 * @param {number} most
 */
function widthOf(id, most) {
  return Math.max(240, Math.min(most, byId(id).clientWidth || most));
}

/**
 * Says at once to the eye, and to a screen reader when the slider rests.
 * @param {string} text
 */
function announce(text) {
  const headline = byId("headline");
  if (headline.textContent === text) return;
  headline.setAttribute("aria-busy", "true");
  headline.textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => headline.removeAttribute("aria-busy"), 400);
}
announce.timer = 0;

/**
 * @param {Model} model
 * @param {Result} result
 */
function tiles(model, result) {
  const tile = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ more) =>
    html("li", {}, name, html("b", {}, value), html("span", { class: "quiet" }, more));
  const gap = result.gap === null ? "none" : utilityText(result.gap);
  return html(
    "ul",
    { class: "tiles" },
    tile("Gap", gap, result.exists ? "the best deal's margin for the worse-off side" : "below 0: no zone"),
    ...model.signers.map((p, i) =>
      tile(
        `${model.parties[p].label}: surplus`,
        result.surplus ? utilityText(result.surplus[i]) : "none",
        `no deal is worth ${utilityText(result.reservation[p])}${result.ideal ? `, the best agreement ${utilityText(result.ideal[i])}` : ""}`,
      ),
    ),
  );
}

/** @param {Page} page */
function showMap(page) {
  const { model, state, result } = page;
  byId("map").hidden = model.issues.length < 2;
  if (model.issues.length < 2) return;
  const [k, m] = state.map;
  const grid = page.space
    ? pairMap(model, page.space, termsAt(model, page.space.weights, state.levels), k, m)
    : staticMap(model, k, m);
  byId("map-figure").replaceChildren(
    grid
      ? mapFigure(model, result, grid, state.map, widthOf("map-figure", 640))
      : html("p", {}, "Without a zone no combination occurs in an agreement."),
  );
}

/**
 * @param {Model} model
 * @param {number} k
 * @param {number} m
 * @returns {number[][]|null}
 */
function staticMap(model, k, m) {
  const names = [k, m].map((n) => model.issues[n].key);
  const found = (model.start.maps || []).find((/** @type {any} */ map) =>
    names.every((name) => map.issues.includes(name)),
  );
  if (!found) return null;
  const rows = found.possible.map((/** @type {number[]} */ row) => row.map((x) => x + 1));
  return found.issues[0] === names[0]
    ? rows
    : rows[0].map((/** @type {number} */ _, /** @type {number} */ n) =>
        rows.map((/** @type {number[]} */ row) => row[n]),
      );
}

/**
 * Draws along a slider where the zone exists, and says it.
 * @param {HTMLElement} note
 * @param {Lever} lever
 * @param {{from: number, to: number, exists: boolean}[]} found
 */
function strip(note, lever, found) {
  const [low, high] = lever.range,
    x = (/** @type {number} */ level) => (200 * (level - low)) / (high - low);
  const drawing = svg(
    "svg",
    { class: "strip", viewBox: "0 0 200 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "track", d: "M0 4H200" }),
    ...found
      .filter((one) => one.exists)
      .map((one) => svg("rect", { class: "zone", x: x(one.from), y: 0, width: x(one.to) - x(one.from), height: 8 })),
  );
  note.replaceChildren(drawing, `${lever.meaning ? `${lever.meaning}. ` : ""}${alongText(found)}`);
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
  const { model, state } = page,
    form = byId("controls");
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

/** @param {Page} page */
function buildChoices(page) {
  const { model, state } = page;
  const names = model.issues.map((issue) => issue.label);
  const swap = (/** @type {"map"|"plane"} */ key, /** @type {0|1} */ side) => (/** @type {number} */ n) =>
    change(page, (now) => {
      if (now[key][1 - side] === n) now[key][1 - side] = now[key][side];
      now[key][side] = n;
      buildChoices(page);
    });
  byId("map-choice").replaceChildren(
    html(
      "div",
      { class: "choice" },
      chooser("Across", names, state.map[0], swap("map", 0)),
      chooser("Up", names, state.map[1], swap("map", 1)),
    ),
  );
  const signers = model.signers.map((p) => model.parties[p].label);
  if (signers.length > 2) {
    byId("plane-choice").replaceChildren(
      html(
        "div",
        { class: "choice" },
        chooser("Across", signers, state.plane[0], swap("plane", 0)),
        chooser("Up", signers, state.plane[1], swap("plane", 1)),
      ),
    );
  }
}

function start() {
  const page = open();
  if (page.model.live) buildControls(page);
  buildChoices(page);
  redraw(page);
  addEventListener("hashchange", () => {
    page.state = stateOf(page.model, location.hash.slice(1));
    buildChoices(page);
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
