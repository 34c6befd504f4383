// What changes from scenario to scenario, one series a card: a point for each, joined where one scale holds for all.

/**
 * One scenario as the comparison takes it: as its file has it, or as its tab stands now.
 * @typedef {{letter: string, base: Model, model: Pick<Model, "fixed"|"signers">, result: Result, levels: number[]|null,
 *   gains: number[]|null, moved: boolean, trouble: string}} Side
 * @typedef {{at: number|null, text: string, more?: string}} Stop
 * @typedef {{title: string, notes: string[], stops: Stop[], bars: ([number, number]|null)[], zero: number|null,
 *   joined: "" | "line" | "aid"}} Series
 * @typedef {{places: ((level: number) => number)[], bars: ([number, number]|null)[], notes: string[], joined: boolean}} Scale
 */

/** Heights of a card's drawing, and what a scenario takes across at least. */
const SLOPE = 62;
const COLUMN = 78;

/**
 * The levels of an issue in every scenario on one scale, where there is one; else on a scale each, not joined.
 * @param {(Issue|null)[]} own by scenario; none where it has no such issue
 * @param {string[]} letters
 * @returns {Scale}
 */
function scaleFor(own, letters) {
  const present = own.filter((issue) => issue !== null);
  const kinds = new Set(present.map((issue) => (isNumeric(issue) ? issue.unit : "names")));
  const numeric = present.some(isNumeric);
  if (kinds.size > 1 || (numeric && !present.every(isNumeric)))
    return apart(own, `Counted in different ways: ${eachText(own, letters, (issue) => (isNumeric(issue) ? issue.unit || "a number" : "named levels"))}. Not joined.`);
  return numeric ? numericScale(own, letters) : namedScale(own, letters);
}

/**
 * @param {(Issue|null)[]} own
 * @param {string[]} letters
 * @param {(issue: Issue) => string} say
 */
function eachText(own, letters, say) {
  return own.flatMap((issue, n) => (issue ? [`${letters[n]} ${say(issue)}`] : [])).join("; ");
}

/**
 * @param {(Issue|null)[]} own
 * @param {string} note
 * @returns {Scale}
 */
function apart(own, note) {
  const places = own.map((issue) => (/** @type {number} */ level) => share(level, 0, issue ? issue.levels.length - 1 : 0));
  return { places, bars: own.map((issue) => (issue ? [0, 1] : null)), notes: [note], joined: false };
}

/**
 * @param {number} x
 * @param {number} low
 * @param {number} high
 */
function share(x, low, high) {
  return high > low ? (x - low) / (high - low) : 0.5;
}

/**
 * @param {(Issue|null)[]} own
 * @param {string[]} letters
 * @returns {Scale}
 */
function numericScale(own, letters) {
  const levels = own.map((issue) => /** @type {number[]} */ (issue ? issue.levels : []));
  const low = Math.min(...levels.flat()),
    high = Math.max(...levels.flat());
  const ends = levels.map((list) => /** @type {[number, number]} */ ([list[0], list[list.length - 1]]));
  const differ = (/** @type {(n: number) => string} */ key) => new Set(own.flatMap((issue, n) => (issue ? [key(n)] : []))).size > 1;
  const notes = [];
  if (differ((n) => String(ends[n]))) notes.push(`Ranges differ: ${eachText(own, letters, ({ levels: list }) => `${dealSpan(list)}`)}.`);
  else if (differ((n) => String(levels[n]))) notes.push(`Steps differ: ${eachText(own, letters, ({ levels: list }) => `${list.length} levels`)}.`);
  return {
    places: levels.map((list) => (level) => share(list[level], low, high)),
    bars: own.map((issue, n) => (issue ? [share(ends[n][0], low, high), share(ends[n][1], low, high)] : null)),
    notes,
    joined: true,
  };
}

/** @param {(number|string)[]} list */
function dealSpan(list) {
  return `${levelText(list[0])} to ${levelText(list[list.length - 1])}`;
}

/**
 * @param {(Issue|null)[]} own
 * @param {string[]} letters
 * @returns {Scale}
 */
