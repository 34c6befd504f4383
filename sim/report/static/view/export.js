// Figures as SVG and PNG, tables as text to paste.

/** What an exported figure keeps of the style sheet. */
const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font", "text-anchor", "paint-order"];

/**
 * A drawing that stands alone: its styles written into it, its hatching with it.
 * @param {Element} drawing
 * @returns {SVGElement}
 */
function standalone(drawing) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  const from = [drawing, ...drawing.querySelectorAll("*")],
    to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, n) => {
    const style = getComputedStyle(node);
    for (const name of KEPT) {
      const value = plainColour(style.getPropertyValue(name));
      if (value) to[n].setAttribute(name, value);
    }
    to[n].removeAttribute("class");
  });
  const paper = plainColour(getComputedStyle(document.body).backgroundColor);
  const hatch = /** @type {Element} */ (byId("hatch").cloneNode(true));
  for (const line of hatch.children) line.removeAttribute("class");
  for (const line of hatch.children) line.setAttribute("stroke", plainColour(getComputedStyle(document.querySelector(".hatch") || document.body).stroke));
  copy.prepend(svg("defs", {}, hatch), svg("rect", { width: "100%", height: "100%", fill: paper }));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return copy;
}

/**
 * A colour as older programs read it; other values as they are.
 * @param {string} value
 */
function plainColour(value) {
  const found = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(value);
  if (!found) return value.replace(/^url\("#/, 'url("#').replace(/"/g, "'");
  return `rgb(${found.slice(1).map((x) => Math.round(255 * Number(x))).join(",")})`;
}

/**
 * The negotiation table as one drawing.
 * @param {Page} page
 */
function tableDrawing(page) {
  const rows = [...byId("table-rows").children];
  const width = Number((rows[0].querySelector(".bar-place svg") || rows[0]).getAttribute("width"));
  const parts = rows.map((row, k) => {
    const bars = row.querySelector(".bar-place svg");
    const inner = svg("g", { transform: `translate(${SIDE} 0)` }, ...(bars ? [...bars.children].map((one) => one.cloneNode(true)) : []));
    const name = svg("text", { x: 4, y: ROW / 2 + 4 }, cutText(page.model.issues[k].label, 22));
    const says = (row.querySelector(".deal b") || row).textContent || "";
    const deal = svg("text", { x: SIDE + width + 8, y: ROW / 2 + 4 }, cutText(says, 22));
    return svg("g", { transform: `translate(0 ${26 + k * ROW})` }, name, inner, deal);
  });
  const size = { width: width + 2 * SIDE, height: 26 + rows.length * ROW };
  const title = `${page.base.scenario.name}: ${byId("headline").textContent}`;
  return svg("svg", { viewBox: `0 0 ${size.width} ${size.height}`, ...size }, svg("text", { x: 4, y: 16 }, cutText(title, Math.floor(size.width / 7))), ...parts);
}

/**
 * @param {SVGElement} drawing
 * @returns {string}
 */
function svgText(drawing) {
  // Styles are read off what is on the page.
  const stage = html("div", { class: "unseen" });
  if (!drawing.isConnected) {
    stage.append(drawing);
    document.body.append(stage);
  }
  const text = new XMLSerializer().serializeToString(standalone(drawing));
  stage.remove();
  return text;
}

/**
 * @param {string} text
 * @param {number} width
 * @param {number} height
 * @param {string} name
 */
async function offerPicture(text, width, height, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = /** @type {HTMLCanvasElement} */ (html("canvas", { width: 2 * width, height: 2 * height }));
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  brush.scale(2, 2);
  brush.drawImage(image, 0, 0, width, height);
  handOver(canvas.toDataURL("image/png"), name);
}

/**
 * Buttons that hand over a figure.
 * @param {string} section
 * @param {string} name
 * @param {() => Element|null} get
 */
function addTools(section, name, get) {
  const tools = html("span", { class: "tools" });
  for (const kind of ["SVG", "PNG"]) {
    const button = html("button", { type: "button", "aria-label": `${name} as ${kind}` }, kind);
    button.addEventListener("click", () => {
      const drawing = /** @type {SVGElement|null} */ (get());
      if (!drawing) return;
      const [width, height] = ["width", "height"].map((side) => Number(drawing.getAttribute(side)));
      const text = svgText(drawing);
      if (kind === "SVG") offer(text, "image/svg+xml", `${section}.svg`);
      else void offerPicture(text, width, height, `${section}.png`);
    });
    tools.append(button);
  }
  byId(section).querySelector("h2")?.after(tools);
  return tools;
}

/**
 * The table's terms as text in columns, for a clipboard.
 * @param {Page} page
 */
function copyText({ model, result, margins }) {
  const deal = result.deals ? result.deals.nash.levels : result.nearest ? result.nearest.levels : null;
  const rows = model.issues.map((issue, k) => {
    const inside = issue.levels.map((_, n) => !!margins && margins[k][n] >= -TOLERANCE);
    return [issue.label, deal ? dealText(issue, deal[k]) : "", chosenText(issue, inside)].join("\t");
  });
  return [["Issue", result.deals ? "Nash deal" : "Nearest outcome", "In some agreement"].join("\t"), ...rows].join("\n");
}

/** @param {Page} page */
function buildTools(page) {
  const tools = addTools("table", "Negotiation table", () => tableDrawing(page));
  const copy = html("button", { type: "button" }, "Copy table");
  copy.addEventListener("click", async () => {
    const text = copyText(page);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page from a disk may not have the clipboard: an older way.
      const area = /** @type {HTMLTextAreaElement} */ (html("textarea", { class: "unseen" }));
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    copy.textContent = "Copied";
    setTimeout(() => copy.replaceChildren("Copy table"), 1500);
  });
  tools.append(copy);
  addTools("levermap", "Leverage map", () => document.querySelector("#levermap-figure svg"));
  addTools("zone", "Frontier", () => document.querySelector("#plane svg"));
}
