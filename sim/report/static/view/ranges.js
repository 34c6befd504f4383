// The range of every issue, with the levels that the deals choose.

/** What is drawn within a bar: the deals, or the nearest outcome, as levels and levels near the best. */
/** @typedef {{name: string, level: number, within: boolean[]}} Choice */

/**
 * @param {HTMLElement} container
 * @param {Model} model
 * @param {Result} result
 * @param {number} width of a bar
 */
function showRanges(container, model, result, width) {
  const note = result.exists
    ? "Filled: levels that occur in some agreement. Bands: levels of deals about as good as the best."
    : "There is no agreement, so no level is filled. Ring: the outcome that comes nearest to one.";
  const struck = (model.barred || []).some((flags) => flags.some(Boolean));
  const barred = struck ? " Hatched or struck out: red lines forbid it." : "";
  const empty = !result.exists && !result.nearest ? "There is no agreement, so no level is filled." : note;
  const rows = model.issues.map((issue, k) => {
    const choices = choicesOf(result, k);
    const key = [width, result.exists, String(result.ranges[k]), JSON.stringify(choices)].join();
    return { key, make: () => rangeRow(model, result, k, choices, width) };
  });
  const marks = result.deals ? "deals" : "";
  patch(container, [
    { key: empty + barred, make: () => html("p", { class: "note" }, empty + barred) },
    { key: marks, make: () => (marks ? legend() : html("span", {})) },
    ...rows,
  ]);
}

/**
 * @param {Result} result
 * @param {number} k
 * @returns {Choice[]}
 */
function choicesOf(result, k) {
  const { deals, nearest } = result;
  if (deals) return DEALS.map((name) => ({ name, level: deals[name].levels[k], within: deals[name].within[k] }));
  return nearest ? [{ name: "nearest", level: nearest.levels[k], within: [] }] : [];
}

/**
 * @param {Model} model
 * @param {Result} result
 * @param {number} k
 * @param {Choice[]} choices
 * @param {number} width
 * @returns {HTMLElement}
 */
function rangeRow(model, result, k, choices, width) {
  const issue = model.issues[k];
  const bar = isNumeric(issue) && issue.levels.length > 1;
  const chosen = result.exists ? `${chosenText(issue, result.ranges[k])}${unitText(issue)}` : unitText(issue).trim();
  const name = html("div", { class: "name" }, issue.label);
  if (bar) name.append(html("span", { class: "quiet" }, chosen));
  if (issue.unsigned.length) name.append(html("span", { class: "note" }, offTable(model, issue)));
  const shown = bar ? rangeBar(model, result, k, choices, width) : levelList(model, result, k, choices);
  return html("div", { class: "range" }, name, shown);
}

/**
 * Why an issue has but one level.
 * @param {Model} model
 * @param {Issue} issue
 */
function offTable(model, issue) {
  return `not on the table unless signed by ${listText(issue.unsigned.map((p) => model.parties[p].label))}`;
}

/**
 * @param {Model} model
 * @param {Result} result
 * @param {number} k
 * @param {Choice[]} choices
 * @param {number} width
 * @returns {SVGElement}
 */
function rangeBar(model, result, k, choices, width) {
  const issue = model.issues[k],
    levels = /** @type {number[]} */ (issue.levels);
  const low = levels[0],
    high = levels[levels.length - 1],
    pad = 16,
    height = 37 + 13 * choices.length;
  const x = (/** @type {number} */ n) => pad + ((levels[n] - low) / (high - low)) * (width - 2 * pad);
  const run =
    (/** @type {string} */ style) =>
    (/** @type {[number, number]} */ [from, to]) =>
      svg("rect", { class: style, x: x(from) - 2, y: 3, width: x(to) - x(from) + 4, height: 12, rx: 2 });
  const label = `${issue.label}: agreements ${chosenText(issue, result.ranges[k])}${unitText(issue)}`;
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, role: "img", "aria-label": label },
    svg("path", { class: "track", d: `M${pad} 9H${width - pad}` }),
    ...stretches(model.barred ? model.barred[k] : []).map(run("barred")),
    ...stretches(result.ranges[k]).map(run("zone bar")),
  );
  choices.forEach(({ name, level, within }, n) => {
    const y = 25 + 13 * n;
    for (const [from, to] of stretches(within)) {
      drawing.append(svg("path", { class: `band ${name}`, d: `M${x(from)} ${y}H${x(to) + 0.01}` }));
    }
    drawing.append(mark(name, x(level), y, name === "egalitarian" ? 0.45 : 0.65));
  });
  const end = cutText(levelText(high) + unitText(issue), Math.floor(width / 9));
  drawing.append(
    svg("text", { class: "quiet", x: pad - 2, y: height - 4 }, levelText(low)),
    svg("text", { class: "quiet", x: width - pad + 2, y: height - 4, "text-anchor": "end" }, end),
  );
  return drawing;
}

/**
 * @param {Model} model
 * @param {Result} result
 * @param {number} k
 * @param {Choice[]} choices
 * @returns {HTMLElement}
 */
function levelList(model, result, k, choices) {
  const issue = model.issues[k];
  const items = issue.levels.map((level, n) => {
    const barred = model.barred && model.barred[k][n];
    const [style, words] = result.ranges[k][n]
      ? ["in", "in some agreement"]
      : barred
        ? ["out barred", "crosses a red line"]
        : ["out", "in no agreement"];
    return html(
      "li",
      { class: style },
      html("span", {}, levelText(level) + (isNumeric(issue) ? unitText(issue) : "")),
      html("span", { class: "unseen" }, ` (${words})`),
      ...choices.filter((choice) => choice.level === n).map(({ name }) => inlineMark(name)),
    );
  });
  return html("ul", { class: "levels" }, ...items);
}
