// Where the sliders stand, in words: against the point that the sentences of the page describe, and for paper.

/** More moves than this are counted, not named. */
const MOST_MOVES = 6;

/**
 * Everything set away from the start: what a reader calls it, its place in a scenario file, the start, where it stands.
 * @typedef {{name: string, text: string, keys: string[], from: any, to: any}} Move
 */

/**
 * @param {Model} base
 * @param {State} state
 * @returns {Move[]}
 */
function movesOf(base, state) {
  const start = startState(base);
  const moved = (/** @type {string} */ name, /** @type {string[]} */ keys, /** @type {number} */ from, /** @type {number} */ to) => ({
    name,
    text: `${numberText(to)} (start ${numberText(from)})`,
    keys,
    from,
    to,
  });
  const levers = base.leverage.map((lever, n) =>
    moved(lever.label, ["leverage", lever.key, "default"], start.levels[n], state.levels[n]),
  );
  const weights = base.parties.flatMap((party, p) =>
    party.values.map((value, n) => {
      const { label, key } = base.issues[value.issue];
      const keys = ["parties", party.key, "values", key, "importance"];
      return moved(`importance of ${label} to ${party.label}`, keys, start.importances[p][n], state.importances[p][n]);
    }),
  );
  const numbers = base.numbers.map(({ label, path, at }) => moved(label, path.split("."), at, state.numbers[path] ?? at));
  return [...levers, ...weights, ...numbers.filter(({ from, to }) => from !== to), ...switchesOf(base, state)].filter(({ from, to }) => from !== to);
}

/**
 * @param {Model} base
 * @param {State} state
 * @returns {Move[]}
 */
function switchesOf(base, state) {
  const lines = base.lines.filter(({ party }) => party >= 0).map(({ key, party, label }) => {
    const keys = ["parties", base.parties[party].key, "red_lines", key.slice(base.parties[party].key.length + 1)];
    const to = state.lifted.includes(key) ? null : true;
    return { name: `red line of ${base.parties[party].label}, “${label}”,`, text: "lifted", keys, from: true, to };
  });
  const signers = base.parties.map((party, p) => {
    const [from, to] = [base.signers, state.signers].map((list) => list.includes(p));
    return { name: party.label, text: to ? "signs" : "does not sign", keys: ["parties", party.key, "consent"], from, to };
  });
  return [...lines, ...signers];
}

/**
 * Says in the summary and above each section that sliders do not rewrite that they have left the point it describes.
 * @param {Model} model as the page carries it
 * @param {State} state
 */
function showMoved(model, state) {
  const moves = movesOf(model, state);
  const named = moves.slice(0, MOST_MOVES).map(({ name, text }) => `${name} ${text}`);
  if (moves.length > MOST_MOVES) named.push(`${moves.length - MOST_MOVES} more`);
  const words = listText(named);
  patchTexts(byId("moved"), moves.length ? [`Away from the starting point: ${words}.`] : []);
  // No option of a command takes a signature away: such a page needs the scenario saved.
  const fewer = model.signers.some((p) => !state.signers.includes(p));
  for (const place of document.querySelectorAll(".stale")) {
    const named = place.closest("#why") && !fewer;
    const items = named ? [staleItem(words), commandItem(commandText(model, state))] : [staleItem(words)];
    patch(place, moves.length ? items : []);
  }
}

/** @param {string} words */
function staleItem(words) {
  const strong = "This section has not moved with the sliders.";
  const more = ` They stand at ${words}; it describes the starting point.`;
  return { key: words, make: () => html("p", {}, html("b", {}, strong), more) };
}

/**
 * How to have the page made where the sliders stand.
 * @param {string} text
 */
function commandItem(text) {
  return { key: text, make: () => html("p", {}, "A page that describes where they stand: ", html("code", {}, text)) };
}

/**
 * @param {Model} model
 * @param {State} state
 */
function commandText(model, state) {
  const { file, set, lifted, sign } = model.scenario;
  const values = new Map(set);
  const options = [];
  model.leverage.forEach(({ key, default: usual }, n) => {
    if (state.levels[n] !== usual) options.push(`--at ${quoted(`${key}=${state.levels[n]}`)}`);
  });
  for (const { keys, to } of movesOf(model, state))
    if (typeof to === "number" && keys[0] !== "leverage") values.set(keys.join("."), String(to));
  for (const [path, value] of values) options.push(`--set ${quoted(`${path}=${value}`)}`);
  const signing = state.signers.filter((p) => !model.signers.includes(p)).map((p) => model.parties[p].key);
  for (const party of [...sign, ...signing]) options.push(`--sign ${quoted(party)}`);
  for (const line of [...lifted, ...state.lifted]) options.push(`--lift ${quoted(line)}`);
  return ["sim report", quoted(file), ...options, "-o page.html"].join(" ");
}

/**
 * A word as a shell takes it.
 * @param {string} text
 */
function quoted(text) {
  return /^[\w.,=@%+:/-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}

/**
 * What the sliders say, for paper.
 * @param {Page} page
 */
function showSettings({ base: model, view, along }) {
  const levers = model.leverage.map((lever, n) => {
    const where = along[n] ? ` ${alongText(along[n])}` : "";
    return [lever.label, `${numberText(view.levels[n])}.${lever.meaning ? ` ${lever.meaning}.` : ""}${where}`];
  });
  const weights = model.parties.map((party, p) => {
    const each = party.values.map(
      (value, n) => `${model.issues[value.issue].label} ${numberText(view.importances[p][n])}`,
    );
    return [`Importances to ${party.label} (only ratios matter)`, `${each.join("; ")}.`];
  });
  patch(
    byId("settings"),
    [...levers, ...weights].map(([title, text]) => ({
      key: title + text,
      make: () => html("p", {}, html("b", {}, title), ` ${text}`),
    })),
  );
}
