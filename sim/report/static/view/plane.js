// The utility plane of two signers.

/**
 * @typedef {{width: number, height: number, box: {left: number, right: number, top: number, bottom: number},
 *   x: (u: number) => number, y: (u: number) => number, across: [number, number], up: [number, number],
 *   steps: [number, number]}} Frame
 */

/** A frontier's dots are kept from one drawing to the next: a slider of leverage leaves them as they are. */
const lastDots = { columns: /** @type {Float64Array[]} */ ([]), key: "", dots: /** @type {Float64Array[]} */ ([]), node: svg("path", {}) };

/** @param {Page} page */
function showPlane(page) {
  const { model, result, view } = page;
  const [a, b] = model.signers.length > 2 ? view.plane : [0, 1];
  const { figure, frame, dots } = planeFigure(model, result, a, b, widthOf(page, "zone", 290));
  byId("plane").replaceChildren(figure);
  if (model.live && result.frontier[0].length) pointAtPlane(page, figure, frame.width, dots);
}

/**
 * Pointer and keys on the frontier: the terms of the deal there, and proposing it.
 * @param {Page} page
 * @param {HTMLElement} figure
 * @param {number} width
 * @param {Float64Array[]} dots where the frontier's points are drawn
 */
function pointAtPlane(page, figure, width, [xs, ys]) {
  const place = /** @type {HTMLElement} */ (figure.querySelector(".pointed"));
  const { result, model, space } = page;
  let at = -1;
  const look = (/** @type {{x: number, y: number}|null} */ where) => {
    const cursor = /** @type {Element} */ (place.querySelector(".cursor"));
    cursor.setAttribute("display", "inline");
    cursor.setAttribute("cx", String(xs[at]));
    cursor.setAttribute("cy", String(ys[at]));
    if (!space) return;
    const levels = levelsAt(model, space.whole, at);
    const gains = model.signers.map((p, i) => `${model.parties[p].label} ${utilityText(result.frontier[i][at] - result.reservation[p])}`);
    ghostDeal(page, levels);
    showTip(`Gains over no deal: ${gains.join(", ")}`, dealLines(model, levels), where || placeOf(place));
  };
  const leave = () => {
    place.querySelector(".cursor")?.setAttribute("display", "none");
    hideTip();
    ghostDeal(page, null);
  };
  const go = () => {
    if (at < 0 || !space) return;
    const levels = levelsAt(model, space.whole, at);
    leave();
    page.focus = "#plane .pointed";
    proposeDeal(page, fromModel(model, levels));
  };
  const point = (/** @type {number} */ x, /** @type {number} */ y) => {
    at = nearestDot(xs, ys, x, y);
  };
  const step = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    const stride = Math.max(1, Math.round(xs.length / 40));
    at = at < 0 ? xs.length >> 1 : Math.min(xs.length - 1, Math.max(0, at + (dx + dy) * stride));
  };
  steer(place, width, { point, step, look, leave, go });
}

/**
 * @param {Float64Array} xs
 * @param {Float64Array} ys
 * @param {number} x
 * @param {number} y
 */
function nearestDot(xs, ys, x, y) {
  let best = 0,
    least = Infinity;
  for (let n = 0; n < xs.length; n++) {
    const far = (xs[n] - x) ** 2 + (ys[n] - y) ** 2;
    if (far < least) [best, least] = [n, far];
  }
  return best;
}

/**
 * The utility plane of two signers: frontier, reservation lines, zone and deals.
 * @param {Model} model
 * @param {Result} result
 * @param {number} a position among the signers
 * @param {number} b
 * @param {number} width
 * @returns {{figure: HTMLElement, frame: Frame, dots: Float64Array[]}}
 */
