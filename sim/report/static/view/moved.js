// Where the sliders stand, in words: against the point that the sentences of the page describe, and for paper.

/** More moves than this are counted, not named. */
const MOST_MOVES = 6;

/**
 * Every number set away from the start: what a reader calls it, the path of an importance, the start, where it stands.
 * @param {Model} model
 * @param {State} state
 * @returns {{name: string, path: string, from: number, to: number}[]}
 */
function movesOf(model, state) {
  const start = startState(model);
  const levers = model.leverage.map((lever, n) => ({
    name: lever.label,
    path: "",
    from: start.levels[n],
    to: state.levels[n],
  }));
  const weights = model.parties.flatMap((party, p) =>
    party.values.map((value, n) => ({
      name: `importance of ${model.issues[value.issue].label} to ${party.label}`,
      path: `parties.${party.key}.values.${model.issues[value.issue].key}.importance`,
      from: start.importances[p][n],
      to: state.importances[p][n],
    })),
  );
  return [...levers, ...weights].filter(({ from, to }) => from !== to);
}

/**
 * Says in the summary and above each section that sliders do not rewrite that they have left the point it describes.
 * @param {Model} model
 * @param {State} state
 */
function showMoved(model, state) {
  const moves = movesOf(model, state);
  const named = moves
    .slice(0, MOST_MOVES)
    .map(({ name, from, to }) => `${name} ${numberText(to)} (start ${numberText(from)})`);
  if (moves.length > MOST_MOVES) named.push(`${moves.length - MOST_MOVES} more`);
  const words = listText(named);
  patchTexts(byId("moved"), moves.length ? [`Away from the starting point: ${words}.`] : []);
  [...document.querySelectorAll(".stale")].forEach((place, n) => {
    const items = n ? [staleItem(words)] : [staleItem(words), commandItem(commandText(model, state))];
    patch(place, moves.length ? items : []);
  });
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
  for (const { path, to } of movesOf(model, state)) if (path) values.set(path, String(to));
  for (const [path, value] of values) options.push(`--set ${quoted(`${path}=${value}`)}`);
  for (const party of sign) options.push(`--sign ${quoted(party)}`);
  for (const line of lifted) options.push(`--lift ${quoted(line)}`);
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
function showSettings({ model, view, along }) {
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
