// Scenarios beside each other: what each deal settles, and what it is worth there.

/**
 * @param {Model} base
 * @param {Page|null} page its tab, once it has been opened
 * @param {string} letter
 * @returns {Side}
 */
function sideOf(base, page, letter) {
  const fixed = base.issues.map((issue) => fixedLevel(issue, base.signers));
  const result = /** @type {Result} */ (page ? page.result : base.start);
  const model = page ? page.model : { fixed, signers: base.signers };
  const trouble = page ? page.trouble : "";
  const found = trouble ? null : result.deals ? result.deals.nash : result.nearest;
  return {
    letter,
    base,
    model,
    result,
    levels: found && fromModel(model, found.levels),
    gains: found && found.utilities.map((u, p) => u - result.reservation[p]),
    moved: !!page && movesOf(base, page.view).length > 0,
    trouble,
  };
}

/**
 * @param {string} key of an issue
 * @param {Side[]} sides
 * @returns {Series}
 */
function issueSeries(key, sides) {
  const at = sides.map(({ base }) => base.issues.findIndex((issue) => issue.key === key));
  const own = sides.map(({ base }, n) => base.issues[at[n]] || null);
  const scale = scaleFor(own, sides.map(({ letter }) => letter));
  const stops = sides.map((side, n) => {
    const issue = own[n];
    if (!issue) return { at: null, text: "not in this file" };
    if (!side.levels) return { at: null, text: side.trouble ? "no result" : "no outcome" };
    const level = side.levels[at[n]];
    return { at: scale.places[n](level), text: dealText(issue, level), more: side.model.fixed[at[n]] === null ? "" : "off the table" };
  });
  const titles = [...new Set(own.flatMap((issue) => (issue ? [issue.label] : [])))];
  return { title: titles.join(" / "), notes: scale.notes, stops, bars: scale.bars, zero: null, joined: scale.joined ? "line" : "" };
}

/**
 * @param {string} title
 * @param {(number|null)[]} values
 * @param {string[]} otherwise what is said where there is none
 * @returns {Series}
 */
function worthSeries(title, values, otherwise) {
  const known = values.filter((x) => x !== null);
  const low = Math.min(0, ...known),
    high = Math.max(0, ...known);
  const stops = values.map((x, n) => (x === null ? { at: null, text: otherwise[n] } : { at: share(x, low, high), text: signedText(x) }));
  return { title, notes: [], stops, bars: values.map(() => null), zero: share(0, low, high), joined: "aid" };
}

/** @param {number} x */
function signedText(x) {
  return `${x > 0 ? "+" : ""}${utilityText(x)}`;
}

/**
 * The margin, and what the deal gives each side that signs somewhere.
 * @param {Side[]} sides
 * @returns {Series[]}
 */
function worthOf(sides) {
  const none = sides.map(({ trouble }) => (trouble ? "no result" : "no outcome"));
  const margin = worthSeries("Margin", sides.map(({ trouble, result }) => (trouble ? null : result.margin)), none);
  const keys = sharedKeys(sides.map(({ base, model }) => model.signers.map((p) => base.parties[p])), 1);
  const gains = keys.map((key) => {
    const at = sides.map(({ base }) => base.parties.findIndex((party) => party.key === key));
    const label = sides.flatMap(({ base }, n) => (at[n] < 0 ? [] : [base.parties[at[n]].label]))[0];
    const signs = sides.map(({ model }, n) => model.signers.includes(at[n]));
    const values = sides.map(({ gains: all }, n) => (signs[n] && all ? all[at[n]] : null));
    const otherwise = sides.map((_, n) => (at[n] < 0 ? "not in this file" : signs[n] ? none[n] : "does not sign"));
    return worthSeries(`Gain of ${label}`, values, otherwise);
  });
  return [margin, ...gains];
}

/**
 * Keys of records that stand in at least some number of lists, in order of appearance.
 * @param {{key: string}[][]} lists
 * @param {number} least
 */
function sharedKeys(lists, least) {
  const keys = lists.map((list) => list.map(({ key }) => key));
  return [...new Set(keys.flat())].filter((key) => keys.filter((own) => own.includes(key)).length >= least);
}