function namedScale(own, letters) {
  const lists = own.map((issue) => /** @type {string[]} */ (issue ? issue.levels : []));
  const merged = lists.filter((list) => list.length).reduce(mergedLevels);
  if (!merged.length) return apart(own, "The levels differ, and not in one order: each on its own scale, not joined.");
  const last = merged.length - 1;
  const place = (/** @type {string} */ level) => share(merged.indexOf(level), 0, last);
  const partial = merged.flatMap((level) => {
    const having = lists.flatMap((list, n) => (list.includes(level) ? [letters[n]] : []));
    return having.length < lists.filter((list) => list.length).length ? [`“${isolated(level)}” only in ${listText(having)}`] : [];
  });
  return {
    places: lists.map((list) => (level) => place(list[level])),
    bars: lists.map((list) => (list.length ? [place(list[0]), place(list[list.length - 1])] : null)),
    notes: partial.length ? [`Levels differ: ${partial.join("; ")}.`] : [],
    joined: true,
  };
}

/**
 * Two lists of levels as one that keeps the order of both; empty where they have fewer than two in common, or not in
 * one order.
 * @param {string[]} all
 * @param {string[]} list
 * @returns {string[]}
 */
function mergedLevels(all, list) {
  const places = list.map((level) => all.indexOf(level)).filter((at) => at >= 0);
  if (places.length < 2 || places.some((at, n) => n > 0 && at < places[n - 1])) return [];
  const result = all.slice();
  let next = 0;
  for (const level of list) {
    const at = result.indexOf(level);
    if (at < 0) result.splice(next++, 0, level);
    else next = at + 1;
  }
  return result;
}

/**
 * @param {Series} series
 * @param {Side[]} sides
 * @param {number} width
 */
function slopeCard(series, sides, width) {
  const inner = Math.max(width, COLUMN * sides.length);
  const heads = sides.map((side) => html("th", { scope: "col" }, html("b", {}, side.letter), ...smallWords(sideHead(side))));
  const cells = series.stops.map(({ text, more }) => html("td", {}, text, ...smallWords(more || "")));
  const table = html("table", {}, html("caption", { class: "unseen" }, series.title), html("thead", {}, html("tr", {}, ...heads)), html("tbody", {}, html("tr", {}, ...cells)));
  const notes = series.notes.map((note) => html("p", { class: "note differs-note" }, note));
  const scroller = html("div", { class: "slope-place", ...(inner > width ? { tabindex: 0, role: "region", "aria-label": series.title } : {}) }, slopeDrawing(series, sides, inner), table);
  const card = html("div", { class: "slope" }, html("h3", {}, series.title), scroller, ...notes);
  card.style.width = `${width}px`;
  return card;
}

/** @param {string} text */
function smallWords(text) {
  return text ? [html("small", {}, text)] : [];
}

/** @param {Side} side */
function sideHead({ base, result, moved, trouble }) {
  const zone = trouble ? "no result" : result.exists ? "" : result.exists === null ? "zone open" : "no zone";
  return [base.scenario.as_of, zone, moved && "moved"].filter(Boolean).join(", ");
}

/**
 * @param {Series} series
 * @param {Side[]} sides
 * @param {number} width
 */
function slopeDrawing({ stops, bars, zero, joined }, sides, width) {
  const x = (/** @type {number} */ n) => ((n + 0.5) * width) / sides.length,
    y = (/** @type {number} */ at) => SLOPE - 10 - at * (SLOPE - 20);
  const parts = bars.flatMap((bar, n) => (bar ? [svg("path", { class: "scale", d: `M${x(n)} ${y(bar[0])}V${y(bar[1]) - (bar[0] === bar[1] ? 1 : 0)}` })] : []));
  if (zero !== null) parts.push(svg("path", { class: "limit", d: `M0 ${y(zero)}H${width}` }), svg("text", { class: "quiet", x: 2, y: y(zero) + (zero > 0.7 ? 11 : -3) }, "0"));
  const points = stops.flatMap(({ at }, n) => (at === null ? [] : [{ n, at }]));
  points.slice(1).forEach(({ n, at }, i) => {
    if (!joined) return;
    const before = points[i];
    const sure = joined === "line" && n - before.n === 1 && [n, before.n].every((one) => sides[one].result.deals);
    parts.push(svg("path", { class: sure ? "curve" : "curve unsure", d: `M${x(before.n)} ${y(before.at)}L${x(n)} ${y(at)}` }));
  });
  for (const { n, at } of points) parts.push(mark(sides[n].result.deals ? "nash" : "nearest", x(n), y(at), 0.8));
  return svg("svg", { viewBox: `0 0 ${width} ${SLOPE}`, width, height: SLOPE, "aria-hidden": "true" }, ...parts);
}
