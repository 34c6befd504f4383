// The page: its controls, and how it starts.

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
      start: lever.level,
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
  const group = html("details", { "aria-label": `Importance to ${party.label}` }, html("summary", {}, party.label));
  party.values.forEach((value, n) => {
    const one = slider({
      label: page.model.issues[value.issue].label,
      note: "",
      low: value.least,
      high: Math.max(2 * most, value.least + most),
      start: value.importance,
      get: () => page.state.importances[p][n],
      set: (x) =>
        change(page, (now) => {
          now.importances[p][n] = x;
        }),
      ready: () => prepare(page, value.issue),
    });
    page.sliders.push(one);
    group.append(one.node);
  });
  return group;
}

/** @param {Page} page */
function download(page) {
  const text = csvOf(page.model, page.view, page.result, page.grid);
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
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
  const where = key === "map" ? "in the figure of two issues" : "in the utility plane";
  const across = chooser("Across", where, names, () => page.state[key][0], pick(0));
  const up = chooser("Up", where, names, () => page.state[key][1], pick(1));
  page.sliders.push(across, up);
  byId(`${key}-choice`).replaceChildren(html("div", { class: "choice" }, across.node, up.node));
}

/**
 * Paper takes everything, figures drawn for its width.
 * @param {Page} page
 */
function preparePrint(page) {
  /** @type {HTMLDetailsElement[]} */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details")].filter((one) => !one.open);
    for (const one of closed) one.open = true;
    fit(page);
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    fit(page);
  });
  matchMedia("print").addEventListener("change", () => fit(page));
}

/**
 * Draws the page for the width that it has now.
 * @param {Page} page
 */
function fit(page) {
  measure(page);
  show(page);
}

function start() {
  const page = openPage();
  if (page.model.live) buildControls(page);
  const signers = page.model.signers.map((p) => page.model.parties[p].label);
  if (page.model.issues.length > 1)
    buildChoice(
      page,
      "map",
      page.model.issues.map((issue) => issue.label),
    );
  if (signers.length > 2) buildChoice(page, "plane", signers);
  measure(page);
  redraw(page);
  prepare(page);
  addEventListener("hashchange", () => {
    page.state = stateOf(page.model, location.hash.slice(1));
    redraw(page);
  });
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) fit(page);
    width = innerWidth;
  });
  preparePrint(page);
  // The address is for the sliders: following the link must not reset them.
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("results").focus();
  });
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
