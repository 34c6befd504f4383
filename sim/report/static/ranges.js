// Ranges of the issues, the table of deals, and the map of two issues.

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
    ? "Bars: levels that occur in some agreement. Thin bands: levels of deals that reach 99 % of the best; marks: the deals."
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
    svg("text", { class: "quiet", x: width, y: height - 3, "text-anchor": "end" }, levelText(high) + unitText(issue)),
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

/**
 * Which levels of two issues go together: filled in some agreement, hatched where a red line forbids it.
 * @param {Model} model
 * @param {Result} result
 * @param {number[][]} grid as pairMap gives it
 * @param {[number, number]} pair
 * @param {number} width
 * @returns {HTMLElement}
 */
function mapFigure(model, result, grid, [k, m], width) {
  const across = model.issues[k],
    up = model.issues[m],
    columns = across.levels.length,
    rows = up.levels.length;
  const left = Math.min(
    170,
    width * 0.42,
    Math.max(50, 14 + 7 * Math.max(...up.levels.map((level) => levelText(level).length))),
  );
  const room = Math.floor((left - 10) / 7);
  const cut = (/** @type {string} */ text) => (text.length > room ? `${text.slice(0, room - 1)}…` : text);
  const longest = Math.min(room, Math.max(...across.levels.map((level) => levelText(level).length)));
  const slanted = !isNumeric(across),
    bottom = (slanted ? 14 + 4.6 * longest : 22) + 22;
  const cellWidth = (width - left - 14) / columns,
    cellHeight = Math.max(9, Math.min(26, 300 / rows));
  const height = 26 + rows * cellHeight + bottom,
    base = height - bottom;
  const x = (/** @type {number} */ n) => left + n * cellWidth,
    y = (/** @type {number} */ n) => base - (n + 1) * cellHeight;
  const cells = (/** @type {number} */ state) =>
    grid
      .flatMap((column, i) =>
        column.flatMap((found, j) =>
          found === state
            ? [
                `M${x(i).toFixed(1)} ${y(j).toFixed(1)}h${(cellWidth + 0.3).toFixed(2)}v${(cellHeight + 0.3).toFixed(2)}h${(-cellWidth - 0.3).toFixed(2)}Z`,
              ]
            : [],
        ),
      )
      .join("");
  const found = grid.flat(),
    some = found.filter((state) => state === 2).length,
    crossed = found.includes(0);
  const sentence = `${numberText(some)} of ${numberText(found.length)} combinations occur in some agreement.`;
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      role: "img",
      "aria-label": `${across.label} and ${up.label}: ${sentence}`,
    },
    hatching(),
    svg("path", { class: "none", d: cells(1) }),
    svg("path", { fill: "url(#hatch)", d: cells(0) }),
    svg("path", { class: "zone", d: cells(2) }),
    svg("path", { class: "axis", d: `M${left} 26V${base}H${x(columns)}` }),
    ...mapLabels(across, columns).map((n) =>
      svg(
        "text",
        slanted
          ? {
              class: "quiet",
              "text-anchor": "end",
              transform: `translate(${(x(n) + cellWidth / 2 + 4).toFixed(1)} ${base + 14}) rotate(-35)`,
            }
          : { class: "quiet", x: x(n) + cellWidth / 2, y: base + 16, "text-anchor": "middle" },
        cut(levelText(across.levels[n])),
      ),
    ),
    ...mapLabels(up, rows).map((n) =>
      svg(
        "text",
        { class: "quiet", x: left - 6, y: y(n) + cellHeight / 2 + 4, "text-anchor": "end" },
        cut(levelText(up.levels[n])),
      ),
    ),
    svg(
      "text",
      { x: x(columns), y: height - 6, "text-anchor": "end" },
      `${across.label}${across.unit ? `,${unitText(across)}` : ""} →`,
    ),
    svg("text", { x: 4, y: 14 }, `↑ ${up.label}${up.unit ? `,${unitText(up)}` : ""}`),
  );
  for (const name of result.deals ? DEALS : []) {
    const { levels } = (result.deals || {})[name];
    drawing.append(mark(name, x(levels[k]) + cellWidth / 2, y(levels[m]) + cellHeight / 2, 0.8));
  }
  const hatched = crossed && model.live ? " Hatched: crosses a red line." : "";
  return html(
    "figure",
    {},
    drawing,
    ...(result.deals ? [legend()] : []),
    html("figcaption", {}, `Filled: in some agreement; plain: in none.${hatched} ${sentence}`),
  );
}

/** @returns {SVGElement} */
function hatching() {
  return svg(
    "defs",
    {},
    svg(
      "pattern",
      { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("path", { class: "hatch", d: "M0 0V7" }),
    ),
  );
}

/**
 * Which levels get a label: all names; of numbers the ends and the middle.
 * @param {Issue} issue
 * @param {number} count
 */
function mapLabels(issue, count) {
  if (!isNumeric(issue) || count < 4) return Array.from({ length: count }, (_, n) => n);
  return [0, Math.floor((count - 1) / 2), count - 1];
}
