// What each party has without a deal: numbers shifted by leverage, and the war lottery.

/**
 * A number, or one that leverage moves or that has bounds: (at + sum of by x level) x product of factor^level.
 * @typedef {number | {path: string, at: number, by: [number, number][], factor: [number, number][],
 *   order: string, above: number|null, least: number|null, below: number|null}} Movable
 * @typedef {{kind: string, value?: Movable, outside?: Movable, impasse?: Movable, cost?: Movable,
 *   discountRate?: Movable|null, costAtRate?: number, optimism?: Movable[], odds?: Movable[], worth?: any[][], worseBy?: Movable[],
 *   statusQuo?: any[]|null}} NoDeal
 * @typedef {{reservation: number[], disagreement: number[], power: number[], illegal: string[]}} Terms
 */

/**
 * The terms of every party at some leverage levels.
 * @param {Model} model
 * @param {Weights} weights
 * @param {number[]} levels by lever
 * @returns {Terms}
 */
function termsAt(model, weights, levels) {
  /** @type {string[]} */
  const illegal = [];
  const number = (/** @type {Movable} */ movable) => numberAt(movable, levels, illegal, model.edits);
  model.checks.forEach(number);
  const pairs = model.parties.map((party, p) => {
    const own = party.noDeal;
    const mine = { values: weights.values[p], linkages: weights.linkages[p], points: weights.points };
    if (own.kind === "war") {
      const r = courseOfWar(model, levels, illegal, (at) => warValue(model, party, mine, at, illegal));
      return [r, r];
    }
    if (own.kind === "package") {
      const r = pointValue(party, mine, (own.worth || [])[0], number, illegal) - number(own.cost || 0);
      return [r, r];
    }
    if (own.kind === "impasse") {
      const d = number(own.impasse || 0);
      return [Math.max(number(own.outside || 0), d), d];
    }
    const r = number(own.value || 0);
    return [r, r];
  });
  return {
    reservation: pairs.map(([r]) => r),
    disagreement: pairs.map(([, d]) => d),
    power: model.parties.map((party) => number(party.power)),
    illegal,
  };
}

/**
 * @param {Movable} movable
 * @param {number[]} levels
 * @param {string[]} illegal takes a message where the number may not be what it is
 * @param {Map<string, number>} edits what the reader has set, by path
 * @returns {number}
 */
function numberAt(movable, levels, illegal, edits) {
  if (typeof movable === "number") return movable;
  let value = edits.size ? (edits.get(movable.path) ?? movable.at) : movable.at;
  for (const [lever, by] of movable.by) value += by * levels[lever];
  let factor = 1;
  for (const [lever, base] of movable.factor) factor *= base ** levels[lever];
  value *= factor;
  const { above, least, below } = movable;
  const fine =
    Number.isFinite(value) &&
    (above === null || value > above) &&
    (least === null || value >= least) &&
    (below === null || value < below);
  if (fine) return value;
  const bounds = [
    above === null ? "" : `more than ${above}`,
    least === null ? "" : `at least ${least}`,
    below === null ? "" : `less than ${below}`,
  ].filter(Boolean);
  illegal.push(`${movable.path}: ${value} at these levels (expected ${bounds.join(" and ") || "a finite number"})`);
  return 0.5;
}

/**
 * What the war that goes on today is worth: leverage takes other levels at the dates of its course, so each date's
 * value is a mean of what war is worth while its levels hold and of the next date's.
 * @param {Model} model
 * @param {number[]} levels
 * @param {string[]} illegal
 * @param {(number: (movable: Movable) => number) => {value: number, leaving: number}} warAt
 * @returns {number}
 */
function courseOfWar(model, levels, illegal, warAt) {
  const at = (/** @type {number[]} */ some) => warAt((movable) => numberAt(movable, some, illegal, model.edits));
  const spans = [{ after: 0, ...at(levels) }];
  for (const { after, levels: changed } of model.course) {
    const then = levels.slice();
    for (const [lever, level] of changed) then[lever] = level;
    spans.push({ after, ...at(then) });
  }
  let worth = spans[spans.length - 1].value;
  for (let s = spans.length - 2; s >= 0; s--) {
    const kept = Math.exp(-spans[s].leaving * (spans[s + 1].after - spans[s].after));
    worth = (1 - kept) * spans[s].value + kept * worth;
  }
  return worth;
}

