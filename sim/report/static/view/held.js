// What sim found at the starting point and the page does not compute: radii, and the levels that hold for every truth.

/**
 * The levels of an issue that occur in deals acceptable whatever the truth; none where nothing is stated, or where the
 * table has other levels than at the start.
 * @param {Page} page
 * @param {number} k
 * @returns {boolean[]}
 */
function heldLevels({ base, model }, k) {
  const { levels } = base.robust;
  return levels && levels[k].length === model.issues[k].levels.length ? levels[k] : [];
}

/**
 * What the deal that is marked, or proposed, takes of each budget.
 * @param {Page} page
 */
function showBudgets(page) {
  const { base, model } = page;
  const { ring, proposal } = shownDeals(page);
  const levels = proposal || ring;
  const texts = base.lines.filter(({ party }) => party < 0).map(({ label, says, sum, bound, issues }) => {
    const taken = (sum || []).reduce((all, w, n) => all + w * Number(model.issues[issues[n]].levels[levels ? Math.max(0, levels[issues[n]]) : 0]), 0);
    return `Budget “${isolated(label)}”: ${isolated(says)}${levels ? `; ${proposal ? "your proposal" : "the deal"} has ${numberText(Number(taken.toPrecision(12)))} (${bound})` : ""}.`;
  });
  patchTexts(byId("budgets"), texts);
}

/** @param {Page} page */
function showHeld(page) {
  const { radii, words } = page.base.robust;
  const parts = [
    ...radiusWords("The Nash deal is accepted by all who sign while", radii.nash),
    ...radiusWords(page.base.start.exists ? "There is a zone while" : "There is no zone while", radii.zone),
    ...words.map((/** @type {string} */ text) => ({ key: text, make: () => html("p", {}, text) })),
  ];
  byId("held").hidden = !parts.length;
  patch(byId("held-words"), parts);
}

/**
 * @param {string} head
 * @param {{inputs: string, within: number, refuses: string|null, exact: boolean}[]|undefined} radii
 */
function radiusWords(head, radii) {
  if (!radii) return [];
  if (!radii.length) return [{ key: head, make: () => html("p", {}, `${head} any one group of inputs is off by up to 1000 %.`) }];
  const most = Math.max(...radii.map(({ within }) => within));
  const rows = radii.map(({ inputs, within, refuses, exact }) => {
    const bar = svg("svg", { width: 120, height: 10, viewBox: "0 0 120 10", "aria-hidden": "true" }, svg("rect", { class: "radius", x: 0, y: 1, width: Math.max(2, (120 * within) / most), height: 8 }));
    const text = `${exact ? "" : "at least "}${(100 * within).toFixed(within < 0.1 ? 1 : 0)} %`;
    const then = refuses ? `then ${isolated(refuses)} refuses` : "";
    return html("tr", {}, html("th", { scope: "row" }, isolated(inputs)), html("td", {}, bar), html("td", {}, text), html("td", {}, then));
  });
  return [{ key: head, make: () => html("table", { class: "radii" }, html("caption", {}, `${head} one group of numbers alone is off by no more than:`), html("tbody", {}, ...rows)) }];
}

/**
 * @param {Page} page
 * @param {number} scale
 */
function showLegend(page, scale) {
  const { base, model, result } = page;
  const parties = model.parties.map((party, p) => ({ p, label: party.label, signs: model.signers.includes(p) }));
  const key = JSON.stringify([scale, parties, !!result.deals]);
  const sample = (/** @type {number} */ width, /** @type {SVGElement[]} */ ...parts) =>
    svg("svg", { width, height: 18, viewBox: `0 0 ${width} 18`, "aria-hidden": "true" }, ...parts);
  const shades = [-8, -6, -4, -2, -1, 1, 2, 4, 6, 8].map((shade, n) => svg("rect", { class: shadeClass(shade), x: 9 * n, y: 3, width: 9, height: 12 }));
  const make = () => {
    const items = [
      [sample(90, ...shades), `best margin of any deal with the level: −${scale} to 0 to +${scale}`],
      [sample(20, svg("rect", { class: "cell barred", x: 0, y: 3, width: 20, height: 12 })), "ruled out by red lines"],
      [sample(20, svg("circle", { class: "ring", cx: 10, cy: 9, r: 8 }), mark(result.deals ? "nash" : "nearest", 10, 9, 0.6)), result.deals ? "the Nash deal" : "nearest to a deal"],
      [sample(20, svg("circle", { class: "ring start", cx: 10, cy: 9, r: 8 })), "at the start"],
      ...(model.issues.some((issue) => issue.flags.length) ? [[sample(14, svg("path", { class: "flag p5", d: "M3 16v-13h9l-3 3.5l3 3.5h-8" })), "position a document reports"]] : []),
      ...(base.robust.levels ? [[sample(20, svg("path", { class: "held", d: "M0 9H20" })), "holds for every truth stated"]] : []),
      ...parties.map(({ p, label, signs }) => [sample(20, svg("path", { class: `arrow p${p % 6}${signs ? "" : " hollow"}`, "stroke-width": 3, d: "M2 9H15M12 5L17 9L12 13" })), `${label}${signs ? "" : " (does not sign)"}`]),
    ];
    return html("ul", { class: "legend" }, ...items.map(([drawing, text]) => html("li", {}, drawing, String(text))));
  };
  patch(byId("table-legend"), [{ key, make }]);
}