function planeFigure(model, result, a, b, width) {
  const [p, q] = [a, b].map((i) => model.signers[i]);
  const columns = [result.frontier[a], result.frontier[b]];
  const r = [result.reservation[p], result.reservation[q]];
  const frame = planeFrame(columns, r, width, Math.round(Math.max(200, width * 0.68)));
  const names = [p, q].map((n) => cutText(model.parties[n].label, Math.floor(width / 16)));
  const { dots, node } = allDots(columns, frame);
  const title = `Utility plane of ${model.parties[p].label} and ${model.parties[q].label}. ${headlineText(model, result)}`;
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${frame.width} ${frame.height}`, width: frame.width, height: frame.height, role: "img" },
    svg("title", {}, title),
    ...planeAxes(frame, `Utility of ${names[0]}`, `Utility of ${names[1]}`),
    ...planeZone(model, result, columns, r, frame),
    node,
    svg("path", { class: `dots in${few(columns)}`, d: dotPath(dots, result.inside) }),
    planeLimits(r, frame),
  );
  const place = (/** @type {number[]} */ u) => [frame.x(u[p]), frame.y(u[q])];
  for (const name of result.deals ? DEALS : []) {
    const [x, y] = place((result.deals || {})[name].utilities);
    drawing.append(mark(name, x, y));
  }
  const miss = result.nearest ? place(result.nearest.utilities) : null;
  if (miss) drawing.append(...planeMiss(miss, r, frame));
  drawing.append(...planeWords(names, r, miss, dots, frame), svg("circle", { class: "cursor", display: "none", cx: 0, cy: 0, r: 6 }));
  const label = `${title} Arrow keys walk along the frontier, Enter proposes the deal there.`;
  const looks = model.live ? { tabindex: 0, role: "application", "aria-label": label } : {};
  const pointed = html("div", { class: "pointed", ...looks }, drawing);
  return { figure: html("figure", {}, pointed, ...(result.deals ? [legend()] : []), planeCaption(model, result)), frame, dots };
}

/**
 * @param {Model} model
 * @param {Result} result
 */
function planeCaption(model, result) {
  const several = model.signers.length > 2;
  const lines = "Dashed: what each has without a deal.";
  if (!result.frontier[0].length)
    return html("figcaption", {}, `No dots: the red lines leave no outcome. ${lines} No zone, so nothing is shaded.`);
  const dots = "Dots: the Pareto frontier, deals where no side can gain unless another loses";
  const zone = result.exists
    ? `, heavy within the zone. ${lines} Shaded: ${several ? "what the zone spans for these two" : "the zone, where all accept"}.`
    : `. ${lines} No zone, so nothing is shaded: no deal is worth as much to every signer as no deal.`;
  const more = several ? " Two sides are seen here; what the others have without a deal counts too." : "";
  return html("figcaption", {}, `${dots}${zone}${more}`);
}

/**
 * Ends of an axis that hold some numbers, on half steps between its labels, so that small moves leave it as it is.
 * @param {number} low
 * @param {number} high
 * @returns {{ends: [number, number], step: number}}
 */
function axisOf(low, high) {
  const middle = (low + high) / 2,
    half = Math.max(high - low, 0.1) * 0.53;
  const step = tickStep(2 * half, 5),
    grid = step / 2;
  const down = Math.floor((middle - half) / grid) * grid,
    up = Math.ceil((middle + half) / grid) * grid;
  return { ends: [down, up], step };
}

/**
 * @param {Float64Array[]} columns
 * @param {number[]} r
 * @param {number} width
 * @param {number} height
 * @returns {Frame}
 */
function planeFrame(columns, r, width, height) {
  const box = { left: 48, right: 14, top: 26, bottom: 44 };
  const [across, up] = columns.map((column, i) => {
    const [low, high] = extent(column);
    return axisOf(Math.min(low, r[i]), Math.max(high, r[i]));
  });
  const [x0, x1] = across.ends,
    [y0, y1] = up.ends;
  const [wide, high] = [width - box.left - box.right, height - box.top - box.bottom];
  const x = (/** @type {number} */ u) => hundredth(box.left + ((u - x0) / (x1 - x0)) * wide);
  const y = (/** @type {number} */ u) => hundredth(height - box.bottom - ((u - y0) / (y1 - y0)) * high);
  return { width, height, box, x, y, across: across.ends, up: up.ends, steps: [across.step, up.step] };
}

/**
 * @param {Frame} frame
 * @param {string} across
 * @param {string} up
 * @returns {SVGElement[]}
 */
function planeAxes(frame, across, up) {
  const { width, height, box } = frame,
    base = height - box.bottom;
  const digits = (/** @type {number} */ v) => numberText(Number(v.toPrecision(6)));
  return [
    svg("path", { class: "axis", d: `M${box.left} ${box.top}V${base}H${width - box.right}` }),
    ...ticks(...frame.across, frame.steps[0]).map((v) =>
      svg("text", { class: "quiet", x: frame.x(v), y: base + 17, "text-anchor": "middle" }, digits(v)),
    ),
    ...ticks(...frame.up, frame.steps[1]).map((v) =>
      svg("text", { class: "quiet", x: box.left - 6, y: frame.y(v) + 4, "text-anchor": "end" }, digits(v)),
    ),
    svg("text", { x: width - box.right, y: base + 36, "text-anchor": "end" }, `${across} →`),
    svg("text", { x: 4, y: 14 }, `↑ ${up}`),
  ];
}

/** @param {Float64Array[]} columns */
function few([column]) {
  return column.length < 200 ? " few" : "";
}

/** @param {number} pixels */
function halves(pixels) {
  return Math.round(pixels * 2);
}

/**
 * Where a frontier's points are drawn, and their drawing.
 * @param {Float64Array[]} columns
 * @param {Frame} frame
 * @returns {{dots: Float64Array[], node: SVGElement}}
 */
function allDots(columns, frame) {
  const key = [frame.width, ...frame.across, ...frame.up].join();
  const same = lastDots.key === key && columns.every((one, i) => one === lastDots.columns[i]);
  if (!same) {
    const dots = columns.map((column, i) => Float64Array.from(column, i ? frame.y : frame.x));
    const node = svg("path", { class: `dots${few(columns)}`, d: dotPath(dots, null) });
    Object.assign(lastDots, { columns, key, dots, node });
  }
  return lastDots;
}

/**
 * A dot for every point, or for those wanted; of dots in the same half pixel one.
 * @param {Float64Array[]} dots
 * @param {Uint8Array|null} wanted
 */
function dotPath([across, up], wanted) {
  const seen = new Set(),
    parts = [];
  let last = NaN;
  for (let n = 0; n < across.length; n++) {
    if (wanted && !wanted[n]) continue;
    const x = halves(across[n]),
      y = halves(up[n]),
      place = x * 8192 + y;
    // Neighbours are often in one place, which is quicker to see than to look up.
    if (place === last || seen.has(place)) continue;
    seen.add((last = place));
    parts.push(`M${x / 2} ${y / 2}h0`);
  }
  return parts.join("");
}

/**
 * @param {Model} model
 * @param {Result} result
 * @param {Float64Array[]} columns
 * @param {number[]} r
 * @param {Frame} frame
 * @returns {SVGElement[]}
 */
function planeZone(model, result, [across, up], r, frame) {
  if (!result.exists) return [];
  const rows = Array.from(across.keys()).filter((n) => result.inside[n]);
  const top = rows.reduce((best, n) => Math.max(best, up[n]), -Infinity);
  const right = rows.reduce((best, n) => Math.max(best, across[n]), -Infinity);
  const corner = `M${frame.x(r[0])} ${frame.y(r[1])}V${frame.y(top)}`;
  if (model.signers.length > 2) {
    const d = `${corner}H${frame.x(right)}V${frame.y(r[1])}Z`;
    return [svg("path", { class: "zone", "fill-opacity": 0.5, d })];
  }
  // Under the staircase: from one efficient point to the next, right along the lower one's height.
  const parts = [corner];
  let x = NaN,
    y = NaN;
  for (const n of rows) {
    const [nextX, nextY] = [halves(frame.x(across[n])), halves(frame.y(up[n]))];
    if (nextY !== y && parts.length > 1) parts.push(`V${nextY / 2}`);
    if (nextX !== x) parts.push(`H${nextX / 2}`);
    [x, y] = [nextX, nextY];
  }
  return [svg("path", { class: "zone", d: `${parts.join("")}V${frame.y(r[1])}Z` })];
}

/**
 * What each has without a deal, as lines.
 * @param {number[]} r
 * @param {Frame} frame
 * @returns {SVGElement}
 */
function planeLimits(r, frame) {
  const { box, width, height } = frame;
  const d = `M${frame.x(r[0])} ${box.top}V${height - box.bottom}M${box.left} ${frame.y(r[1])}H${width - box.right}`;
  return svg("path", { class: "limit", d });
}

/**
 * The words in the plane: which line is whose, and which point comes nearest to a zone.
 * @param {string[]} names
 * @param {number[]} r
 * @param {number[]|null} miss where the nearest outcome is drawn
 * @param {Float64Array[]} dots
 * @param {Frame} frame
 * @returns {SVGElement[]}
 */
function planeWords(names, r, miss, dots, frame) {
  /** @type {Box[]} */
  const taken = miss ? [{ left: miss[0] - 7, right: miss[0] + 7, top: miss[1] - 7, bottom: miss[1] + 7 }] : [];
  const spots = limitSpots(frame.x(r[0]), frame.y(r[1]), frame);
  const words = [
    placedLabel(`${names[0]}, no deal`, spots.upright, dots, frame, taken),
    placedLabel(`${names[1]}, no deal`, spots.level, dots, frame, taken),
  ];
  if (!miss) return words;
  const [x, y] = miss;
  const around = [16, -10, 32, -26, 48].flatMap((down) => [
    { x: x - 10, y: y + down, ends: true },
    { x: x + 10, y: y + down },
  ]);
  return [...words, placedLabel("nearest outcome", around, dots, frame, taken)];
}

/**
 * The nearest outcome and what it is short of.
 * @param {number[]} at
 * @param {number[]} r
 * @param {Frame} frame
 * @returns {SVGElement[]}
 */
function planeMiss([x, y], r, frame) {
  const corner = [Math.max(x, frame.x(r[0])), Math.min(y, frame.y(r[1]))];
  return [svg("path", { class: "miss", d: `M${x} ${y}L${corner.join(" ")}` }), mark("nearest", x, y)];
}
