// The page: its controls, and how it starts.

/** @param {Page} page */
function buildControls(page) {
  const { base } = page;
  const form = byId("controls");
  form.hidden = false;
  form.append(travelButtons(page));
  if (base.leverage.length) form.append(html("h2", {}, "Leverage"));
  base.leverage.forEach((lever, n) => {
    const [low, high] = lever.range;
    const one = addSlider(page, {
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
      why: () => idleLever(page, n),
    });
    page.levers.push({ note: one.note, lever });
    form.append(one.node);
  });
  if (base.lines.length || base.parties.length > 2) form.append(switchGroup(page));
  form.append(
    html("h2", {}, "Importance"),
    html("p", { class: "note" }, "How much each party cares about the swing of an issue; only ratios matter."),
  );
  base.parties.forEach((_, p) => form.append(importanceGroup(page, p)));
  if (base.numbers.length) form.append(html("h2", {}, "Without a deal"), numberGroup(page));
  form.append(html("h2", {}, "Keep"), keepButtons(page));
}

/**
 * @param {Page} page
 * @param {Parameters<typeof slider>[0]} spec
 */
function addSlider(page, spec) {
  const one = slider(spec);
  page.sliders.push(one);
  page.reasons.push(one.reason);
  return one;
}

/**
 * @param {string} text
 * @param {() => void} act
 */
function button(text, act) {
  const node = /** @type {HTMLButtonElement} */ (html("button", { type: "button" }, text));
  node.addEventListener("click", act);
  return node;
}

/** @param {Page} page */
function travelButtons(page) {
  const undo = button("Undo", () => travel(page, -1)),
    redo = button("Redo", () => travel(page, 1));
  const reset = button("Back to the start", () => change(page, (now) => Object.assign(now, startState(page.base))));
  const refresh = () => {
    undo.disabled = page.here === 0;
    redo.disabled = page.here + 1 >= page.trail.length;
  };
  page.sliders.push({ refresh });
  refresh();
  return html("p", { class: "travel" }, undo, redo, reset);
}

/** @param {Page} page */
function keepButtons(page) {
  const pins = ["A", "B"].map((name, n) => button(`Pin as ${name}`, () => pin(page, n)));
  const save = button("Save as scenario (YAML)", () => saveScenario(page));
  const numbers = button("Download numbers (CSV)", () => offer(csvOf(page), "text/csv", "negotiation.csv"));
  const paper = button("Print the brief", () => print());
  const whole = button("Print with annex", () => {
    document.body.classList.add("annex");
    print();
    document.body.classList.remove("annex");
  });
  return html("div", { class: "keep" }, ...pins, save, numbers, paper, whole, html("p", { class: "note" }, "The address of this page holds what you set: copy it to share the view."));
}

/**
 * @param {Page} page
 * @param {number} p
 */
function importanceGroup(page, p) {
  const { base } = page,
    party = base.parties[p];
  const most = party.values.reduce((top, value) => Math.max(top, value.importance), 0) || 1;
  const group = html("details", { "aria-label": `Importance to ${party.label}` }, html("summary", {}, party.label));
  group.addEventListener("toggle", () => page.reasons.forEach((reason) => reason()));
  party.values.forEach((value, n) => {
    const one = addSlider(page, {
      label: base.issues[value.issue].label,
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
      why: () => idleImportance(page, p, n),
    });
    group.append(one.node);
  });
  return group;
}

/**
 * Numbers behind no deal: odds, costs, hopes, outside options.
 * @param {Page} page
 */
function numberGroup(page) {
  const group = html("details", { class: "numbers-behind" }, html("summary", {}, "Odds, costs and other numbers"));
  group.addEventListener("toggle", () => page.reasons.forEach((reason) => reason()));
  for (const { label, path, at, above, least } of page.base.numbers) {
    const wide = Math.max(Math.abs(at), 0.25);
    const low = least ?? (above === null ? Math.min(-wide, at - wide) : Math.min(at, 0.05));
    const one = addSlider(page, {
      label,
      note: "",
      low,
      high: Math.max(at + 2 * wide, 1),
      start: at,
      get: () => page.state.numbers[path] ?? at,
      set: (x) =>
        change(page, (now) => {
          if (x === at) delete now.numbers[path];
          else now.numbers[path] = x;
        }),
      why: () => idleNumber(page, path, [low, at, Math.max(at + 2 * wide, 1)]),
    });
    group.append(one.node);
  }
  return group;
}

