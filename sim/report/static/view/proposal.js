// A deal that the reader proposes, and what each side would make of it.

/**
 * Puts one level into the proposal; the first one starts from the deal that the table shows.
 * @param {Page} page
 * @param {number} k
 * @param {number} level as the model numbers it
 * @param {boolean} [keepFocus]
 */
function propose(page, k, level, keepFocus = false) {
  const { model } = page;
  const shown = shownDeals(page);
  const now = page.state.proposal || fromModel(model, shown.ring || model.issues.map(() => 0));
  const next = now.slice();
  next[k] = model.fixed[k] ?? level;
  proposeDeal(page, next);
  if (keepFocus) page.focus = `[data-issue="${CSS.escape(model.issues[k].key)}"] .bar-place`;
}

/**
 * @param {Page} page
 * @param {number[]|null} levels as the page carries them
 */
function proposeDeal(page, levels) {
  change(page, (now) => {
    now.proposal = levels;
  });
}

/** @param {Page} page */
function showProposal(page) {
  const { view, result, judgement } = page;
  const place = byId("verdict");
  const key = JSON.stringify([view.proposal, judgement, result.deals && result.deals.nash, result.nearest, page.model.signers, result.reservation]);
  patch(place, [{ key, make: () => (judgement ? proposalNode(page, judgement) : dealNode(page)) }]);
}

/**
 * What the deal that the table marks gives each side.
 * @param {Page} page
 */
function dealNode(page) {
  const { model, result } = page;
  const deal = result.deals ? result.deals.nash : result.nearest;
  if (!deal) return html("p", {}, "The red lines together leave no outcome: lift some of them.");
  const gains = model.signers.map((p) => gainNode(model, p, deal.utilities[p] - result.reservation[p]));
  const name = result.deals ? "The Nash deal" : "The outcome nearest to a deal";
  const hint = model.live ? html("span", { class: "quiet" }, "Choose a level below to propose another.") : "";
  return html("p", {}, html("b", {}, `${name}: `), ...spaced(gains), " ", hint);
}

/**
 * @param {Node[]} nodes
 * @returns {(Node|string)[]}
 */
function spaced(nodes) {
  return nodes.flatMap((node) => [node, " "]);
}

/**
 * @param {Model} model
 * @param {number} p
 * @param {number} gain
 * @param {string} [more]
 */
function gainNode(model, p, gain, more = "") {
  const sign = gain > 0 ? "+" : "";
  const style = gain < -TOLERANCE || more ? "gain short" : "gain";
  return html("span", { class: style }, swatch(p), `${model.parties[p].label} `, html("b", {}, sign + utilityText(gain)), more);
}

/** @param {number} p */
function swatch(p) {
  return svg("svg", { class: "swatch", width: 10, height: 10, viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("rect", { class: `party p${p % 6}`, x: 0, y: 0, width: 10, height: 10, rx: 2 }));
}

/**
 * @param {Page} page
 * @param {Judgement} judgement
 */
function proposalNode(page, judgement) {
  const { model } = page;
  const refuses = (/** @type {number} */ p) =>
    judgement.away.includes(p) ? (judgement.crossed.some((n) => model.lines[n].party === p) ? " refuses (red line)" : " refuses") : "";
  const gains = model.signers.map((p, i) => gainNode(model, p, judgement.gains[i], refuses(p)));
  const clear = html("button", { type: "button" }, "Clear");
  clear.addEventListener("click", () => proposeDeal(page, null));
  const lines = [html("p", {}, html("b", {}, "Your proposal: "), ...spaced(gains))];
  for (const n of judgement.crossed) {
    const line = model.lines[n];
    lines.push(html("p", { class: "note" }, line.party < 0 ? `Breaks the budget “${line.label}”.` : `Crosses a red line of ${ownerOf(model, line)}: “${line.label}”.`));
  }
  lines.push(html("p", { class: "note" }, ...betterWords(page, judgement), " ", clear));
  return html("div", { class: "proposal" }, ...lines);
}

/**
 * What all would rather have, with buttons that take it.
 * @param {Page} page
 * @param {Judgement} judgement
 * @returns {(Node|string)[]}
 */
function betterWords(page, { better, distance, levels, swaps, crossed }) {
  const { model } = page;
  if (!better) {
    const where = crossed.length ? "No outcome" : "It lies on the Pareto frontier: no outcome";
    return [`${where} within all red lines is better for one signer and worse for none.`];
  }
  const take = html("button", { type: "button" }, "Take it");
  take.addEventListener("click", () => proposeDeal(page, fromModel(model, better)));
  const changes = model.issues.flatMap((_, k) => (better[k] === levels[k] ? [] : [/** @type {[number, number]} */ ([k, better[k]])]));
  const more = distance >= 0.0005 ? `Every signer could have at least ${utilityText(distance)} more at once` : "One signer could have more at no cost to another";
  const words = /** @type {(Node|string)[]} */ ([`${more}: ${changesText(model, changes)}. `, take]);
  if (swaps.length) {
    const [best] = swaps;
    const each = model.signers.map((p, i) => `${model.parties[p].label} ${best.gains[i] > 0 ? "+" : ""}${utilityText(best.gains[i])}`);
    const swap = html("button", { type: "button" }, "Take the swap");
    swap.addEventListener("click", () => {
      const next = levels.slice();
      for (const [k, level] of best.changes) next[k] = level;
      proposeDeal(page, fromModel(model, next));
    });
    words.push(` Best swap that hurts no signer: ${changesText(model, best.changes)} (${each.join(", ")}). `, swap);
  }
  return words;
}

/**
 * @param {Model} model
 * @param {[number, number][]} changes
 */
function changesText(model, changes) {
  return changes.map(([k, level]) => `${model.issues[k].label} ${dealText(model.issues[k], level)}`).join("; ");
}
