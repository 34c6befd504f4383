// Pointing: a note beside the pointer or the focus, and levels chosen on the table's bars.

/**
 * @param {string} title
 * @param {string[]} lines
 * @param {{x: number, y: number}} at in the window
 */
function showTip(title, lines, { x, y }) {
  const tip = byId("tip");
  tip.replaceChildren(html("b", {}, title), ...lines.map((line) => html("span", {}, line)));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = x + 16 + width > innerWidth ? x - width - 12 : x + 16;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - height - 4))}px`;
}

function hideTip() {
  byId("tip").hidden = true;
}

/**
 * @param {Element} node
 * @returns {{x: number, y: number}}
 */
function placeOf(node) {
  const { left, bottom, width } = node.getBoundingClientRect();
  return { x: left + width / 2, y: bottom };
}

/**
 * The level under a point of a bar.
 * @param {Issue} issue
 * @param {number} width
 * @param {number} x
 */
function levelUnder(issue, width, x) {
  const { edges } = barOf(issue, width);
  const at = edges.slice(1, -1).filter((edge) => edge <= x).length;
  return Math.min(issue.levels.length - 1, at);
}

/**
 * What the pointer learns on a bar, and where a click puts a proposal.
 * @param {Page} page
 * @param {HTMLElement} bar
 * @param {number} k
 * @param {number} width
 */
function pointAt(page, bar, k, width) {
  const levelOf = (/** @type {PointerEvent|MouseEvent} */ event) => {
    const box = bar.getBoundingClientRect();
    return levelUnder(page.model.issues[k], width, ((event.clientX - box.left) * width) / Math.max(1, box.width));
  };
  bar.addEventListener("pointermove", (event) => {
    const [title, lines] = levelNote(page, k, levelOf(event));
    showTip(title, lines, { x: event.clientX, y: event.clientY });
  });
  bar.addEventListener("pointerleave", hideTip);
  bar.addEventListener("click", (event) => {
    if (page.model.live) propose(page, k, levelOf(event));
  });
}

/**
 * Makes a bar a slider of the proposal: arrow keys choose the level beside.
 * @param {Page} page
 * @param {HTMLElement} bar
 * @param {number} k
 * @param {Shown} shown
 * @param {string} label id of what names it
 */
function makeSlider(page, bar, k, shown, label) {
  const issue = page.model.issues[k],
    last = issue.levels.length - 1;
  const now = (shown.proposal || shown.ring || [])[k] ?? 0;
  const set = (/** @type {string} */ name, /** @type {string|number} */ value) => bar.setAttribute(name, String(value));
  set("role", "slider");
  set("tabindex", 0);
  set("aria-labelledby", label);
  set("aria-valuemin", 0);
  set("aria-valuemax", last);
  set("aria-valuenow", Math.max(0, now));
  bar.addEventListener("keydown", (event) => {
    const target = { Home: 0, End: last }[event.key] ?? Math.max(0, now) + (MOVES[event.key] || 0) / (event.key.startsWith("Page") ? 2 : 1);
    if (!(event.key in MOVES || event.key === "Home" || event.key === "End") || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    propose(page, k, Math.round(Math.min(last, Math.max(0, target))), true);
  });
  bar.addEventListener("focus", () => {
    if (!bar.matches(":focus-visible")) return;
    const [title, lines] = levelNote(page, k, Math.max(0, now));
    showTip(title, lines, placeOf(bar));
  });
  bar.addEventListener("blur", hideTip);
}

/**
 * Tells a screen reader what the level at which a row's slider stands is, and what there is to say of it.
 * @param {Page} page
 * @param {Element} row
 * @param {number} k
 * @param {Shown} shown
 */
function sayLevel(page, row, k, shown) {
  const bar = row.querySelector("[role=slider]");
  if (!bar) return;
  const level = Math.max(0, (shown.proposal || shown.ring || [])[k] ?? 0);
  const words = `${dealText(page.model.issues[k], level)}. ${levelNote(page, k, level)[1].join(". ")}`;
  if (bar.getAttribute("aria-valuetext") !== words) bar.setAttribute("aria-valuetext", words);
}

/**
 * What there is to say of a level: the best margin with it, what it is worth to each, who rules it out, who asked for it.
 * @param {Page} page
 * @param {number} k
 * @param {number} level
 * @returns {[string, string[]]}
 */
function levelNote({ model, margins, view, space }, k, level) {
  const issue = model.issues[k];
  const lines = [];
  const margin = margins ? margins[k][level] : null;
  if (margin === -Infinity) lines.push(`Ruled out: ${rulersOf(model, k, level)}`);
  else if (margin !== null) {
    const inside = margin >= -TOLERANCE ? "some agreement has it" : "no agreement has it";
    lines.push(`Best margin of any deal with it: ${utilityText(margin)} (${inside})`);
  }
  const { values } = space ? space.weights : weightsOf(model, view.importances);
  for (const [p, party] of model.parties.entries()) {
    const n = party.values.findIndex((value) => value.issue === k);
    if (n < 0) continue;
    const total = values[p][n];
    lines.push(`${party.label}: ${utilityText(total * party.values[n].v[level])} of at most ${utilityText(total * Math.max(...party.values[n].v))}`);
  }
  const full = model.fixed[k] ?? level;
  for (const flag of issue.flags.filter((one) => one.level === full)) lines.push(flagText(model, flag));
  return [`${issue.label}: ${dealText(issue, level)}`, lines];
}

/**
 * @param {Model} model
 * @param {Flag} flag
 */
function flagText(model, { party, kind, text, claim, date, wordOf, disputed }) {
  const about = [kind, date, wordOf && `on the word of ${wordOf}`, claim, disputed && "disputed"].filter(Boolean).join(", ");
  return `⚑ ${model.parties[party].label} (${about}): ${text}`;
}

/**
 * @param {Model} model
 * @param {number} k
 * @param {number} level
 */
function rulersOf(model, k, level) {
  const own = model.masks.filter(
    (mask) => mask.issues.length === 1 && mask.issues[0] === k && mask.allowed[level] === "0",
  );
  const named = (own.length ? own : model.masks.filter((mask) => mask.issues.includes(k))).map((mask) => model.lines[mask.line]);
  return named.length
    ? named.map((line) => `${ownerOf(model, line)}, “${line.label}”`).join("; ") + (own.length ? "" : " together")
    : "red lines leave no outcome";
}
