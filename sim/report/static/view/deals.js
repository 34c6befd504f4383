// The table of deals.

/**
 * @param {HTMLElement} container
 * @param {Model} model
 * @param {Result} result
 */
function showDeals(container, model, result) {
  const { deals } = result;
  if (!deals) {
    patch(container, [{ key: "none", make: () => html("p", {}, "Without a zone there is no deal to propose.") }]);
    return;
  }
  patch(container, [{ key: "table", make: emptyDealTable }]);
  const body = /** @type {HTMLElement} */ (container.querySelector("tbody"));
  patch(
    body,
    dealRows(model, deals).map(([title, unit, cells]) => ({
      key: cells.flat().join("\n"),
      make: () => dealRow(title, unit, cells),
    })),
  );
}

/** @returns {HTMLElement} */
function emptyDealTable() {
  const head = DEALS.map((name) => html("th", { scope: "col" }, inlineMark(name), ` ${DEAL_LABELS[name]}`));
  const caption =
    "In small type: the levels of deals about as good, short of the best by at most 1 % of it or 0.005 of the stakes " +
    "(worst to best deal = 1), whichever is more. They differ widely in what matters little. " +
    "Egalitarian compares utilities across parties, as does the margin.";
  return html(
    "table",
    { class: "stack" },
    html("caption", {}, caption),
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Term"), ...head)),
    html("tbody", {}),
  );
}

/**
 * Title, unit and for each deal the text and what stands below it in small type.
 * @param {Model} model
 * @param {Object<string, Deal>} deals
 * @returns {[string, string, string[][]][]}
 */
function dealRows(model, deals) {
  const each = (/** @type {(deal: Deal) => string[]} */ cell) => DEALS.map((name) => cell(deals[name]));
  /** @type {[string, string, string[][]][]} */
  const rows = model.issues.map((issue, k) => [
    issue.label,
    unitText(issue),
    each(({ levels, within }) => {
      const several = within[k].filter(Boolean).length > 1;
      const near = several ? `about as good: ${chosenText(issue, within[k])}` : stepText(issue, levels[k]);
      return [levelName(issue, levels[k]), near];
    }),
  ]);
  model.parties.forEach((party, p) => {
    const note = model.signers.includes(p) ? "" : " does not sign";
    const worth = each(({ utilities, gains }) => [utilityText(utilities[p]), `gain ${utilityText(gains[p])}`]);
    rows.push([`Utility of ${party.label}`, note, worth]);
  });
  if (DEALS.some((name) => deals[name].ties > 1))
    rows.push(["Equally good deals", "", each(({ ties }) => [numberText(ties), ""])]);
  return rows;
}

/**
 * How far the next level lies where one level alone is as good: a coarse step hides a range.
 * @param {Issue} issue
 * @param {number} level
 */
function stepText(issue, level) {
  const next = level + 1 < issue.levels.length ? level + 1 : level - 1;
  if (!isNumeric(issue) || next < 0) return "";
  return `step ${levelText(Number(Math.abs(Number(issue.levels[next]) - Number(issue.levels[level])).toPrecision(12)))}`;
}

/**
 * @param {string} title
 * @param {string} unit
 * @param {string[][]} cells
 */
function dealRow(title, unit, cells) {
  return html(
    "tr",
    {},
    html("th", { scope: "row" }, title, ...(unit ? [html("small", { class: "quiet" }, unit)] : [])),
    ...cells.map(([text, more], n) =>
      html("td", { "data-label": DEAL_LABELS[DEALS[n]] }, text, ...(more ? [html("small", {}, more)] : [])),
    ),
  );
}
