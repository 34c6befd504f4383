// Ranges of the issues, and the table of deals.

/**
 * @param {Model} model
 * @param {Result} result
 * @param {number} width
 * @returns {Node[]}
 */
function rangeRows(model, result, width) {
  const rows = model.issues.map((issue, k) => {
    const unit = unitText(issue).trim();
    const name = html(
      "div",
      { class: "name" },
      issue.label,
      html(
        "span",
        { class: "quiet" },
        result.exists ? `${chosenText(issue, result.ranges[k])}${unitText(issue)}` : unit,
      ),
    );
    const shown =
      isNumeric(issue) && issue.levels.length > 1 ? rangeBar(model, result, k, width) : levelList(issue, result, k);
    return html("div", { class: "range" }, name, shown);
  });
  const text = result.exists
    ? "Bars: levels that occur in some agreement. Bands: levels of deals that reach 99 % of the best. Marks: the deals."
    : "There is no agreement, so no level is filled.";
  return [html("p", { class: "note" }, text), ...(result.deals ? [legend()] : []), ...rows];
}

/**
 * @param {Model} model
 * @param {Result} result
 * @param {number} k
 * @param {number} width
 * @returns {SVGElement}
 */
function rangeBar(model, result, k, width) {
  const issue = model.issues[k],
    levels = /** @type {number[]} */ (issue.levels);
  const low = levels[0],
    high = levels[levels.length - 1],
    pad = 16,
    height = result.deals ? 76 : 40;
  const x = (/** @type {number} */ n) => pad + ((levels[n] - low) / (high - low)) * (width - 2 * pad);
  const label = `${issue.label}: agreements ${chosenText(issue, result.ranges[k])}${unitText(issue)}`;
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, role: "img", "aria-label": label },
    svg("path", { class: "track", d: `M${pad} 9H${width - pad}` }),
    ...stretches(result.ranges[k]).map(([from, to]) =>
      svg("rect", { class: "zone", x: x(from) - 2, y: 3, width: x(to) - x(from) + 4, height: 12, rx: 2 }),
    ),
  );
  DEALS.forEach((name, n) => {
    if (!result.deals) return;
    const y = 25 + 13 * n,
      deal = result.deals[name];
    for (const [from, to] of stretches(deal.within[k])) {
      drawing.append(svg("path", { class: `band ${name}`, d: `M${x(from)} ${y}H${x(to) + 0.01}` }));
    }
    drawing.append(mark(name, x(deal.levels[k]), y, name === "egalitarian" ? 0.45 : 0.65));
  });
  drawing.append(
    svg("text", { class: "quiet", x: 0, y: height - 3 }, levelText(low)),
    svg(
      "text",
      { class: "quiet", x: width, y: height - 3, "text-anchor": "end" },
      cutText(levelText(high) + unitText(issue), Math.floor(width / 9)),
    ),
  );
  return drawing;
}

/**
 * @param {Issue} issue
 * @param {Result} result
 * @param {number} k
 * @returns {HTMLElement}
 */
function levelList(issue, result, k) {
  return html(
    "ul",
    { class: "levels" },
    ...issue.levels.map((level, n) => {
      const chosen = result.deals ? DEALS.filter((name) => result.deals && result.deals[name].levels[k] === n) : [];
      const state = result.ranges[k][n] ? "in some agreement" : "in no agreement";
      return html(
        "li",
        { class: result.ranges[k][n] ? "in" : "out" },
        levelText(level) + (isNumeric(issue) ? unitText(issue) : ""),
        html("span", { class: "unseen" }, ` (${state})`),
        ...chosen.map(inlineMark),
      );
    }),
  );
}

/**
 * @param {Model} model
 * @param {Result} result
 * @returns {Node}
 */
function dealTable(model, result) {
  if (!result.deals) return html("p", {}, "Without a zone there is no deal to propose.");
  const deals = result.deals;
  const head = html(
    "tr",
    {},
    html("th", { scope: "col" }, "Term"),
    ...DEALS.map((name) => html("th", { scope: "col" }, inlineMark(name), ` ${DEAL_LABELS[name]}`)),
  );
  const rows = model.issues.map((issue, k) =>
    dealRow(
      issue.label,
      unitText(issue),
      DEALS.map((name) => {
        const { levels, within } = deals[name];
        const near = within[k].filter(Boolean).length > 1 ? `99 %: ${chosenText(issue, within[k])}` : "";
        return [levelText(issue.levels[levels[k]]), near];
      }),
    ),
  );
  const worth = model.parties.map((party, p) =>
    dealRow(
      `Utility of ${party.label}`,
      model.signers.includes(p) ? "" : " does not sign",
      DEALS.map((name) => [utilityText(deals[name].utilities[p]), `gain ${utilityText(deals[name].gains[p])}`]),
    ),
  );
  const ties = DEALS.some((name) => deals[name].ties > 1)
    ? [
        dealRow(
          "Equally good deals",
          "",
          DEALS.map((name) => [numberText(deals[name].ties), ""]),
        ),
      ]
    : [];
  return html(
    "table",
    { class: "stack" },
    html(
      "caption",
      {},
      "In small type: the levels of deals that reach 99 % of the best, which differ widely in what matters little. " +
        "Egalitarian compares utilities across parties, as does the margin.",
    ),
    html("thead", {}, head),
    html("tbody", {}, ...rows, ...worth, ...ties),
  );
}

/**
 * @param {string} title
 * @param {string} unit
 * @param {string[][]} cells for each deal the text, and what stands below it in small type
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