/**
 * Two choosers that never hold the same entry.
 * @param {Page} page
 * @param {"map"|"plane"|"axes"} key
 * @param {string[]} names
 */
function buildChoice(page, key, names) {
  const pick = (/** @type {0|1} */ side) => (/** @type {number} */ n) =>
    change(page, (now) => {
      if (now[key][1 - side] === n) now[key][1 - side] = now[key][side];
      now[key][side] = n;
    });
  const where = { map: "in the figure of two issues", plane: "in the utility plane", axes: "in the leverage map" }[key];
  const across = chooser("Across", where, names, () => page.state[key][0], pick(0));
  const up = chooser("Up", where, names, () => page.state[key][1], pick(1));
  page.sliders.push(across, up);
  if (key === "plane") page.planeChoosers = [across, up];
  byId(`${key}-choice`).replaceChildren(html("div", { class: "choice" }, across.node, up.node));
}

/**
 * The choice of two signers, made anew where others sign.
 * @param {Page} page
 */
function buildPlaneChoice(page) {
  const names = page.model.signers.map((p) => page.base.parties[p].label);
  byId("plane-choice").hidden = names.length < 3;
  if (names.length > 2) buildChoice(page, "plane", names);
}

/** @param {Page} page */
function build(page) {
  const { base } = page;
  if (base.live) {
    buildControls(page);
    buildTools(page);
  }
  const labels = (/** @type {{label: string}[]} */ records) => records.map(({ label }) => label);
  if (base.issues.length > 1) buildChoice(page, "map", labels(base.issues));
  if (base.leverage.length > 2) buildChoice(page, "axes", labels(base.leverage));
  buildPlaneChoice(page);
  let signers = String(page.model.signers);
  page.sliders.push({
    refresh: () => {
      if (String(page.state.signers) === signers) return;
      signers = String(page.state.signers);
      page.sliders = page.sliders.filter((one) => !page.planeChoosers.includes(one));
      buildPlaneChoice(page);
    },
  });
}

/**
 * What on a page's own nodes listens: for links and buttons that every page has.
 */
function listenWithin() {
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("sheet").addEventListener("click", () => openSheet(!document.body.classList.contains("sheet-open")));
  for (const link of document.querySelectorAll(".thumbs a")) link.addEventListener("click", follow);
}

/** @param {boolean} open */
function openSheet(open) {
  document.body.classList.toggle("sheet-open", open);
  byId("sheet").setAttribute("aria-expanded", String(open));
}

/**
 * Opens a group of sources, and no other, whatever was searched for before.
 * @param {HTMLDetailsElement} group
 */
function openGroup(group) {
  /** @type {HTMLInputElement} */ (byId("source-words")).value = "";
  findSources("");
  group.open = true;
}

/**
 * Goes where a link leads. The address is for what is set: following a link must not reset it.
 * @param {Event} event
 */
function follow(event) {
  event.preventDefault();
  const link = /** @type {Element} */ (event.currentTarget);
  const target = byId((link.getAttribute("href") || "").slice(1)) || byId("stage");
  const group = target.closest("details.group");
  if (group instanceof HTMLDetailsElement) openGroup(group);
  target.scrollIntoView();
  /** @type {HTMLElement} */ (target.querySelector(":scope > summary") || target).focus({ preventScroll: true });
}

/**
 * Makes the controls of a page whose nodes are in the document, and draws it.
 * @param {Page} page
 */
function mount(page) {
  build(page);
  for (const id of LIVE) byId(id).hidden = false;
  measure(page, matchMedia("print").matches);
  redraw(page);
  prepare(page);
  listenWithin();
  buildSearch();
}
