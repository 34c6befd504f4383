// Two views kept side by side.

/** @typedef {{address: string, rows: [string, string][]}} Pin */

/**
 * @param {Page} page
 * @param {number} n
 */
function pin(page, n) {
  page.pins[n] = { address: addressOf(page.base, page.state), rows: pinnedRows(page) };
  showPins(page);
}

/**
 * @param {Page} page
 * @returns {[string, string][]}
 */
function pinnedRows({ base, model, view, result }) {
  const { deals, nearest } = result;
  const levels = deals ? deals.nash.levels : nearest ? nearest.levels : null;
  const utilities = deals ? deals.nash.utilities : nearest ? nearest.utilities : null;
  const moved = movesOf(base, view).map(({ name, text }) => `${name} ${text}`);
  return [
    ["Set", moved.join("; ") || "the starting point"],
    ["Zone", result.exists ? "yes" : "no"],
    ["Margin", result.margin === null ? "none" : utilityText(result.margin)],
    ...model.parties.map((party, p) => /** @type {[string, string]} */ ([`Gain of ${party.label}`, utilities ? utilityText(utilities[p] - result.reservation[p]) : "none"])),
    ...base.issues.map((issue, k) => /** @type {[string, string]} */ ([issue.label, levels ? dealText(model.issues[k], levels[k]) : "none"])),
  ];
}

/** @param {Page} page */
function showPins(page) {
  const { pins } = page;
  const kept = [0, 1].filter((n) => pins[n]);
  byId("pins").hidden = !kept.length;
  if (!kept.length) return;
  const heads = kept.map((n) => {
    const go = html("button", { type: "button" }, `Go to ${"AB"[n]}`);
    go.addEventListener("click", () => restore(page, pins[n] ? pins[n].address : ""));
    return html("th", { scope: "col" }, `Pinned ${"AB"[n]} `, go);
  });
  const rows = (pins[kept[0]] || { rows: [] }).rows.map(([title], row) => {
    const cells = kept.map((n) => (pins[n] || { rows: [] }).rows[row][1]);
    const differs = new Set(cells).size > 1;
    return html("tr", { class: differs ? "differs" : "" }, html("th", { scope: "row" }, title), ...cells.map((text) => html("td", {}, text)));
  });
  byId("pin-table").replaceChildren(html("table", {}, html("thead", {}, html("tr", {}, html("td", {}), ...heads)), html("tbody", {}, ...rows)));
}
