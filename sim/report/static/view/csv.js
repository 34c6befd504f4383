// The numbers of a view as CSV.

/**
 * @param {Page} page
 * @returns {string}
 */
function csvOf({ model, view: state, result, grid, margins }) {
  const rows = /** @type {any[][]} */ ([
    ["what", "of", "detail", "value"],
    ["scenario", model.scenario.name, "sha256", model.scenario.sha256],
    ["file", model.scenario.file, "sha256", model.scenario.fileSha256],
  ]);
  model.scenario.set.forEach((/** @type {string[]} */ [path, value]) => rows.push(["set", path, "", value]));
  model.scenario.lifted.forEach((/** @type {string} */ line) => rows.push(["red line left out", line, "", ""]));
  state.lifted.forEach((line) => rows.push(["red line left out", line, "", ""]));
  Object.entries(state.numbers).forEach(([path, value]) => rows.push(["set", path, "", value]));
  model.signers.forEach((p) => rows.push(["signs", model.parties[p].key, "", true]));
  model.leverage.forEach((lever, n) => rows.push(["leverage", lever.key, "", state.levels[n]]));
  model.parties.forEach((party, p) => {
    party.values.forEach((value, n) =>
      rows.push(["importance", party.key, model.issues[value.issue].key, state.importances[p][n]]),
    );
    rows.push(
      ["reservation", party.key, "", result.reservation[p]],
      ["disagreement", party.key, "", result.disagreement[p]],
    );
  });
  rows.push(["zone", "", "exists", result.exists], ["zone", "", "margin", result.margin]);
  model.signers.forEach((p, i) =>
    rows.push(["surplus", model.parties[p].key, "", result.surplus && result.surplus[i]]),
  );
  model.issues.forEach((issue, k) =>
    issue.levels.forEach((level, n) => {
      if (result.ranges[k][n]) rows.push(["in some agreement", issue.key, "", level]);
      if (margins && margins[k][n] > -Infinity) rows.push(["best margin with level", issue.key, level, margins[k][n]]);
    }),
  );
  rows.push(...mapRows(model, state, grid));
  for (const [name, deal] of Object.entries(result.deals || {})) {
    model.issues.forEach((issue, k) => {
      rows.push([name, "level", issue.key, issue.levels[deal.levels[k]]]);
      issue.levels.forEach((level, n) => {
        if (deal.within[k][n]) rows.push([name, "within", issue.key, level]);
      });
    });
    model.parties.forEach((party, p) =>
      rows.push([name, "utility", party.key, deal.utilities[p]], [name, "gain", party.key, deal.gains[p]]),
    );
  }
  for (let n = 0; n < result.frontier[0].length; n++)
    model.signers.forEach((p, i) => rows.push(["frontier", n + 1, model.parties[p].key, result.frontier[i][n]]));
  // The mark at the beginning tells a spreadsheet that this is UTF-8.
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/**
 * @param {Model} model
 * @param {State} state
 * @param {number[][]|null} grid
 * @returns {any[][]}
 */
function mapRows(model, state, grid) {
  const [a, b] = state.map.map((k) => model.issues[k]);
  const words = ["a red line", "no agreement", "some agreement"];
  return (grid || []).flatMap((column, i) =>
    column.map((found, j) => [`${a.key} with ${b.key}`, a.levels[i], b.levels[j], words[found]]),
  );
}

/** @param {any} value */
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  // A spreadsheet must not take text for a formula; sim/output/datasets.py has the same rule.
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
