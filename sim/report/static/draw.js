// Figures as SVG. Text is always set as text, never as markup.

/**
 * An SVG element; attributes by name, children as nodes or text.
 * @param {string} name
 * @param {Object<string, string|number>} attributes
 * @param {...(Node|string)} children
 * @returns {SVGElement}
 */
function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  node.append(...children);
  return node;
}

/**
 * An HTML element, likewise.
 * @param {string} name
 * @param {Object<string, any>} attributes
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
function html(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Corners of the marks that have any.
 * @type {Object<string, [number, number][]>}
 */
const CORNERS = {
  kalai_smorodinsky: [
    [0, -9],
    [9, 0],
    [0, 9],
    [-9, 0],
  ],
  egalitarian: [
    [0, -15],
    [13, 9],
    [-13, 9],
  ],
};

/**
 * The mark of a deal: a disc, a diamond or a triangle, each wider than the one before so that all show where they
 * coincide.
 * @param {string} name
 * @param {number} x
 * @param {number} y
 * @param {number} [scale]
 * @returns {SVGElement}
 */
function mark(name, x, y, scale = 1) {
  const s = scale;
  if (name === "nash") return svg("circle", { class: "mark nash", cx: x, cy: y, r: 4 * s });
  const points = CORNERS[name].map(([dx, dy]) => `${x + dx * s},${y + dy * s}`).join(" ");
  return svg("polygon", { class: `mark ${name}`, points, "fill-opacity": 0 });
}

/**
 * A small mark for running text.
 * @param {string} name
 */
function inlineMark(name) {
  const scale = name === "egalitarian" ? 0.5 : 0.75;
  return svg(
    "svg",
    { width: 18, height: 18, viewBox: "0 0 18 18", role: "img", "aria-label": DEAL_LABELS[name] },
    svg("title", {}, DEAL_LABELS[name]),
    mark(name, 9, 9, scale),
  );
}

/** @returns {HTMLElement} */
function legend() {
  return html("ul", { class: "legend" }, ...DEALS.map((name) => html("li", {}, inlineMark(name), DEAL_LABELS[name])));
}

/**
 * Round numbers that divide a range, about `count` of them.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
function ticks(low, high, count) {
  const raw = (high - low) / count,
    size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= raw) || raw;
  const result = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) result.push(n * step);
  return result;
}

/**
 * The utility plane of two signers: frontier, reservation lines, zone and deals.
 * @param {Model} model
 * @param {Result} result
 * @param {number} a position among the signers
 * @param {number} b
 * @param {number} width
 * @returns {HTMLElement}
 */
function planeFigure(model, result, a, b, width) {
  const [p, q] = [a, b].map((i) => model.signers[i]);
  const points = result.frontier.map((u) => [u[a], u[b]]);
  const r = [result.reservation[p], result.reservation[q]];
  const frame = planeFrame([...points, r], width, Math.min(480, Math.max(300, width * 0.75)));
  const drawing = svg("svg", { viewBox: `0 0 ${frame.width} ${frame.height}`, width: frame.width, role: "img" });
  drawing.append(
    svg(
      "title",
      {},
      `Utility plane of ${model.parties[p].label} and ${model.parties[q].label}. ${headlineText(model, result)}`,
    ),
  );
  const [across, up] = [p, q].map((n) => cutText(model.parties[n].label, Math.floor(width / 16)));
  drawing.append(...planeAxes(frame, `Utility of ${across}`, `Utility of ${up}`));
  drawing.append(...planeZone(model, result, points, r, frame));
  const few = points.length < 200 ? " few" : "";
  const dots = (/** @type {boolean} */ wanted) =>
    points
      .filter((_, n) => result.inside[n] === wanted)
      .map(([x, y]) => `M${frame.x(x).toFixed(1)} ${frame.y(y).toFixed(1)}h0`)
      .join("");
  drawing.append(
    svg("path", { class: `dots${few}`, d: dots(false) }),
    svg("path", { class: `dots in${few}`, d: dots(true) }),
  );
  drawing.append(...planeLimits([across, up], r, frame));
  if (result.deals) {
    for (const name of DEALS) {
      const { utilities } = result.deals[name];
      drawing.append(mark(name, frame.x(utilities[p]), frame.y(utilities[q])));
    }
  }
  if (result.nearest) {
    const { utilities } = result.nearest;
    drawing.append(...planeMiss([utilities[p], utilities[q]], r, frame));
  }
  return html("figure", {}, drawing, ...(result.deals ? [legend()] : []), planeCaption(model, result));
}

/**
 * @param {Model} model
 * @param {Result} result
 */
function planeCaption(model, result) {
  const several =
    model.signers.length > 2 ? " Seen by two of the parties; the others' reservation values count too." : "";
  const zone = result.exists
    ? "Shaded: the zone, where all accept."
    : "No zone: nothing is shaded, because no point lies above every dashed line.";
  return html(
    "figcaption",
    {},
    `Dots: the Pareto frontier, heavy within the zone. Dashed: what each has without a deal. ${zone}${several}`,
  );
}

