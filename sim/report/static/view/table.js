// The negotiation table: one row an issue, every level coloured by the best margin of any deal with it.

/**
 * Where the levels of an issue stand along a bar.
 * @typedef {{width: number, edges: number[], centres: number[]}} Bar
 * @typedef {{ring: number[]|null, name: string, start: number[]|null, proposal: number[]|null}} Shown
 */

/** Heights: of a lane of arrows, of a bar, of a row. */
const LANE = 11;
const BAR = 18;
const ROW = BAR + 2 * LANE;
/** Shades on either side of zero. */
const SHADES = 8;

/**
 * @param {Page} page
 */
function showTable(page) {
  const { model, margins } = page;
  const shown = shownDeals(page);
  const wide = page.tableWidth >= 560;
  const width = Math.max(200, wide ? page.tableWidth - 2 * SIDE : page.tableWidth);
  const scale = scaleOf(page);
  patch(
    byId("table-rows"),
    model.issues.map((_, k) => {
      const at = [shown.ring, shown.start, shown.proposal].map((levels) => (levels ? levels[k] : -1));
      const weights = model.parties.map((_, p) => thickness(page, p, k));
      const barred = model.barred ? model.barred[k] : [];
      const key = [width, wide, at, shown.name, weights, model.signers, barred, model.structure].join("|");
      return { key, make: () => tableRow(page, k, width, shown) };
    }),
  );
  [...byId("table-rows").children].forEach((row, k) => {
    const shades = model.issues[k].levels.map((_, level) => (margins ? shadeOf(margins[k][level], scale) : 0));
    colour(row, barOf(model.issues[k], width), shades);
    sayLevel(page, row, k, shown);
  });
  showBudgets(page);
  showHeld(page);
  showLegend(page, scale);
}

/** What stands on either side of a bar, in pixels. */
const SIDE = 150;

/**
 * The deals that the table marks: where the page stands, where it began, what the reader proposes.
 * @param {Page} page
 * @returns {Shown}
 */
function shownDeals({ base, model, result, view }) {
  const ring = result.deals ? result.deals.nash.levels : result.nearest ? result.nearest.levels : null;
  const { start } = base;
  const first = start.deals ? start.deals.nash.levels : start.nearest ? start.nearest.levels : null;
  return {
    ring,
    name: result.deals ? "nash" : "nearest",
    start: first && inModel(model, fromModel(variantOf(base, startState(base)), first)),
    proposal: view.proposal && inModel(model, view.proposal),
  };
}

/**
 * Levels numbered as the page carries them, as a model numbers them; -1 where the level is not on its table.
 * @param {Model} model
 * @param {number[]} levels
 */
function inModel(model, levels) {
  return levels.map((level, k) => (model.fixed[k] === null ? level : level === model.fixed[k] ? 0 : -1));
}

/**
 * The other way round.
 * @param {Pick<Model, "fixed">} model
 * @param {number[]} levels
 * @returns {number[]}
 */
function fromModel(model, levels) {
  return levels.map((level, k) => model.fixed[k] ?? level);
}

/**
 * The margin that the darkest shades stand for: kept while the reader moves, so that a colour means one thing.
 * @param {Page} page
 */
function scaleOf(page) {
  if (!page.scale && page.margins) {
    const sizes = page.margins.flat().filter(Number.isFinite).map(Math.abs);
    const most = sizes.length ? Math.max(...sizes) : 0;
    page.scale = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1].find((x) => x >= most) || 1;
  }
  return page.scale || 0.1;
}

/**
 * A shade from -SHADES to SHADES, none of them 0: which side of zero a margin lies on is always seen.
 * @param {number} margin
 * @param {number} scale
 */
function shadeOf(margin, scale) {
  if (margin === -Infinity) return -99;
  const size = Math.max(1, Math.min(SHADES, Math.ceil((SHADES * Math.abs(margin)) / scale)));
  return margin >= -TOLERANCE ? size : -size;
}

/** @param {number} shade */
function shadeClass(shade) {
  if (shade === -99) return "cell barred";
  return `cell ${shade < 0 ? "below" : "above"}${Math.abs(shade)}`;
}

