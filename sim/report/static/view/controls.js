// Sliders, and the address that holds their state.

/**
 * What the reader has set.
 * @typedef {{levels: number[], importances: number[][], map: [number, number], plane: [number, number]}} State
 */

/**
 * @param {Model} model
 * @returns {State}
 */
function startState(model) {
  return {
    levels: model.leverage.map((lever) => lever.level),
    importances: model.parties.map((party) => party.values.map((value) => value.importance)),
    map: /** @type {[number, number]} */ ([...model.firstMap]),
    plane: [0, 1],
  };
}

/**
 * The state as text for the address: only what differs from the start.
 * @param {Model} model
 * @param {State} state
 * @returns {string}
 */
function addressOf(model, state) {
  const start = startState(model),
    parts = new URLSearchParams();
  state.levels.forEach((level, n) => {
    if (level !== start.levels[n]) parts.set(model.leverage[n].key, String(level));
  });
  state.importances.forEach((own, p) =>
    own.forEach((w, n) => {
      if (w !== start.importances[p][n]) parts.set(importanceKey(model, p, n), String(w));
    }),
  );
  if (String(state.map) !== String(start.map)) parts.set("map:", state.map.map((k) => model.issues[k].key).join(","));
  if (String(state.plane) !== String(start.plane))
    parts.set("plane:", state.plane.map((i) => model.parties[model.signers[i]].key).join(","));
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
 * @param {Model} model
 * @param {string} address
 * @returns {State}
 */
function stateOf(model, address) {
  const state = startState(model);
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
  state.levels = state.levels.map((level, n) => number(model.leverage[n].key, level, ...model.leverage[n].range));
  state.importances = state.importances.map((own, p) =>
    own.map((w, n) => number(importanceKey(model, p, n), w, model.parties[p].values[n].least, 1e6)),
  );
  const pair = (
    /** @type {string} */ key,
    /** @type {string[]} */ names,
    /** @type {[number, number]} */ otherwise,
  ) => {
    const found = (parts.get(key) || "").split(",").map((name) => names.indexOf(name));
    return found.length === 2 && !found.includes(-1) && found[0] !== found[1]
      ? /** @type {[number, number]} */ (found)
      : otherwise;
  };
  state.map = pair(
    "map:",
    model.issues.map((issue) => issue.key),
    state.map,
  );
  state.plane = pair(
    "plane:",
    model.signers.map((p) => model.parties[p].key),
    state.plane,
  );
  return state;
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
 *   set: (x: number) => void, ready?: () => void}} spec `ready` is called when the slider may move next
 * @returns {{node: HTMLElement, refresh: () => void, note: HTMLElement}}
 */
function slider({ label, note, low, high, start, get, set, ready }) {
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
  const node = html(
    "div",
    { class: "lever" },
    html("label", { for: id }, label, from),
    html("div", { class: "row" }, range, box),
    noteNode,
  );
  for (const sign of ready ? ["focusin", "pointerenter"] : []) node.addEventListener(sign, () => ready && ready());
  refresh();
  return { node, refresh, note: noteNode };
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
