// The map of two issues.

/**
 * Where cells and labels stand.
 * @typedef {{x: (n: number) => number, y: (n: number) => number, cell: [number, number], width: number,
 *   height: number, left: number, base: number, slanted: boolean, room: {across: number, up: number}}} Layout
 */

/** What one letter of a label takes. */
const LETTER = 7.6;

/**
 * @param {Issue} across
 * @param {Issue} up
 * @param {number} width
 * @returns {Layout}
 */
function mapLayout(across, up, width) {
  const longest = (/** @type {Issue} */ issue) => Math.max(...issue.levels.map((_, n) => axisText(issue, n).length));
  const left = Math.min(170, width * 0.42, Math.max(50, 14 + LETTER * longest(up)));
  const rows = up.levels.length;
  const cell = [(width - left - 14) / across.levels.length, Math.max(9, Math.min(26, 300 / rows))];
  const slanted = !isNumeric(across) && LETTER * longest(across) > cell[0];
  // A slanted label goes down and to the left, as far as the first one may.
  const room = {
    across: Math.min(24, Math.floor((left + cell[0] / 2) / (LETTER * 0.85))),
    up: Math.floor((left - 10) / LETTER),
  };
  const bottom = (slanted ? 14 + 4.6 * Math.min(room.across, longest(across)) : 22) + 22;
  const base = 26 + rows * cell[1];
  return {
    x: (n) => left + n * cell[0],
    y: (n) => base - (n + 1) * cell[1],
    cell: [cell[0], cell[1]],
    width,
    height: base + bottom,
    left,
    base,
    slanted,
    room,
  };
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
  const across = model.issues[k];
  const up = model.issues[m];
  const layout = mapLayout(across, up, width);
  const states = grid.flat();
  const some = numberText(states.filter((state) => state === 2).length);
  const sentence = result.exists
    ? `${some} of ${numberText(states.length)} combinations occur in some agreement.`
    : "There is no agreement, so no combination is filled.";
  const drawing = svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${layout.height}`,
      width,
      role: "img",
      "aria-label": `${across.label} and ${up.label}: ${sentence}`,
    },
    svg("path", { class: "none", d: cellPath(grid, 1, layout) }),
    svg("path", { fill: "url(#hatch)", d: cellPath(grid, 0, layout) }),
    svg("path", { class: "zone", d: cellPath(grid, 2, layout) }),
    svg("path", { class: "zone-edge", d: edgePath(grid, 2, layout) }),
    ...mapAxes(across, up, layout),
  );
  for (const [name, { levels }] of Object.entries(result.deals || {})) {
    if (!DEALS.includes(name)) continue;
    const x = layout.x(levels[k]) + layout.cell[0] / 2;
    drawing.append(mark(name, x, layout.y(levels[m]) + layout.cell[1] / 2, 0.7));
  }
  const filled = result.exists ? "Filled: in some agreement; plain: in none. " : "";
  const hatched = states.includes(0) && model.live ? "Hatched: red lines leave no outcome with both. " : "";
  const caption = `${filled}${hatched}${sentence}`;
  return html("figure", {}, drawing, ...(result.deals ? [legend()] : []), html("figcaption", {}, caption));
}

/**
 * The cells in one state, as one path of runs of neighbours.
 * @param {number[][]} grid
 * @param {number} state
 * @param {Layout} layout
 */
function cellPath(grid, state, { x, y, cell }) {
  // A hair larger, so that neighbours leave no seam.
  const hair = 0.3;
  const wide = (cell[0] + hair).toFixed(2);
  const run = (/** @type {number} */ i, /** @type {[number, number]} */ [from, to]) =>
    `M${x(i).toFixed(1)} ${y(to).toFixed(1)}h${wide}v${((to - from + 1) * cell[1] + hair).toFixed(2)}h-${wide}Z`;
  return grid
    .flatMap((column, i) => stretches(column.map((found) => found === state)).map((ends) => run(i, ends)))
    .join("");
}

/**
 * The border of the cells in one state.
 * @param {number[][]} grid
 * @param {number} state
 * @param {Layout} layout
 */
function edgePath(grid, state, { x, y, cell }) {
  const parts = /** @type {string[]} */ ([]);
  const is = (/** @type {number} */ i, /** @type {number} */ j) => (grid[i] || [])[j] === state;
  const edge = (/** @type {number} */ across, /** @type {number} */ up, /** @type {string} */ line) =>
    parts.push(`M${across.toFixed(1)} ${up.toFixed(1)}${line}`);
  grid.forEach((column, i) =>
    column.forEach((_, j) => {
      if (!is(i, j)) return;
      if (!is(i - 1, j)) edge(x(i), y(j), `v${cell[1].toFixed(2)}`);
      if (!is(i + 1, j)) edge(x(i + 1), y(j), `v${cell[1].toFixed(2)}`);
      if (!is(i, j + 1)) edge(x(i), y(j), `h${cell[0].toFixed(2)}`);
      if (!is(i, j - 1)) edge(x(i), y(j) + cell[1], `h${cell[0].toFixed(2)}`);
    }),
  );
  return parts.join("");
}

/**
 * @param {Issue} across
 * @param {Issue} up
 * @param {Layout} layout
 * @returns {SVGElement[]}
 */
function mapAxes(across, up, { x, y, cell, width, height, left, base, slanted, room }) {
  const most = Math.floor((width - 40) / LETTER);
  const title = (/** @type {Issue} */ issue) =>
    cutText(`${issue.label}${issue.unit ? `,${unitText(issue)}` : ""}`, most);
  const last = across.levels.length - 1;
  const slant = (/** @type {number} */ n) => ({
    "text-anchor": "end",
    transform: `translate(${(x(n) + cell[0] / 2 + 4).toFixed(1)} ${base + 14}) rotate(-35)`,
  });
  const flat = (/** @type {number} */ n) => {
    const within = !isNumeric(across) || last === 0;
    const anchor = within || (n > 0 && n < last) ? "middle" : n ? "end" : "start";
    const part = { start: 0, middle: 0.5, end: 1 }[anchor] || 0;
    return { "text-anchor": anchor, x: x(n) + cell[0] * part, y: base + 16 };
  };
  const beside = (/** @type {number} */ n) => ({ "text-anchor": "end", x: left - 6, y: y(n) + cell[1] / 2 + 4 });
  const label = (/** @type {string} */ text, /** @type {any} */ place) =>
    svg("text", { class: "quiet", ...place }, text);
  const below = (/** @type {number} */ n) =>
    slanted
      ? label(cutText(axisText(across, n), room.across), slant(n))
      : label(axisText(across, n), flat(n));
  return [
    svg("path", { class: "axis", d: `M${left} 26V${base}H${width - 14}` }),
    ...labelled(across, width - left - 14).map(below),
    ...labelled(up, Infinity).map((n) => label(cutText(axisText(up, n), room.up), beside(n))),
    svg("text", { x: width - 14, y: height - 6, "text-anchor": "end" }, `${title(across)} →`),
    svg("text", { x: 4, y: 14 }, `↑ ${title(up)}`),
  ];
}

/**
 * Numbers stand as such along an axis; names by their labels.
 * @param {Issue} issue
 * @param {number} n
 */
function axisText(issue, n) {
  return isNumeric(issue) ? levelText(issue.levels[n]) : levelName(issue, n);
}

/**
 * Which levels get a label: all names; of numbers the ends, and the middle where there is room.
 * @param {Issue} issue
 * @param {number} width
 * @returns {number[]}
 */
function labelled(issue, width) {
  const count = issue.levels.length;
  if (!isNumeric(issue)) return Array.from({ length: count }, (_, n) => n);
  const letters = issue.levels.reduce((/** @type {number} */ most, x) => Math.max(most, levelText(x).length), 0);
  const numbers = [0, Math.floor((count - 1) / 2), count - 1].filter((n, i, all) => all.indexOf(n) === i);
  return numbers.length < 3 || width > LETTER * (3 * letters + 3) ? numbers : [0, count - 1];
}