/**
 * How thick the arrow of a party is at an issue: by the share of its importances; 0 where it does not care.
 * @param {Page} page
 * @param {number} p
 * @param {number} k
 */
function thickness({ model, view }, p, k) {
  const party = model.parties[p],
    own = view.importances[p],
    most = Math.max(...own);
  const n = party.values.findIndex((value) => value.issue === k);
  if (n < 0 || !(own[n] > 0)) return 0;
  const { v } = model.parties[p].values[n];
  return Math.max(...v) > Math.min(...v) ? 1 + Math.round(6 * (own[n] / most)) : 0;
}

/**
 * @param {Issue} issue
 * @param {number} width
 * @returns {Bar}
 */
function barOf(issue, width) {
  const count = issue.levels.length,
    pad = 1;
  if (!isNumeric(issue) || count === 1) {
    const edges = Array.from({ length: count + 1 }, (_, n) => pad + ((width - 2 * pad) * n) / count);
    return { width, edges, centres: issue.levels.map((_, n) => (edges[n] + edges[n + 1]) / 2) };
  }
  const levels = /** @type {number[]} */ (issue.levels);
  // Half a step beyond either end, so that the first and the last level are as wide as others.
  const first = levels[0] - (levels[1] - levels[0]) / 2,
    last = levels[count - 1] + (levels[count - 1] - levels[count - 2]) / 2;
  const x = (/** @type {number} */ level) => pad + ((level - first) / (last - first)) * (width - 2 * pad);
  const edges = [x(first), ...levels.slice(1).map((level, n) => x((level + levels[n]) / 2)), x(last)];
  return { width, edges, centres: levels.map(x) };
}

/**
 * @param {Page} page
 * @param {number} k
 * @param {number} width
 * @param {Shown} shown
 */
