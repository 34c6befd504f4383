// What a result looks like: headline, summary, figures.

/** How long, in milliseconds, a slider rests before the headline is spoken, and how long its words stay to be spoken. */
const RESTED = 500;
const SPOKEN = 5000;

/** Sections that sliders rewrite. */
const LIVE = ["table", "levermap", "zone", "summary", "deals", "map"];

/**
 * @param {Page} page
 */
function show(page) {
  const { base, model, view, result } = page;
  const good = !page.trouble;
  for (const id of LIVE) byId(id).hidden = !good;
  announce(good ? headlineText(model, result) : `No result: ${page.trouble}.`);
  byId("headline").classList.toggle("yes", good && result.exists === true);
  showMoved(base, view);
  showSettings(page);
  page.reasons.forEach((reason) => reason());
  if (!good) return;
  showTable(page);
  showProposal(page);
  showPlane(page);
  showField(page);
  patchTexts(byId("sentences"), summarySentences(model, result));
  byId("parties").replaceChildren(tiles(page));
  showDeals(byId("deal-table"), model, result);
  showMap(page);
  page.levers.forEach(({ note, lever }, n) => strip(note, lever, page.along[n]));
  keepFocus(page);
}

/**
 * What was drawn anew keeps the focus it had.
 * @param {Page} page
 */
function keepFocus(page) {
  const node = page.focus && /** @type {HTMLElement|null} */ (document.querySelector(page.focus));
  if (node && (document.activeElement === document.body || !document.activeElement)) node.focus();
  page.focus = "";
}

/** What figures may take: at most, and on paper. */
/** @type {Object<string, number>} */
const WIDEST = { zone: 420, levermap: 420, map: 640 };

/**
 * How wide a figure may be: as wide as its place, up to a limit; on paper as given. Places are measured only when the
 * window changes, since asking makes the browser lay out the page.
 * @param {Page} page
 * @param {string} id of the section
 * @param {number} onPaper
 */
function widthOf(page, id, onPaper) {
  if (page.paper) return onPaper;
  return Math.max(220, Math.min(WIDEST[id], page.widths.get(id) || 300));
}

/**
 * @param {Page} page
 * @param {boolean} paper
 */
function measure(page, paper) {
  page.paper = paper;
  page.dark = matchMedia("(prefers-color-scheme: dark)").matches && !page.paper;
  for (const id of Object.keys(WIDEST)) page.widths.set(id, byId(id).parentElement?.clientWidth || 0);
  page.tableWidth = page.paper ? 760 : byId("table-place").clientWidth;
}

/**
 * Says at once to the eye, and to a screen reader when the slider rests.
 * @param {string} text
 */
function announce(text) {
  const headline = byId("headline");
  if (headline.textContent === text) return;
  const first = !headline.textContent;
  headline.textContent = text;
  // It is read with the page at first; later it stands twice only while it is spoken.
  if (first) clearTimeout(speak.timer);
  else speak(text);
}

/**
 * Says something to a screen reader once nothing has changed for a while: the page has one place that speaks.
 * @param {string} text
 */
function speak(text) {
  clearTimeout(speak.timer);
  byId("spoken").textContent = "";
  speak.timer = setTimeout(() => {
    byId("spoken").textContent = text;
    speak.timer = setTimeout(() => byId("spoken").replaceChildren(), SPOKEN);
  }, RESTED);
}
speak.timer = 0;

/**
 * How far a number has moved from the start, in words; nothing where it has not.
 * @param {number|null|undefined} now
 * @param {number|null|undefined} before
 */
function deltaText(now, before) {
  if (now === null || now === undefined || before === null || before === undefined) return "";
  const change = now - before;
  return Math.abs(change) < 0.0005 ? "" : `${change > 0 ? "+" : ""}${utilityText(change)} from the start; `;
}

/**
 * @param {Page} page
 */
function tiles({ base, model, result }) {
  const text = (/** @type {number|null|undefined} */ x) => (x === null || x === undefined ? "none" : utilityText(x));
  const tile = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ more) =>
    html("li", {}, name, html("b", {}, value), html("span", { class: "quiet" }, more));
  const none = result.margin === null ? "the red lines leave no outcome" : "below 0: no zone";
  const below = result.exists === null ? "undecided at this resolution" : none;
  const margin = result.exists ? "what the most even deal leaves the side that gains least" : below;
  const each = model.signers.map((p, i) => {
    const best = result.ideal ? `, the best agreement ${text(result.ideal[i])}` : "";
    const then = base.start.surplus && base.start.surplus[base.signers.indexOf(p)];
    const moved = deltaText(result.surplus && result.surplus[i], then);
    const more = `${moved}no deal is worth ${text(result.reservation[p])}${best}`;
    return tile(`${model.parties[p].label}: surplus`, text(result.surplus && result.surplus[i]), more);
  });
  return html("ul", { class: "tiles" }, tile("Margin", text(result.margin), deltaText(result.margin, base.start.margin) + margin), ...each);
}

/** @param {Page} page */
function showMap(page) {
  const { model, view, result } = page;
  byId("map").hidden = model.issues.length < 2;
  if (model.issues.length < 2) return;
  const grid = page.grid || staticMap(model, ...view.map);
  const nothing = "Without a zone no combination occurs in an agreement.";
  const width = widthOf(page, "map", 340);
  const deals = DEALS.map((name) => result.deals && view.map.map((k) => (result.deals || {})[name].levels[k]));
  const key = JSON.stringify([width, view.map, grid, deals]);
  const make = () => (grid ? mapFigure(model, result, grid, view.map, width) : html("p", {}, nothing));
  patch(byId("map-figure"), [{ key, make }]);
}

/**
 * @param {Model} model
 * @param {number} k
 * @param {number} m
 * @returns {number[][]|null}
 */
function staticMap(model, k, m) {
  const names = [k, m].map((n) => model.issues[n].key);
  const found = (model.start.maps || []).find((/** @type {any} */ map) =>
    names.every((name) => map.issues.includes(name)),
  );
  if (!found) return null;
  const rows = found.possible.map((/** @type {number[]} */ row) => row.map((x) => x + 1));
  if (found.issues[0] === names[0]) return rows;
  return model.issues[k].levels.map((_, n) => rows.map((/** @type {number[]} */ row) => row[n]));
}

/**
 * Draws along a slider where the zone exists, and says it.
 * @param {HTMLElement} note
 * @param {Lever} lever
 * @param {{from: number, to: number, exists: boolean}[]} found
 */
function strip(note, lever, found) {
  const make = () => {
    const [low, high] = lever.range;
    const x = (/** @type {number} */ level) => (200 * (level - low)) / (high - low);
    const drawing = svg(
      "svg",
      { class: "strip", viewBox: "0 0 200 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("path", { class: "track", d: "M0 4H200" }),
    );
    for (const { from, to, exists } of found) {
      if (exists) drawing.append(svg("rect", { class: "zone bar", x: x(from), y: 0, width: x(to) - x(from), height: 8 }));
    }
    const words = `${lever.meaning ? `${lever.meaning}. ` : ""}${alongText(found)}`;
    return html("span", {}, drawing, words);
  };
  patch(note, [{ key: JSON.stringify(found), make }]);
}
