// The leverage map: the margin over two levers, or along the only one. Pointing shows the deal there, a click goes there.

/**
 * @typedef {{key: string, axes: number[], side: number, margins: Float64Array, picture?: {key: string, data: string}}} Field
 * @typedef {{left: number, top: number, wide: number, high: number, width: number, height: number}} MapBox
 */

/**
 * Which levers the map spans: none, the only one, or the two chosen.
 * @param {Page} page
 * @returns {number[]}
 */
function axesOf({ model, view }) {
  return model.leverage.length > 1 ? [...view.axes] : model.leverage.map((_, n) => n);
}

/**
 * What the map depends on: everything but where it is looked at.
 * @param {Page} page
 */
function fieldKey(page) {
  const { model, view } = page,
    axes = axesOf(page);
  const others = view.levels.filter((_, n) => !axes.includes(n));
  return JSON.stringify([model.structure, view.numbers, view.importances, others, axes]);
}

/**
 * Works the map out where it has changed, after all else and in slices: nothing waits for it.
 * @param {Page} page
 */
function freshenField(page) {
  const key = fieldKey(page);
  if (!page.model.live || page.trouble || !page.space || !page.model.leverage.length) return;
  if (page.field && page.field.key === key) return;
  const steps = fieldAt(page, key);
  page.fieldJob = steps;
  const goOn = () => {
    if (page.fieldJob !== steps || page.job || page.frame) return;
    const start = performance.now();
    let done = false;
    while (!done && performance.now() - start < SLICE / 2) done = !!steps.next().done;
    if (done) showField(page);
    else setTimeout(goOn, 0);
  };
  setTimeout(goOn, 0);
}

/**
 * @param {Page} page
 * @param {string} key
 * @returns {Generator<void, void>}
 */
function* fieldAt(page, key) {
  const { model, space, view } = page,
    axes = axesOf(page);
  if (!space) return;
  const found = axes.length > 1 ? yield* leverMap(model, space, view.levels, [axes[0], axes[1]]) : leverPath(model, space, view.levels);
  page.field = { key, axes, ...found };
}

/** @param {Page} page */
function showField(page) {
  const section = byId("levermap");
  section.hidden = !!page.trouble || !page.model.live || !page.model.leverage.length;
  if (section.hidden) return;
  freshenField(page);
  const { field, view } = page;
  const at = field ? field.axes.map((n) => view.levels[n]) : [];
  const key = JSON.stringify([field && field.key, at, widthOf(page, "levermap", 260), page.dark, page.paper, scaleOf(page)]);
  const stale = !field || field.key !== fieldKey(page);
  section.classList.toggle("stale-figure", stale);
  patch(byId("levermap-figure"), [{ key, make: () => (field ? fieldFigure(page, field) : html("p", { class: "note" }, "Working it out…")) }]);
}

/**
 * @param {Page} page
 * @param {Field} field
 */
