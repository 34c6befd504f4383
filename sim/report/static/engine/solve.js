// One leverage point of a folded space: the zone, its ranges, the deals and how far each term may vary.

/**
 * @typedef {{levels: number[], utilities: number[], gains: number[], within: boolean[][], ties: number}} Deal
 * @typedef {{exists: boolean|null, margin: number|null, reservation: number[], disagreement: number[],
 *   surplus: number[]|null, ideal: number[]|null, ranges: boolean[][], deals: Object<string, Deal>|null,
 *   frontier: Float64Array[], inside: Uint8Array,
 *   nearest: {levels: number[], utilities: number[], short: number[]}|null}} Result
 */

/** On the utility scale, when comparing with reservation values and finding ties. */
const TOLERANCE = 1e-9;
/** How far short of the best still counts as within reach: of the best, and of the stakes, whichever is more. */
const SHORT = { best: 0.01, stakes: 0.005 };
const DEALS = ["nash", "kalai_smorodinsky", "egalitarian"];

/**
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @returns {Generator<void, Result>}
 */
function* solveAt(model, space, terms) {
  const r = Float64Array.from(model.signers, (p) => terms.reservation[p]);
  const { whole } = space;
  const inside = Uint8Array.from({ length: whole.n }, (_, n) => Number(accepted(whole, n, r)));
  const base = {
    exists: inside.includes(1),
    margin: whole.n ? marginAt(whole, r) : null,
    reservation: terms.reservation,
    disagreement: terms.disagreement,
    frontier: whole.u,
    inside,
    nearest: null,
    surplus: null,
    ideal: null,
    deals: null,
    ranges: model.issues.map((issue) => issue.levels.map(() => false)),
  };
  if (!base.exists) return { ...base, nearest: whole.n ? nearestTo(model, space, r) : null };
  const zone = takeRows(
    whole,
    Array.from(inside.keys()).filter((n) => inside[n]),
  );
  const ideal = zone.u.map((column) => extent(column)[1]);
  const yardstick = yardstickOf(model, terms, ideal);
  const choices = objectives(zone, yardstick).map((values) => choose(zone, values, yardstick));
  const stakes = stakesOf(yardstick);
  const floors = choices.map(
    ({ value }, n) => value - Math.max(SHORT.best * Math.abs(value), SHORT.stakes * stakes[n]) - NOISE,
  );
  const [ranges, ...within] = yield* reached(model, space, yardstick, floorsOf(yardstick, floors));
  const deals = Object.fromEntries(
    DEALS.map((name, n) => [name, dealAt(model, space, terms, zone, choices[n], within[n])]),
  );
  return { ...base, ideal, surplus: ideal.map((best, i) => best - r[i]), deals, ranges };
}

/**
 * @param {Points} points
 * @param {number} n
 * @param {ArrayLike<number>} r
 */
function accepted({ u }, n, r) {
  for (let i = 0; i < u.length; i++) if (u[i][n] < r[i] - TOLERANCE) return false;
  return true;
}

/**
 * The most that all parties can have above r at once.
 * @param {Points} points a frontier by rising first utility, at least one point
 * @param {ArrayLike<number>} r
 * @returns {number}
 */
function marginAt(points, r) {
  if (points.u.length > 2) {
    let best = -Infinity;
    for (let n = 0; n < points.n; n++) best = Math.max(best, leastExcess(points, n, r));
    return best;
  }
  // Along the frontier u_1 - r_1 rises and u_2 - r_2 falls: the best minimum is beside their crossing.
  const [x, y] = points.u;
  const crossing = r[0] - r[1];
  let right = 0,
    end = points.n;
  while (right < end) {
    const middle = (right + end) >> 1;
    if (x[middle] - y[middle] < crossing) right = middle + 1;
    else end = middle;
  }
  return Math.max(
    leastExcess(points, Math.min(right, points.n - 1), r),
    leastExcess(points, Math.max(right - 1, 0), r),
  );
}

/**
 * @param {Points} points
 * @param {number} n
 * @param {ArrayLike<number>} r
 */
