// Sliders, and the address that holds their state.

/**
 * What the reader has set. Lifted lines, signers, numbers and a proposal as the page carries them, not as a variant does.
 * @typedef {{levels: number[], importances: number[][], map: [number, number], plane: [number, number],
 *   axes: [number, number], lifted: string[], signers: number[], numbers: Object<string, number>,
 *   proposal: number[]|null}} State
 */

/**
 * @param {Model} base
 * @returns {State}
 */
function startState(base) {
  return {
    levels: base.leverage.map((lever) => lever.level),
    importances: base.parties.map((party) => party.values.map((value) => value.importance)),
    map: /** @type {[number, number]} */ ([...base.firstMap]),
    plane: [0, 1],
    axes: [0, 1],
    lifted: [],
    signers: [...base.signers],
    numbers: {},
    proposal: null,
  };
}

/**
 * The state as text for the address: only what differs from the start.
 * @param {Model} base
 * @param {State} state
 * @returns {string}
 */
function addressOf(base, state) {
  const start = startState(base),
    parts = new URLSearchParams();
  state.levels.forEach((level, n) => {
    if (level !== start.levels[n]) parts.set(base.leverage[n].key, String(level));
  });
  state.importances.forEach((own, p) =>
    own.forEach((w, n) => {
      if (w !== start.importances[p][n]) parts.set(importanceKey(base, p, n), String(w));
    }),
  );
  for (const [path, x] of Object.entries(state.numbers)) parts.set(`set:${path}`, String(x));
  const lists = /** @type {[string, any[], any[], string[]][]} */ ([
    ["lift:", start.lifted, state.lifted, state.lifted],
    ["sign:", start.signers, state.signers, state.signers.map((p) => base.parties[p].key)],
    ["map:", start.map, state.map, state.map.map((k) => base.issues[k].key)],
    ["axes:", start.axes, state.axes, state.axes.map((n) => (base.leverage[n] || { key: "" }).key)],
    ["plane:", start.plane, state.plane, state.plane.map((i) => base.parties[state.signers[i]].key)],
  ]);
  for (const [key, before, now, names] of lists) if (String(before) !== String(now)) parts.set(key, names.join(","));
  if (state.proposal) parts.set("deal:", state.proposal.join("."));
  return parts.toString();
}

/**
 * @param {Model} model
 * @param {number} p
 * @param {number} n
 */
function importanceKey(model, p, n) {
  const party = model.parties[p];
  return `${party.key}.${model.issues[party.values[n].issue].key}`;
}

/**
 * The state that an address holds; what it does not name, or names wrongly, is as at the start.
 * @param {Model} base
 * @param {string} address
 * @returns {State}
 */
function stateOf(base, address) {
  const state = startState(base);
  const parts = new URLSearchParams(address);
  const number = (
    /** @type {string} */ key,
    /** @type {number} */ otherwise,
    /** @type {number} */ low,
    /** @type {number} */ high,
  ) => {
    const text = parts.get(key);
    const value = text === null || !text.trim() ? NaN : Number(text);
    return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
  };
  state.levels = state.levels.map((level, n) => number(base.leverage[n].key, level, ...base.leverage[n].range));
  state.importances = state.importances.map((own, p) =>
    own.map((w, n) => number(importanceKey(base, p, n), w, base.parties[p].values[n].least, 1e6)),
  );
  for (const { path, at, above, least } of base.numbers) {
    const x = number(`set:${path}`, at, least ?? (above === null ? -1e6 : above + 1e-6), 1e6);
    if (x !== at) state.numbers[path] = x;
  }
  state.lifted = base.lines.filter(({ party }) => party >= 0).map(({ key }) => key).filter((key) => (parts.get("lift:") || "").split(",").includes(key));
  state.signers = signersOf(base, parts.get("sign:"));
  const names = (/** @type {{key: string}[]} */ records) => records.map(({ key }) => key);
  state.map = pairIn(parts.get("map:"), names(base.issues), state.map);
  state.axes = pairIn(parts.get("axes:"), names(base.leverage), state.axes);
  state.plane = pairIn(parts.get("plane:"), names(state.signers.map((p) => base.parties[p])), state.plane);
  const deal = (parts.get("deal:") || "").split(".").map(Number);
  const fits = deal.length === base.issues.length && deal.every((level, k) => base.issues[k].levels[level] !== undefined);
  if (parts.get("deal:") && fits) state.proposal = deal;
  return state;
}