/**
 * The value of fighting on: sum of p V - c, or with an end rate L [rho m - c + L sum of p V] / (rho + L), and the rate
 * rho + L at which what comes later counts less.
 * @param {Model} model
 * @param {Party} party
 * @param {{values: number[], linkages: number[], points: Map<any, number>}} weights
 * @param {(movable: Movable) => number} number
 * @param {string[]} illegal
 * @returns {{value: number, leaving: number}}
 */
function warValue(model, party, weights, number, illegal) {
  const own = party.noDeal;
  const odds = (own.odds || []).map(number),
    optimism = (own.optimism || []).map(number);
  const mine = odds.map((o, w) => o * optimism[w]);
  const total = mine.reduce((a, b) => a + b, 0);
  if (!(total > 0)) illegal.push("war.outcomes: all odds are zero at these levels (expected one above zero)");
  const worth = (own.worth || []).map(
    (point, w) => pointValue(party, weights, point, number, illegal) - number((own.worseBy || [])[w]),
  );
  const mean = worth.reduce((sum, value, w) => sum + (mine[w] / total) * value, 0);
  const cost = number(own.cost || 0);
  if (model.endRate === null) return { value: mean - cost, leaving: 0 };
  const end = number(model.endRate),
    rate = number(own.discountRate || 0);
  const now = pointValue(party, weights, own.statusQuo || [], number, illegal);
  // The file's cost belongs to the file's rate: what a year of war burns of the stake stays when the rate moves.
  const yearly = own.costAtRate ? cost * (rate / own.costAtRate) : cost;
  return { value: (rate * now - yearly + end * mean) / (rate + end), leaving: rate + end };
}

/**
 * Utility of a point of issue space, on the grid or off it: v by value of the party, or a moved level with its
 * value function.
 * @param {Party} party
 * @param {{values: number[], linkages: number[], points: Map<any, number>}} weights
 * @param {any[]} point
 * @param {(movable: Movable) => number} number
 * @param {string[]} illegal
 * @returns {number}
 */
function pointValue(party, weights, point, number, illegal) {
  const known = weights.points.get(point);
  if (known !== undefined) return known;
  const v = point.map((entry) =>
    typeof entry === "number" ? entry : valueAt(entry.value, number(entry.level), illegal),
  );
  let total = v.reduce((sum, value, n) => sum + weights.values[n] * value, 0);
  party.linkages.forEach((linkage, n) => {
    const [a, b] = linkage.issues.map((k) => v[party.values.findIndex((value) => value.issue === k)]);
    total += weights.linkages[n] * a * b;
  });
  if (point.every((entry) => typeof entry === "number")) weights.points.set(point, total);
  return total;
}

/**
 * The value v of one level, for every family of value functions that takes numbers.
 * @param {any} family as the scenario file writes it
 * @param {number} x
 * @param {string[]} illegal
 * @returns {number}
 */
function valueAt(family, x, illegal) {
  if ("best" in family) return bent(family.shape || {}, between((x - family.worst) / (family.best - family.worst)));
  if ("ideal" in family) return Math.max(0, 1 - Math.abs(x - family.ideal) / family.tolerance);
  if ("points" in family) return interpolated(family.points, x);
  if ("at_least" in family) return x >= family.at_least ? 1 : 0;
  if ("at_most" in family) return x <= family.at_most ? 1 : 0;
  const entry = Object.entries(family.table || {}).find(([key]) => Number(key) === x);
  if (entry) return entry[1];
  illegal.push(`${x} is not in a table at these levels`);
  return 0;
}

/** @param {number} t */
function between(t) {
  return Math.min(1, Math.max(0, t));
}

/**
 * @param {any} shape
 * @param {number} t
 * @returns {number}
 */
function bent(shape, t) {
  if (shape.power != null) return t ** shape.power;
  if (shape.exponential != null) return Math.expm1(-shape.exponential * t) / Math.expm1(-shape.exponential);
  if (shape.sigmoid == null) return t;
  const { middle, steepness } = shape.sigmoid;
  const logistic = (/** @type {number} */ z) => 0.5 * (1 + Math.tanh(z / 2));
  const low = logistic(steepness * (0 - middle)),
    high = logistic(steepness * (1 - middle));
  return (logistic(steepness * (t - middle)) - low) / (high - low);
}

/**
 * @param {[number, number][]} points
 * @param {number} x
 * @returns {number}
 */
function interpolated(points, x) {
  if (x <= points[0][0]) return points[0][1];
  for (let n = 1; n < points.length; n++) {
    const [x0, y0] = points[n - 1],
      [x1, y1] = points[n];
    if (x < x1) return ((y1 - y0) / (x1 - x0)) * (x - x0) + y0;
  }
  return points[points.length - 1][1];
}
