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
 * What containers hold: a key for each child, so that only what has changed is drawn again.
 * @type {WeakMap<Element, string[]>}
 */
const drawn = new WeakMap();

/**
 * Makes a container hold one child for each item; a child whose key has not changed stays.
 * @param {Element} container holds nothing else
 * @param {{key: string, make: () => Node}[]} items
 */
function patch(container, items) {
  const old = drawn.get(container) || [];
  items.forEach(({ key, make }, n) => {
    if (old[n] === key) return;
    const node = make();
    const before = container.childNodes[n];
    if (before) before.replaceWith(node);
    else container.append(node);
  });
  while (container.childNodes.length > items.length) /** @type {ChildNode} */ (container.lastChild).remove();
  drawn.set(
    container,
    items.map(({ key }) => key),
  );
}

/**
 * Paragraphs, each drawn again only where it says something else.
 * @param {Element} container
 * @param {string[]} texts
 */
function patchTexts(container, texts) {
  patch(
    container,
    texts.map((text) => ({ key: text, make: () => html("p", {}, text) })),
  );
}

/**
 * Corners of the marks: a star, a diamond, a square, each wider than the one before so that all show where they
 * coincide; a cross for the outcome nearest to a zone. The figures of sim.plots have the same.
 * @type {Object<string, [number, number][]>}
 */
const CORNERS = {
  nash: Array.from({ length: 10 }, (_, n) => {
    const far = n % 2 ? 3 : 7.5,
      turn = (Math.PI * n) / 5;
    return /** @type {[number, number]} */ ([far * Math.sin(turn), -far * Math.cos(turn)]);
  }),
  kalai_smorodinsky: [
    [0, -10],
    [10, 0],
    [0, 10],
    [-10, 0],
  ],
  egalitarian: [
    [-9.5, -9.5],
    [9.5, -9.5],
    [9.5, 9.5],
    [-9.5, 9.5],
  ],
};

/**
 * The mark of a deal.
 * @param {string} name
 * @param {number} x
 * @param {number} y
 * @param {number} [scale]
 * @returns {SVGElement}
 */
function mark(name, x, y, scale = 1) {
  const s = scale,
    far = 5 * s;
  if (!CORNERS[name])
    return svg("path", { class: `mark ${name}`, d: `M${x - far} ${y - far}l${2 * far} ${2 * far}m0 ${-2 * far}l${-2 * far} ${2 * far}` });
  const points = CORNERS[name].map(([dx, dy]) => `${hundredth(x + dx * s)},${hundredth(y + dy * s)}`).join(" ");
  return svg("polygon", { class: `mark ${name}`, points });
}

/**
 * A small mark for running text.
 * @param {string} name
 */
function inlineMark(name) {
  const scale = name === "nash" ? 1 : 0.75,
    label = DEAL_LABELS[name] || "nearest outcome";
  return svg(
    "svg",
    { width: 18, height: 18, viewBox: "0 0 18 18", role: "img", "aria-label": label },
    svg("title", {}, label),
    mark(name, 9, 9, scale),
  );
}

/** @returns {HTMLElement} */
function legend() {
  return html("ul", { class: "legend" }, ...DEALS.map((name) => html("li", {}, inlineMark(name), DEAL_LABELS[name])));
}

/** @param {number} pixels */
function hundredth(pixels) {
  return Math.round(pixels * 100) / 100;
}

/**
 * A round number that divides a range into about `count` parts.
 * @param {number} range
 * @param {number} count
 */
function tickStep(range, count) {
  const raw = range / count,
    size = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((m) => m * size).find((s) => s >= raw) || raw;
}

/**
 * The multiples of a step between two numbers.
 * @param {number} low
 * @param {number} high
 * @param {number} step
 */
function ticks(low, high, step) {
  const result = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) result.push(n * step);
  return result;
}

/**
 * Lets pointer and keys steer a figure: moving shows, a click or Enter goes there, Escape leaves.
 * @param {HTMLElement} place
 * @param {number} width of the drawing, in its own units
 * @param {{point: (x: number, y: number) => void, step: (dx: number, dy: number) => void,
 *   look: (at: {x: number, y: number}|null) => void, leave: () => void, go: () => void}} figure
 */
function steer(place, width, { point, step, look, leave, go }) {
  const follow = (/** @type {PointerEvent|MouseEvent} */ event) => {
    const { left, top, width: shown } = place.getBoundingClientRect();
    const zoom = width / Math.max(1, Math.min(shown, width));
    point((event.clientX - left) * zoom, (event.clientY - top) * zoom);
  };
  place.addEventListener("pointermove", (event) => {
    follow(event);
    look({ x: event.clientX, y: event.clientY });
  });
  place.addEventListener("pointerleave", leave);
  place.addEventListener("blur", leave);
  place.addEventListener("click", (event) => {
    follow(event);
    go();
  });
  place.addEventListener("keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key] || [0, 0];
    if (event.key === "Enter" || event.key === " ") go();
    else if (event.key === "Escape") leave();
    else if (dx || dy) {
      step(dx, dy);
      look(null);
    } else return;
    event.preventDefault();
  });
}