/**
 * Two different names of a list, as positions.
 * @param {string|null} text
 * @param {string[]} names
 * @param {[number, number]} otherwise
 * @returns {[number, number]}
 */
function pairIn(text, names, otherwise) {
  const found = (text || "").split(",").map((name) => names.indexOf(name));
  return found.length === 2 && !found.includes(-1) && found[0] !== found[1]
    ? /** @type {[number, number]} */ (found)
    : otherwise;
}

/**
 * @param {Model} base
 * @param {string|null} text
 */
function signersOf(base, text) {
  const named = (text || "").split(",");
  const found = [...base.parties.keys()].filter((p) => named.includes(base.parties[p].key));
  const dropped = base.signers.filter((p) => !found.includes(p));
  return found.length > 1 && !dropped.some((p) => keptReason(base, base.parties.map((_, n) => n), p)) ? found : [...base.signers];
}

/**
 * What a key moves a slider by, in hundredths of its range.
 * @type {Object<string, number>}
 */
const MOVES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/** Used for ids: no two controls share one. */
let controlCount = 0;

/**
 * A slider with an exact number beside it. Arrow keys move by a hundredth of the range, Page keys by a tenth.
 * @param {{label: string, note: string, low: number, high: number, start: number, get: () => number,
 *   set: (x: number) => void, ready?: () => void, why?: () => string}} spec `ready` is called when the slider may move
 *   next; `why` says why it moves nothing
 * @returns {{node: HTMLElement, refresh: () => void, note: HTMLElement, reason: () => void}}
 */
function slider({ label, note, low, high, start, get, set, ready, why }) {
  const id = `control-${++controlCount}`,
    span = high - low;
  const step = 10 ** Math.floor(Math.log10(span / 50));
  const range = /** @type {HTMLInputElement} */ (
    html("input", { type: "range", id, min: low, max: high, step: "any", "aria-describedby": `${id}-note` })
  );
  const box = /** @type {HTMLInputElement} */ (
    html("input", { type: "number", min: low, max: high, step: "any", "aria-label": `${label}, exact` })
  );
  const tidy = (/** @type {number} */ x) =>
    Math.min(high, Math.max(low, Number((Math.round(x / step) * step).toPrecision(12))));
  const from = html("span", { class: "quiet" });
  let shown = NaN;
  const refresh = () => {
    if (shown === get()) return;
    shown = get();
    range.value = String(shown);
    range.setAttribute("aria-valuetext", numberText(shown));
    if (document.activeElement !== box) box.value = String(shown);
    from.textContent = shown === start ? "" : ` was ${numberText(start)}`;
  };
  range.addEventListener("input", () => set(tidy(Number(range.value))));
  range.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    set(tidy(get() + move * Math.max(step, span / 100)));
  });
  box.addEventListener("input", () => {
    const value = Number(box.value);
    if (box.value.trim() && Number.isFinite(value)) set(Math.min(high, Math.max(low, value)));
  });
  box.addEventListener("blur", () => {
    box.value = String(get());
  });
  const noteNode = html("p", { class: "note", id: `${id}-note` }, note);
  const idle = html("p", { class: "note idle" });
  const node = html(
    "div",
    { class: "lever" },
    html("label", { for: id }, label, from),
    html("div", { class: "row" }, range, box),
    noteNode,
    idle,
  );
  for (const sign of ready ? ["focusin", "pointerenter"] : []) node.addEventListener(sign, () => ready && ready());
  const reason = () => {
    if (node.closest("details:not([open])")) return;
    const text = why ? why() : "";
    if (idle.textContent !== text) idle.textContent = text;
    node.classList.toggle("moves-nothing", text !== "");
  };
  refresh();
  return { node, refresh, note: noteNode, reason };
}

/**
 * A choice among names.
 * @param {string} label
 * @param {string} where said to a screen reader, which does not see what the choice stands beside
 * @param {string[]} names
 * @param {() => number} get
 * @param {(n: number) => void} set
 * @returns {{node: HTMLElement, refresh: () => void}}
 */
function chooser(label, where, names, get, set) {
  const options = names.map((name, n) => html("option", { value: n }, name));
  const select = /** @type {HTMLSelectElement} */ (html("select", {}, ...options));
  const refresh = () => {
    select.value = String(get());
  };
  select.addEventListener("change", () => set(Number(select.value)));
  refresh();
  const words = html("span", { class: "unseen" }, `${where} `);
  return { node: html("label", {}, `${label} `, words, select), refresh };
}