function fieldFigure(page, field) {
  const { model } = page,
    levers = field.axes.map((n) => model.leverage[n]);
  const width = widthOf(page, "levermap", 260);
  const box = { left: 30, top: 8, wide: width - 38, high: levers.length > 1 ? Math.round(width * 0.62) : 120, width, height: 0 };
  box.height = box.top + box.high + 24;
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${box.height}`, width, height: box.height, "aria-hidden": "true" },
    ...(levers.length > 1 ? mapParts(page, field, box) : pathParts(page, field, box)),
    svg("path", { class: "cross", d: "" }),
  );
  const place = html("div", {
    class: "pointed",
    tabindex: 0,
    role: "application",
    "aria-label": `Margin over ${listText(levers.map((lever) => lever.label))}. Arrow keys look around, Enter goes there.`,
  });
  place.append(drawing);
  lookAround(page, place, field, box);
  const ends = (/** @type {Lever} */ lever) => `${lever.label} (${lever.meaning || lever.range.map(numberText).join(" to ")})`;
  const caption = levers.length > 1 ? `Across: ${ends(levers[0])}. Up: ${ends(levers[1])}.` : `Across: ${ends(levers[0])}. Up: the margin.`;
  return html("figure", {}, place, html("figcaption", {}, caption));
}

/**
 * @param {Page} page
 * @param {Field} field
 * @param {MapBox} box
 * @returns {SVGElement[]}
 */
function mapParts(page, field, box) {
  const image = svg("image", {
    x: box.left,
    y: box.top,
    width: box.wide,
    height: box.high,
    preserveAspectRatio: "none",
    href: fieldImage(page, field),
  });
  const { model, view, result } = page;
  const [a, b] = field.axes.map((n) => model.leverage[n]);
  const spot = (/** @type {number[]} */ levels) => spotOf(levels, [a, b], box);
  const [x, y] = spot(field.axes.map((n) => view.levels[n])),
    [x0, y0] = spot([a.level, b.level]);
  const base = box.top + box.high;
  const end = (/** @type {Lever} */ lever, /** @type {0|1} */ n) => numberText(lever.range[n]);
  return [
    image,
    svg("path", { class: "contour", d: contourPath(field, box) }),
    svg("rect", { class: "frame", x: box.left, y: box.top, width: box.wide, height: box.high }),
    svg("circle", { class: "ring start", cx: x0, cy: y0, r: 8 }),
    svg("circle", { class: "ring", cx: x, cy: y, r: 8 }),
    mark(result.deals ? "nash" : "nearest", x, y, 0.6),
    svg("text", { class: "quiet", x: box.left, y: base + 14 }, end(a, 0)),
    svg("text", { class: "quiet", x: box.left + box.wide, y: base + 14, "text-anchor": "end" }, end(a, 1)),
    svg("text", { class: "quiet", x: box.left - 4, y: base, "text-anchor": "end" }, end(b, 0)),
    svg("text", { class: "quiet", x: box.left - 4, y: box.top + 10, "text-anchor": "end" }, end(b, 1)),
    svg("text", { x: box.left + box.wide / 2, y: base + 20, "text-anchor": "middle" }, `${cutText(a.label, 28)} →`),
    svg(
      "text",
      { "text-anchor": "middle", transform: `translate(${box.left - 8} ${box.top + box.high / 2}) rotate(-90)` },
      `${cutText(b.label, 22)} →`,
    ),
  ];
}

/**
 * The margin along the only lever.
 * @param {Page} page
 * @param {Field} field
 * @param {MapBox} box
 * @returns {SVGElement[]}
 */
function pathParts(page, field, box) {
  const { model, view, result } = page,
    lever = model.leverage[field.axes[0]];
  const known = [...field.margins].filter(Number.isFinite);
  const low = Math.min(0, ...known),
    high = Math.max(0.01, ...known);
  const y = (/** @type {number} */ margin) => box.top + ((high - margin) / (high - low)) * box.high;
  const x = (/** @type {number} */ n) => box.left + (n / (field.side - 1)) * box.wide;
  const line = [...field.margins].map((margin, n) => (Number.isFinite(margin) ? `${x(n).toFixed(1)} ${y(margin).toFixed(1)}` : "")).filter(Boolean);
  const here = box.left + shareOf(lever, view.levels[field.axes[0]]) * box.wide;
  const base = box.top + box.high;
  const words = (/** @type {any} */ place, /** @type {string} */ text) => svg("text", { class: "quiet", ...place }, text);
  return [
    svg("path", { class: "limit", d: `M${box.left} ${y(0)}H${box.left + box.wide}` }),
    svg("path", { class: "curve", d: line.length ? `M${line.join("L")}` : "" }),
    svg("path", { class: "axis", d: `M${box.left} ${box.top}V${base}H${box.left + box.wide}` }),
    ...(result.margin === null ? [] : [svg("circle", { class: "ring", cx: here, cy: y(result.margin), r: 7 }), mark(result.deals ? "nash" : "nearest", here, y(result.margin), 0.55)]),
    words({ x: box.left, y: base + 14 }, numberText(lever.range[0])),
    words({ x: box.left + box.wide, y: base + 14, "text-anchor": "end" }, numberText(lever.range[1])),
    words({ x: box.left - 4, y: y(0) + 4, "text-anchor": "end" }, "0"),
    words({ x: box.left - 4, y: box.top + 8, "text-anchor": "end" }, high.toFixed(2)),
  ];
}

/**
 * @param {Lever} lever
 * @param {number} level
 */
function shareOf({ range: [low, high] }, level) {
  return (level - low) / (high - low);
}

/**
 * @param {number[]} levels
 * @param {Lever[]} levers
 * @param {MapBox} box
 */
function spotOf(levels, levers, { left, top, wide, high }) {
  return [left + shareOf(levers[0], levels[0]) * wide, top + (1 - shareOf(levers[1], levels[1])) * high];
}

/**
 * The field as a small picture, stretched to its box.
 * @param {Page} page
 * @param {Field} field
 */
function fieldImage(page, field) {
  const { side, margins } = field,
    key = `${scaleOf(page)} ${page.dark} ${page.paper}`;
  if (field.picture && field.picture.key === key) return field.picture.data;
  const canvas = /** @type {HTMLCanvasElement} */ (html("canvas", { width: side, height: side }));
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const picture = brush.createImageData(side, side);
  const colour = colourScale(scaleOf(page));
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) picture.data.set([...colour(margins[j * side + i]), 255], 4 * ((side - 1 - j) * side + i));
  brush.putImageData(picture, 0, 0);
  field.picture = { key, data: canvas.toDataURL() };
  return field.picture.data;
}

/**
 * The colour of a margin, as the style sheet has it for the table.
 * @param {number} scale
 * @returns {(margin: number) => number[]}
 */
function colourScale(scale) {
  const style = getComputedStyle(document.documentElement);
  const [middle, below, above, none] = ["--middle", "--below", "--above", "--none"].map((name) => rgbOf(style.getPropertyValue(name)));
  return (margin) => {
    if (!Number.isFinite(margin)) return none;
    const share = 0.12 + 0.88 * Math.min(1, Math.abs(margin) / scale);
    const end = margin >= -TOLERANCE ? above : below;
    return middle.map((c, n) => Math.round(c + share * (end[n] - c)));
  };
}

/** @param {string} hex */
function rgbOf(hex) {
  const digits = hex.trim().slice(1);
  return [0, 2, 4].map((n) => parseInt(digits.slice(n, n + 2), 16));
}

/**
 * Where the zone begins, along the edges of the picture's cells.
 * @param {Field} field
 * @param {MapBox} box
 */
function contourPath({ side, margins }, { left, top, wide, high }) {
  const inside = (/** @type {number} */ i, /** @type {number} */ j) => margins[j * side + i] >= -TOLERANCE;
  const x = (/** @type {number} */ i) => (left + (i / side) * wide).toFixed(1),
    y = (/** @type {number} */ j) => (top + (1 - j / side) * high).toFixed(1);
  const parts = [];
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) {
      if (i + 1 < side && inside(i, j) !== inside(i + 1, j)) parts.push(`M${x(i + 1)} ${y(j)}V${y(j + 1)}`);
      if (j + 1 < side && inside(i, j) !== inside(i, j + 1)) parts.push(`M${x(i)} ${y(j + 1)}H${x(i + 1)}`);
    }
  return parts.join("");
}

/**
 * Pointer and keys on the map: what the deal would be there, and going there.
 * @param {Page} page
 * @param {HTMLElement} place
 * @param {Field} field
 * @param {MapBox} box
 */
function lookAround(page, place, field, box) {
  const levers = field.axes.map((n) => page.model.leverage[n]);
  let share = levers.map((lever, n) => shareOf(lever, page.view.levels[field.axes[n]]));
  const look = (/** @type {{x: number, y: number}|null} */ at) => {
    const levels = levelsNear(levers, share);
    const x = box.left + share[0] * box.wide,
      y = levers.length > 1 ? box.top + (1 - share[1]) * box.high : box.top;
    const cross = /** @type {Element} */ (place.querySelector(".cross"));
    cross.setAttribute("d", levers.length > 1 ? `M${box.left} ${y}h${box.wide}M${x} ${box.top}v${box.high}` : `M${x} ${box.top}v${box.high}`);
    lookThere(page, field.axes, levels, at || placeOf(place));
  };
  const leave = () => {
    /** @type {Element} */ (place.querySelector(".cross")).setAttribute("d", "");
    hideTip();
    ghostDeal(page, null);
  };
  const go = () => {
    const levels = levelsNear(levers, share);
    leave();
    page.focus = "#levermap .pointed";
    change(page, (now) => field.axes.forEach((n, i) => (now.levels[n] = levels[i])));
  };
  const inside = (/** @type {number} */ x) => Math.min(1, Math.max(0, x));
  const point = (/** @type {number} */ x, /** @type {number} */ y) => {
    share = [inside((x - box.left) / box.wide), inside(1 - (y - box.top) / box.high)];
  };
  const step = (/** @type {number[]} */ ...steps) => {
    share = steps.map((by, n) => inside((share[n] || 0) + by / 20));
  };
  steer(place, box.width, { point, step, look, leave, go });
}

/**
 * Round levels near shares of levers' ranges.
 * @param {Lever[]} levers
 * @param {number[]} share
 */
function levelsNear(levers, share) {
  return levers.map((lever, n) => {
    const [low, high] = lever.range,
      step = 10 ** Math.floor(Math.log10((high - low) / 50));
    return Math.min(high, Math.max(low, Number((Math.round(placeOn(lever, share[n]) / step) * step).toPrecision(12))));
  });
}

/**
 * Says what the deal would be at some levels, and marks it on the table.
 * @param {Page} page
 * @param {number[]} axes
 * @param {number[]} levels
 * @param {{x: number, y: number}} at
 */
function lookThere(page, axes, levels, at) {
  const { model, view, space } = page;
  if (!space) return;
  const there = view.levels.slice();
  axes.forEach((n, i) => (there[n] = levels[i]));
  const terms = termsAt(model, space.weights, there);
  const where = axes.map((n, i) => `${model.leverage[n].label} ${numberText(levels[i])}`).join(", ");
  if (terms.illegal.length) return showTip(where, terms.illegal, at);
  const found = dealThere(model, space, terms);
  ghostDeal(page, found.levels);
  showTip(verdictText(found), [where, ...dealLines(model, found.levels)], at);
}

/** @param {{margin: number|null, exists: boolean}} found */
function verdictText({ margin, exists }) {
  if (margin === null) return "the red lines leave no outcome";
  return `${exists ? "A deal is possible" : "No deal is possible"}, margin ${utilityText(margin)}`;
}

/** More terms than this are in the table only. */
const MOST_TIP = 16;

/**
 * @param {Model} model
 * @param {number[]|null} levels
 */
function dealLines(model, levels) {
  if (!levels || levels.length > MOST_TIP) return [];
  return levels.map((level, k) => `${model.issues[k].label}: ${dealText(model.issues[k], level)}`);
}
