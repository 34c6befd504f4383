// What a result looks like: headline, summary, figures.

/**
 * @param {Page} page
 */
function show(page) {
  const { model, state, result } = page;
  const good = !page.trouble;
  for (const id of ["summary", "zone", "ranges", "deals", "map"]) byId(id).hidden = !good;
  announce(good ? headlineText(model, result) : `No result: ${page.trouble}.`);
  if (!good) return;
  byId("sentences").replaceChildren(...summarySentences(model, result).map((text) => html("p", {}, text)));
  byId("parties").replaceChildren(tiles(model, result));
  byId("plane").replaceChildren(planeFigure(model, result, ...state.plane, widthOf("plane", 640)));
  const room = widthOf("range-rows", 690);
  byId("range-rows").replaceChildren(...rangeRows(model, result, room < 560 ? room : room - 230));
  byId("deal-table").replaceChildren(dealTable(model, result));
  showMap(page);
  page.levers.forEach(({ note, lever }, n) => strip(note, lever, page.along[n]));
}

/**
 * @param {string} id
 * @param {number} most
 */
function widthOf(id, most) {
  return Math.max(240, Math.min(most, byId(id).clientWidth || most));
}

/**
 * Says at once to the eye, and to a screen reader when the slider rests.
 * @param {string} text
 */
function announce(text) {
  const headline = byId("headline");
  if (headline.textContent === text) return;
  headline.setAttribute("aria-busy", "true");
  headline.textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => headline.removeAttribute("aria-busy"), 400);
}
announce.timer = 0;

/**
 * @param {Model} model
 * @param {Result} result
 */
function tiles(model, result) {
  const text = (/** @type {number|null|undefined} */ x) => (x === null || x === undefined ? "none" : utilityText(x));
  const tile = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ more) =>
    html("li", {}, name, html("b", {}, value), html("span", { class: "quiet" }, more));
  const margin = result.exists ? "the best deal's margin for the worse-off side" : "below 0: no zone";
  const each = model.signers.map((p, i) => {
    const best = result.ideal ? `, the best agreement ${text(result.ideal[i])}` : "";
    const more = `no deal is worth ${text(result.reservation[p])}${best}`;
    return tile(`${model.parties[p].label}: surplus`, text(result.surplus && result.surplus[i]), more);
  });
  return html("ul", { class: "tiles" }, tile("Gap", text(result.gap), margin), ...each);
}

/** @param {Page} page */
function showMap(page) {
  const { model, state, result } = page;
  byId("map").hidden = model.issues.length < 2;
  if (model.issues.length < 2) return;
  const grid = page.grid || staticMap(model, ...state.map);
  const nothing = "Without a zone no combination occurs in an agreement.";
  const width = widthOf("map-figure", 640);
  byId("map-figure").replaceChildren(grid ? mapFigure(model, result, grid, state.map, width) : html("p", {}, nothing));
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
  const [low, high] = lever.range;
  const x = (/** @type {number} */ level) => (200 * (level - low)) / (high - low);
  const drawing = svg(
    "svg",
    { class: "strip", viewBox: "0 0 200 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "track", d: "M0 4H200" }),
  );
  for (const { from, to, exists } of found) {
    if (exists) drawing.append(svg("rect", { class: "zone", x: x(from), y: 0, width: x(to) - x(from), height: 8 }));
  }
  note.replaceChildren(drawing, `${lever.meaning ? `${lever.meaning}. ` : ""}${alongText(found)}`);
}
