// What the reader has switched: which red lines hold, who signs, which numbers stand other than in the file.
// The twin of `compile` and `without_lines` in sim/game/compiled.py.

/**
 * What a red line allows: one letter for each combination of the levels of its issues, 1 where it allows it.
 * @typedef {{key: string, party: number, label: string, says: string, issues: number[], allowed: string,
 *   sum?: number[], bound?: string}} Line
 * @typedef {{label: string, path: string, at: number, above: number|null, least: number|null}} Editable
 * @typedef {{lifted: string[], signers: number[], numbers: Object<string, number>}} Switches
 */

/** Models made before, by what is switched: their combinations of levels are listed once. */
const variantsMade = /** @type {WeakMap<Model, Map<string, Model>>} */ (new WeakMap());

/**
 * The model as switched.
 * @param {Model} base as the page carries it: every level, every red line
 * @param {Switches} switches
 * @returns {Model}
 */
function variantOf(base, { lifted, signers, numbers }) {
  const made = variantsMade.get(base) || new Map();
  variantsMade.set(base, made);
  const structure = JSON.stringify([signers, [...lifted].sort()]);
  if (!made.has(structure)) made.set(structure, switched(base, signers, lifted, structure));
  const model = made.get(structure);
  return Object.keys(numbers).length ? { ...model, edits: new Map(Object.entries(numbers)) } : model;
}

/**
 * @param {Model} base
 * @param {number[]} signers
 * @param {string[]} lifted
 * @param {string} structure
 * @returns {Model}
 */
function switched(base, signers, lifted, structure) {
  const fixed = base.issues.map((issue) => fixedLevel(issue, signers));
  const lines = base.lines.filter(({ party, key }) => party < 0 || (signers.includes(party) && !lifted.includes(key)));
  const sizes = base.issues.map((issue) => issue.levels.length);
  const issues = base.issues.map((issue, k) => {
    const at = fixed[k],
      unsigned = issue.control.filter((p) => !signers.includes(p));
    return at === null ? { ...issue, unsigned } : { ...issue, unsigned, levels: [issue.levels[at]], names: issue.names.slice(at, at + 1) };
  });
  const parties = base.parties.map((party) => ({
    ...party,
    values: party.values.map((value) => {
      const at = fixed[value.issue];
      return at === null ? value : { ...value, v: [value.v[at]] };
    }),
  }));
  const masks = lines.map((line) => ({
    issues: line.issues,
    allowed: restricted(line, sizes, fixed),
    line: base.lines.indexOf(line),
  }));
  /** @type {Model} */
  const model = { ...base, issues, parties, signers, masks, fixed, structure, edits: new Map() };
  combinationsOf(model);
  model.barred = base.live ? barredLevels(model) : null;
  return model;
}

/**
 * The one level of an issue that its controllers do not all sign; null where every level is on the table.
 * @param {Issue} issue
 * @param {number[]} signers
 */
function fixedLevel(issue, signers) {
  return issue.reversion === null || issue.control.every((p) => signers.includes(p)) ? null : issue.reversion;
}

/**
 * What a line allows of the levels that are left.
 * @param {Line} line
 * @param {number[]} sizes of all levels
 * @param {(number|null)[]} fixed
 */
function restricted({ issues, allowed }, sizes, fixed) {
  if (issues.every((k) => fixed[k] === null)) return allowed;
  const kept = [];
  for (let place = 0; place < allowed.length; place++) {
    let rest = place;
    const fits = [...issues].reverse().every((k) => {
      const level = rest % sizes[k];
      rest = Math.floor(rest / sizes[k]);
      return fixed[k] === null || fixed[k] === level;
    });
    if (fits) kept.push(allowed[place]);
  }
  return kept.join("");
}

/**
 * Whether a party may be switched off, or why not: what it controls must have a level to stay at, and two must sign.
 * @param {Model} base
 * @param {number[]} signers
 * @param {number} p
 * @returns {string} why not; empty where it may
 */
function keptReason(base, signers, p) {
  if (signers.length <= 2) return "a deal needs two signatures";
  const stuck = base.issues.filter((issue) => issue.control.includes(p) && issue.reversion === null);
  return stuck.length ? `nothing says what holds for ${stuck[0].label} without it` : "";
}

/**
 * Whose a line is; a budget is nobody's.
 * @param {Model} model
 * @param {Line} line
 */
function ownerOf(model, { party }) {
  return party < 0 ? "a budget" : model.parties[party].label;
}