/**
 * @param {number[][]} points
 * @param {number} width
 * @param {number} height
 */
function planeFrame(points, width, height) {
  const box = { left: 48, right: 14, top: 26, bottom: 44 };
  const span = (/** @type {number} */ i) => {
    const [low, high] = extent(Float64Array.from(points, (u) => u[i]));
    const room = Math.max(high - low, 1e-6) * 0.06;
    return [low - room, high + room];
  };
  const [x0, x1] = span(0),
    [y0, y1] = span(1);
  const x = (/** @type {number} */ u) => box.left + ((u - x0) / (x1 - x0)) * (width - box.left - box.right);
  const y = (/** @type {number} */ u) => height - box.bottom - ((u - y0) / (y1 - y0)) * (height - box.top - box.bottom);
  return { width, height, box, x, y, x0, x1, y0, y1 };
}

/**
 * @param {ReturnType<typeof planeFrame>} frame
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
    ...ticks(frame.x0, frame.x1, 5).map((v) =>
      svg("text", { class: "quiet", x: frame.x(v), y: base + 17, "text-anchor": "middle" }, digits(v)),
    ),
    ...ticks(frame.y0, frame.y1, 5).map((v) =>
      svg("text", { class: "quiet", x: box.left - 6, y: frame.y(v) + 4, "text-anchor": "end" }, digits(v)),
    ),
    svg("text", { x: width - box.right, y: base + 36, "text-anchor": "end" }, `${across} →`),
    svg("text", { x: 4, y: 14 }, `↑ ${up}`),
  ];
}

/**
 * @param {Model} model
 * @param {Result} result
 * @param {number[][]} points
 * @param {number[]} r
 * @param {ReturnType<typeof planeFrame>} frame
 * @returns {SVGElement[]}
 */
function planeZone(model, result, points, r, frame) {
  if (!result.exists) return [];
  const inside = points.filter((_, n) => result.inside[n]);
  const top = inside.reduce((best, u) => Math.max(best, u[1]), -Infinity);
  const right = inside.reduce((best, u) => Math.max(best, u[0]), -Infinity);
  if (model.signers.length > 2) {
    const d = `M${frame.x(r[0])} ${frame.y(r[1])}V${frame.y(top)}H${frame.x(right)}V${frame.y(r[1])}Z`;
    return [svg("path", { class: "zone", "fill-opacity": 0.5, d })];
  }
  // Under the staircase: from one efficient point to the next, right along the lower one's height.
  const steps = inside.map(([x, y], n) => `${n ? `V${frame.y(y).toFixed(1)}` : ""}H${frame.x(x).toFixed(1)}`).join("");
  const d = `M${frame.x(r[0])} ${frame.y(r[1])}V${frame.y(top)}${steps}V${frame.y(r[1])}Z`;
  return [svg("path", { class: "zone", d })];
}

/**
 * @param {string[]} names
 * @param {number[]} r
 * @param {ReturnType<typeof planeFrame>} frame
 * @returns {SVGElement[]}
 */
function planeLimits([across, up], r, frame) {
  const { box, width, height } = frame,
    base = height - box.bottom;
  const x = frame.x(r[0]),
    y = frame.y(r[1]),
    late = x > width * 0.6;
  return [
    svg("path", { class: "limit", d: `M${x} ${box.top}V${base}M${box.left} ${y}H${width - box.right}` }),
    svg(
      "text",
      { class: "halo", x: late ? x - 5 : x + 5, y: base - 6, "text-anchor": late ? "end" : "start" },
      `${across}, no deal`,
    ),
    svg(
      "text",
      { class: "halo", x: width - box.right, y: y > base - 40 ? y - 20 : y + 15, "text-anchor": "end" },
      `${up}, no deal`,
    ),
  ];
}

/**
 * @param {number[]} u
 * @param {number[]} r
 * @param {ReturnType<typeof planeFrame>} frame
 * @returns {SVGElement[]}
 */
function planeMiss(u, r, frame) {
  const x = frame.x(u[0]),
    y = frame.y(u[1]),
    cornerX = frame.x(r[0]),
    cornerY = frame.y(r[1]);
  const left = x > frame.width * 0.55;
  return [
    svg("path", { class: "miss", d: `M${x} ${y}L${Math.max(x, cornerX)} ${Math.min(y, cornerY)}` }),
    svg("circle", { class: "mark nearest", cx: x, cy: y, r: 5 }),
    svg(
      "text",
      { class: "halo", x: left ? x - 10 : x + 10, y: y + 16, "text-anchor": left ? "end" : "start" },
      "nearest outcome",
    ),
  ];
}