function tableRow(page, k, width, shown) {
  const { model } = page,
    issue = model.issues[k];
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${ROW}`, width, height: ROW, "aria-hidden": "true", focusable: "false" },
    ...barParts(page, k, barOf(issue, width), shown),
  );
  const id = `issue-${issue.key}`;
  const name = html("div", { class: "name" }, html("span", { id, title: issue.meaning }, issue.label), ...backingChip(issue));
  const now = shown.ring ? html("b", {}, dealText(issue, shown.ring[k])) : html("b", {}, "—");
  const says = html("div", { class: "deal" }, now, ...startNote(page, k, shown), ...barredNote(page, k));
  if (issue.unsigned.length) says.append(html("small", {}, offTable(model, issue)));
  const bar = html("div", { class: "bar-place" }, drawing);
  if (page.model.live && issue.levels.length > 1) makeSlider(page, bar, k, shown, id);
  pointAt(page, bar, k, width);
  return html("div", { class: "issue", "data-issue": issue.key }, name, bar, says);
}

/**
 * @param {Page} page
 * @param {number} k
 * @param {Shown} shown
 */
function startNote({ model }, k, { ring, start }) {
  if (!ring || !start || ring[k] === start[k] || start[k] < 0) return [];
  return [html("small", {}, `was ${dealText(model.issues[k], start[k])}`)];
}

/**
 * Whose red lines rule out levels of an issue, hatched.
 * @param {Page} page
 * @param {number} k
 */
function barredNote({ model }, k) {
  if (!model.barred || !model.barred[k].some(Boolean)) return [];
  const lines = model.masks.filter(({ issues }) => issues.includes(k));
  const alone = lines.filter(({ issues }) => issues.length === 1);
  const owners = (alone.length ? alone : lines).map((mask) => ownerOf(model, model.lines[mask.line]));
  const whose = listText([...new Set(owners)]);
  return [html("small", {}, `hatched: ruled out by ${whose}`)];
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
 * @param {Page} page
 * @param {number} k
 * @param {Bar} bar
 * @param {Shown} shown
 * @returns {SVGElement[]}
 */
function barParts(page, k, bar, shown) {
  const { model } = page,
    issue = model.issues[k],
    mid = LANE + BAR / 2;
  const robust = stretches(heldLevels(page, k)).map(([from, to]) =>
    svg("path", { class: "held", d: `M${bar.edges[from]} ${LANE}H${bar.edges[to + 1]}` }),
  );
  const walls = isNumeric(issue) ? [] : bar.edges.slice(1, -1).map((x) => `M${x} ${LANE}v${BAR}`);
  const wall = svg("path", { class: "wall", d: walls.join("") });
  const parts = [svg("g", { class: "cells" }), wall, svg("g", { class: "edges" }), ...robust];
  if (shown.start && shown.start[k] >= 0)
    parts.push(svg("circle", { class: "ring start", cx: bar.centres[shown.start[k]], cy: mid, r: 9 }));
  if (shown.ring) {
    const x = bar.centres[shown.ring[k]];
    parts.push(svg("circle", { class: "ring", cx: x, cy: mid, r: 9 }), mark(shown.name, x, mid, 0.7));
  }
  parts.push(...levelWords(issue, bar, shown.ring ? shown.ring[k] : -1));
  if (shown.proposal && shown.proposal[k] >= 0) parts.push(...proposedCell(bar, shown.proposal[k]));
  parts.push(svg("circle", { class: "ghost", display: "none", cx: 0, cy: mid, r: 5 }));
  return [...parts, ...arrows(page, k, bar), ...flagMarks(model, k, bar)];
}

/**
 * Colours the cells of a row: all that most moves change of it.
 * @param {Element} row
 * @param {Bar} bar
 * @param {number[]} shades
 */
function colour(row, { edges }, shades) {
  const cell = (/** @type {{from: number, to: number, shade: number}} */ { from, to, shade }) =>
    svg("rect", { class: shadeClass(shade), x: edges[from], y: LANE, width: edges[to + 1] - edges[from], height: BAR });
  const cells = runsOf(shades).map((run) => ({ key: `${run.from} ${run.to} ${run.shade}`, make: () => cell(run) }));
  const zone = stretches(shades.map((shade) => shade > 0)).map(([from, to]) => {
    const d = `M${edges[from]} ${LANE + BAR}H${edges[to + 1]}`;
    return { key: d, make: () => svg("path", { class: "zone-edge", d }) };
  });
  patch(/** @type {Element} */ (row.querySelector(".cells")), cells);
  patch(/** @type {Element} */ (row.querySelector(".edges")), zone);
}

/**
 * @param {Bar} bar
 * @param {number} level
 */
function proposedCell({ edges }, level) {
  const least = Math.max(6, edges[level + 1] - edges[level]);
  const x = (edges[level] + edges[level + 1] - least) / 2;
  return [svg("rect", { class: "proposed", x, y: LANE - 2, width: least, height: BAR + 4, rx: 2 })];
}

/**
 * Neighbours in one shade, as one.
 * @param {number[]} shades
 */
function runsOf(shades) {
  /** @type {{from: number, to: number, shade: number}[]} */
  const runs = [];
  shades.forEach((shade, n) => {
    const last = runs[runs.length - 1];
    if (last && last.shade === shade) last.to = n;
    else runs.push({ from: n, to: n, shade });
  });
  return runs;
}

/**
 * The names of levels in their cells; of numbers the ends. A ring takes its cell's place.
 * @param {Issue} issue
 * @param {Bar} bar
 * @param {number} ringed
 */
function levelWords(issue, bar, ringed) {
  const y = LANE + BAR / 2 + 4,
    last = issue.levels.length - 1;
  if (isNumeric(issue) && last > 0) {
    const end = levelText(issue.levels[last]) + unitText(issue);
    const low = levelText(issue.levels[0]);
    const words = [];
    // The ends are said where neither the ring nor a flag stands.
    const wide = (/** @type {string} */ text) => 6.4 * text.length + 8;
    const flags = issue.flags.filter(({ level }) => level <= last).map(({ level }) => bar.centres[level]);
    const left = Math.max(5, ...flags.filter((x) => x < wide(low)).map((x) => x + 12)),
      right = Math.min(bar.width - 5, ...flags.filter((x) => x > bar.width - wide(end) - 10).map((x) => Math.min(x, bar.width - 11) - 4));
    if (ringed < 0 || bar.centres[ringed] > left + 14 + 6.4 * low.length) words.push(svg("text", { class: "level", x: left, y }, low));
    if (ringed < 0 || bar.centres[ringed] < right - 14 - 6.4 * end.length)
      words.push(svg("text", { class: "level", x: right, y, "text-anchor": "end" }, cutText(end, 22)));
    return words;
  }
  return issue.levels.map((_, n) => {
    // The ring's own level is said beside the bar.
    const room = Math.floor((bar.edges[n + 1] - bar.edges[n] - 6) / 6.1);
    const text = room < 3 || n === ringed ? "" : cutText(dealText(issue, n), room);
    return svg("text", { class: "level", x: bar.centres[n], y, "text-anchor": "middle" }, text);
  });
}

/**
 * What every party wants of an issue: an arrow to its best level, thicker where it weighs more, hollow where it does
 * not sign. Parties take turns above and below.
 * @param {Page} page
 * @param {number} k
 * @param {Bar} bar
 */
function arrows(page, k, bar) {
  const { model } = page;
  /** @type {Map<string, number>} */
  const taken = new Map();
  return model.parties.flatMap((party, p) => {
    const thick = thickness(page, p, k);
    if (!thick) return [];
    const { v } = /** @type {PartyValue} */ (party.values.find((value) => value.issue === k));
    const best = v.indexOf(Math.max(...v)),
      last = v.lastIndexOf(Math.max(...v)),
      worst = v.indexOf(Math.min(...v));
    const at = worst < best ? best : last;
    const way = worst < at ? 1 : -1,
      lane = p % 2;
    const key = `${lane} ${at} ${way}`,
      before = taken.get(key) || 0;
    taken.set(key, before + 1);
    const x = Math.max(16, Math.min(bar.width - 16, bar.centres[at] + 8 * way)) - 24 * before * way;
    const y = lane ? ROW - LANE / 2 : LANE / 2;
    const style = `arrow p${p % 6}${model.signers.includes(p) ? "" : " hollow"}`;
    const d = `M${x - 11 * way} ${y}H${x - way}M${x - 3 * way} ${y - 4}L${x + 3 * way} ${y}L${x - 3 * way} ${y + 4}`;
    return [svg("path", { class: style, d, "stroke-width": 0.8 + thick * 0.55 })];
  });
}

/**
 * Flags where a document reports a position.
 * @param {Model} model
 * @param {number} k
 * @param {Bar} bar
 */
function flagMarks(model, k, bar) {
  const seen = new Set();
  return model.issues[k].flags.flatMap(({ level, party }) => {
    const at = model.fixed[k] === null ? level : level === model.fixed[k] ? 0 : -1;
    if (at < 0 || seen.has(`${at} ${party}`)) return [];
    const beside = [...seen].filter((key) => String(key).startsWith(`${at} `)).length;
    seen.add(`${at} ${party}`);
    const cell = isNumeric(model.issues[k]) ? bar.centres[at] - 1 : bar.edges[at] + 3;
    const x = Math.min(bar.width - 11, Math.max(2, cell)) + (at > bar.centres.length / 2 ? -11 : 11) * beside;
    return [svg("path", { class: `flag p${party % 6}`, d: `M${x} ${LANE + BAR - 1}v-15h9l-3 3.5l3 3.5h-7.5v8z` })];
  });
}

/**
 * Marks on every row the terms of a deal that is pointed at elsewhere; none where there is none.
 * @param {Page} page
 * @param {number[]|null} levels
 */
function ghostDeal({ model }, levels) {
  const rows = byId("table-rows").children;
  model.issues.forEach((issue, k) => {
    const ghost = rows[k] && rows[k].querySelector(".ghost");
    const drawing = ghost && ghost.closest("svg");
    if (!ghost || !drawing) return;
    const width = Number(drawing.getAttribute("width"));
    ghost.setAttribute("display", levels ? "inline" : "none");
    if (levels) ghost.setAttribute("cx", String(barOf(issue, width).centres[levels[k]]));
  });
}