/**
 * @param {Side} side
 * @param {() => void} open
 */
function sideItem({ letter, base, model, result, moved, trouble }, open) {
  const { name, as_of } = base.scenario;
  const signers = listText(model.signers.map((p) => base.parties[p].label));
  const verdict = trouble ? `No result: ${trouble}.` : headlineText(/** @type {Model} */ ({ ...base, ...model }), result);
  const now = moved ? " As set in its tab, away from its starting point." : "";
  const when = as_of ? ` (${isolated(as_of)})` : "";
  return html("li", {}, html("b", {}, `${letter} `), button(isolated(name), open), `${when} ${signers} sign. ${verdict}${now}`);
}

/**
 * @param {Side[]} sides
 * @param {(n: number) => void} open
 */
function comparisonHead(sides, open) {
  const words = "A thinking aid, not a forecast. It takes no side: it shows what follows from the inputs of each file, and every one of them can be wrong.";
  const items = sides.map((side, n) => sideItem(side, () => open(n)));
  return html("div", { class: "head" }, html("h1", {}, `${sides.length} scenarios, side by side`), html("p", { class: "aid" }, words), html("ol", { class: "sides" }, ...items));
}

/**
 * Issues that one scenario alone has, by scenario.
 * @param {Side[]} sides
 * @returns {HTMLElement[]}
 */
function aloneWords(sides) {
  const shared = sharedKeys(sides.map(({ base }) => base.issues), 2);
  return sides.flatMap(({ letter, base }) => {
    const alone = base.issues.filter(({ key }) => !shared.includes(key)).map(({ label }) => label);
    return alone.length ? [html("p", {}, `Only in ${letter}: ${alone.join("; ")}.`)] : [];
  });
}

/** @returns {HTMLElement} */
function slopeLegend() {
  const sample = (/** @type {SVGElement[]} */ ...parts) => svg("svg", { width: 26, height: 18, viewBox: "0 0 26 18", "aria-hidden": "true" }, ...parts);
  const items = /** @type {[SVGElement, string][]} */ ([
    [sample(mark("nash", 13, 9, 0.8)), "the Nash deal"],
    [sample(mark("nearest", 13, 9, 0.8)), "no zone: the outcome nearest to a deal"],
    [sample(svg("path", { class: "scale", d: "M13 1V17" })), "the range of the file"],
    [sample(svg("path", { class: "curve", d: "M0 14L26 4" })), "from deal to deal"],
    [sample(svg("path", { class: "curve unsure", d: "M0 14L26 4" })), "to or from what is no deal, or past a file without the issue"],
  ]);
  return html("ul", { class: "legend" }, ...items.map(([drawing, text]) => html("li", {}, drawing, text)));
}

/**
 * The comparison as nodes, drawn for a width.
 * @param {Side[]} sides
 * @param {number} width
 * @param {(n: number) => void} open
 * @returns {Node[]}
 */
function comparison(sides, width, open) {
  const gap = 24,
    least = Math.max(300, COLUMN * sides.length);
  const columns = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const each = Math.floor((width - gap * (columns - 1)) / columns);
  const cards = (/** @type {Series[]} */ all) => html("div", { class: "slopes" }, ...all.map((series) => slopeCard(series, sides, each)));
  const caveat =
    "Utilities of different files are not one scale: in each, 1 is all that a party wants on the issues of that file, and issues, weights and what no deal is worth differ. Compare signs, and sides within one scenario; a line that rises or falls here is no gain or loss by itself.";
  const shared = sharedKeys(sides.map(({ base }) => base.issues), 2);
  const settles = shared.length ? [slopeLegend(), cards(shared.map((key) => issueSeries(key, sides)))] : [html("p", {}, "No two of these files have an issue of the same key.")];
  return [
    html(
      "main",
      { id: "results", class: "comparison", tabindex: "-1" },
      comparisonHead(sides, open),
      html("section", { id: "worth" }, html("h2", {}, "Margins and gains"), html("p", { class: "aid" }, caveat), cards(worthOf(sides))),
      html("section", { id: "terms" }, html("h2", {}, "What each deal settles, issue by issue"), ...settles, ...aloneWords(sides)),
    ),
  ];
}
