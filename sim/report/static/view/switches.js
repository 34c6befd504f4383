// Switches for red lines and signatures, and why an input moves nothing.

/**
 * @param {Page} page
 * @returns {HTMLElement}
 */
function switchGroup(page) {
  const { base } = page;
  const group = html("details", { class: "switches", open: true }, html("summary", {}, "Red lines and signatures"));
  for (const set of base.lifts) group.append(liftButton(page, set));
  const list = html("ul", { class: "checks" });
  base.parties.forEach((_, p) => list.append(signerSwitch(page, p), ...base.lines.filter((line) => line.party === p).map((line) => lineSwitch(page, line))));
  group.append(list);
  return group;
}

const COUNTS = ["none", "this one", "these two", "these three"];

/**
 * @param {Page} page
 * @param {string[]} set
 */
function liftButton(page, set) {
  const { base } = page;
  const names = set.map((key) => base.lines.find((line) => line.key === key)).filter((line) => line !== undefined);
  const words = names.map((line) => `${base.parties[line.party].label}: ${line.label}`).join("; ");
  const button = html("button", { type: "button", class: "lift" }, `Lift ${COUNTS[set.length] || set.length}: opens the zone`, html("small", {}, words));
  button.addEventListener("click", () => change(page, (now) => (now.lifted = [...new Set([...now.lifted, ...set])])));
  return button;
}

/**
 * @param {Page} page
 * @param {string} text
 * @param {string} note
 * @param {() => boolean} get
 * @param {(on: boolean) => void} set
 * @param {() => string} locked why it cannot be switched; empty where it can
 */
function checkbox(page, text, note, get, set, locked) {
  const box = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox" }));
  const reason = html("small", {});
  box.addEventListener("change", () => set(box.checked));
  const refresh = () => {
    const why = locked();
    box.checked = get();
    box.disabled = why !== "";
    reason.textContent = why || note;
  };
  page.sliders.push({ refresh });
  refresh();
  return html("label", {}, box, html("span", {}, text, reason));
}

/**
 * @param {Page} page
 * @param {number} p
 */
function signerSwitch(page, p) {
  const { base } = page;
  const signs = () => page.state.signers.includes(p);
  const set = (/** @type {boolean} */ on) =>
    change(page, (now) => {
      now.signers = base.parties.map((_, n) => n).filter((n) => (n === p ? on : now.signers.includes(n)));
      now.plane = [0, 1];
    });
  const locked = () => (signs() ? keptReason(base, page.state.signers, p) : "");
  const box = checkbox(page, `${base.parties[p].label} signs`, "", signs, set, locked);
  box.prepend(swatch(p));
  return html("li", { class: "signer" }, box);
}

/**
 * @param {Page} page
 * @param {Line} line
 */
function lineSwitch(page, line) {
  const set = (/** @type {boolean} */ on) =>
    change(page, (now) => {
      now.lifted = page.base.lines.map(({ key }) => key).filter((key) => (key === line.key ? !on : now.lifted.includes(key)));
    });
  const locked = () => (page.state.signers.includes(line.party) ? "" : "does not count: its party does not sign");
  return html("li", {}, checkbox(page, line.label, line.says, () => !page.state.lifted.includes(line.key), set, locked));
}

/** What a lever reaches that the page does not compute. @type {Object<string, string>} */
const REACHES = {
  nothing: " In this file it shifts no number at all.",
  later: " It moves only whether a deal would last: what breaking one costs, or later dates.",
  offers: " It moves only who waits how long between offers.",
  other: "",
};

/**
 * Why a lever moves no result here; empty where it does.
 * @param {Page} page
 * @param {number} n
 */
function idleLever({ model, space, view, result }, n) {
  if (result.margin === null) return "Moves nothing: the red lines leave no outcome, whatever the numbers.";
  if (!space) return "";
  const seen = model.leverage[n].range.map((level) => {
    const levels = view.levels.slice();
    levels[n] = level;
    const { reservation, disagreement, power } = termsAt(model, space.weights, levels);
    return JSON.stringify(model.signers.map((p) => [reservation[p], disagreement[p], power[p]]));
  });
  return seen[0] === seen[1] ? `Moves nothing: it reaches no number of those who sign.${REACHES[model.leverage[n].reach]}` : "";
}

/**
 * Why a number behind no deal moves no result here; empty where it may.
 * @param {Page} page
 * @param {string} path
 * @param {number[]} tried the ends of its slider and where it started
 */
function idleNumber({ model, space, view, result }, path, tried) {
  if (result.margin === null) return "Moves nothing: the red lines leave no outcome, whatever the numbers.";
  const own = model.parties.findIndex(({ key }) => path.startsWith(`parties.${key}.`));
  if (own >= 0 && !model.signers.includes(own)) return `${model.parties[own].label} does not sign: this moves only what no deal is worth to it.`;
  if (!space) return "";
  const seen = tried.flatMap((x) => {
    const edits = new Map([...model.edits, [path, x]]);
    const { reservation, disagreement, illegal } = termsAt({ ...model, edits }, space.weights, view.levels);
    return illegal.length ? [] : [JSON.stringify(model.signers.map((p) => [reservation[p], disagreement[p]]))];
  });
  if (new Set(seen).size > 1) return "";
  const way = path.startsWith("war.outcomes.") ? " Odds count only against those of other ways that the war may end." : "";
  return `Moves nothing here: what no deal is worth to those who sign does not depend on it.${way}`;
}

/**
 * Why an importance moves no result here; empty where it may.
 * @param {Page} page
 * @param {number} p
 * @param {number} n
 */
function idleImportance({ model, result }, p, n) {
  if (!model.signers.includes(p)) return `${model.parties[p].label} does not sign: this moves only what a deal is worth to it.`;
  if (result.margin === null) return "Moves nothing: the red lines leave no outcome.";
  const { issue } = model.parties[p].values[n];
  const open = model.issues[issue].levels.filter((_, level) => !model.barred || !model.barred[issue][level]);
  return open.length > 1 ? "" : "Only one level is left on the table: this moves no choice of level.";
}