function leastExcess({ u }, n, r) {
  let least = Infinity;
  for (let i = 0; i < u.length; i++) least = Math.min(least, u[i][n] - r[i]);
  return least;
}

/**
 * @param {Model} model
 * @param {Space} space
 * @param {Float64Array} r
 */
function nearestTo(model, space, r) {
  const { whole } = space;
  let row = 0;
  for (let n = 1; n < whole.n; n++) if (leastExcess(whole, n, r) > leastExcess(whole, row, r)) row = n;
  const short = model.signers.filter((_, i) => whole.u[i][row] < r[i] - TOLERANCE);
  const levels = levelsAt(model, whole, row);
  return { levels, utilities: utilitiesAt(model, space, levels), short };
}

/**
 * By issue and level: what some agreement has, and then for every deal what some agreement near the best has.
 * @param {Model} model
 * @param {Space} space
 * @param {Yardstick} yardstick
 * @param {Floors} floors
 * @returns {Generator<void, boolean[][][]>}
 */
function* reached(model, space, yardstick, floors) {
  const result = ["", ...DEALS].map(() => model.issues.map((issue) => issue.levels.map(() => false)));
  const rest = yield* restOf(space);
  const found = new Uint8Array(result.length);
  for (const [b, block] of space.blocks.entries()) {
    yield;
    for (const row of block.kept) {
      // Ask only for what no row with the same levels has found.
      const places = block.issues.map((k, i) => result.map((flags) => flags[k][block.levels[i][row]]));
      found.forEach((_, n) => {
        found[n] = Number(places.every((flags) => flags[n]));
      });
      reachOfSum(rest[b], block.points, row, yardstick, floors, found);
      block.issues.forEach((k, i) => {
        const level = block.levels[i][row];
        result.forEach((flags, n) => {
          if (found[n]) flags[k][level] = true;
        });
      });
    }
  }
  return result;
}

/**
 * `reach` for the sum of two frontiers and a point.
 * @param {Rest} rest
 * @param {Points} points
 * @param {number} row
 * @param {Yardstick} yardstick
 * @param {Floors} floors
 * @param {Uint8Array} found
 */
function reachOfSum({ near, far }, points, row, yardstick, floors, found) {
  const plus = new Float64Array(points.u.length);
  for (let n = 0; n < near.n && found.includes(0); n++) {
    for (let i = 0; i < plus.length; i++) plus[i] = points.u[i][row] + near.u[i][n];
    reach(far, plus, yardstick, floors, found);
  }
}

/**
 * The point picked among the best: leximin of the shares of the possible gains, then the first party's gain, then
 * the first in order.
 * @param {Points} points
 * @param {Float64Array} values
 * @param {Yardstick} yardstick
 * @returns {{row: number, value: number, ties: number}}
 */
function choose(points, values, { d, span }) {
  const value = extent(values)[1];
  let rows = Array.from(values.keys()).filter((n) => values[n] >= value - TOLERANCE);
  const ties = rows.length;
  if (ties > 1) {
    const shares = (/** @type {number} */ n) =>
      Float64Array.from(points.u, (column, i) => (span[i] ? (column[n] - d[i]) / span[i] : 1)).sort();
    const criteria = points.u.map((_, i) => (/** @type {number} */ n) => shares(n)[i]);
    criteria.push((n) => points.u[0][n] - d[0]);
    for (const criterion of criteria) {
      const top = rows.reduce((best, n) => Math.max(best, criterion(n)), -Infinity);
      rows = rows.filter((n) => criterion(n) >= top - TOLERANCE);
    }
  }
  return { row: rows[0], value, ties };
}

/**
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @param {Points} zone
 * @param {{row: number, ties: number}} choice
 * @param {boolean[][]} near the levels of deals near the best
 * @returns {Deal}
 */
function dealAt(model, space, terms, zone, { row, ties }, near) {
  const levels = levelsAt(model, zone, row);
  const within = near.map((own, k) => own.map((yes, level) => yes || level === levels[k]));
  const utilities = utilitiesAt(model, space, levels);
  return { levels, utilities, gains: utilities.map((u, p) => u - terms.reservation[p]), within, ties };
}
