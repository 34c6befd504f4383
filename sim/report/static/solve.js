// One leverage point of a folded space: the zone, its ranges, the deals and how far each term may vary.

/**
 * @typedef {{levels: number[], utilities: number[], gains: number[], within: boolean[][], ties: number}} Deal
 * @typedef {{exists: boolean, gap: number|null, reservation: number[], disagreement: number[], surplus: number[]|null,
 *   ideal: number[]|null, ranges: boolean[][], deals: Object<string, Deal>|null, frontier: number[][],
 *   inside: boolean[], nearest: {levels: number[], utilities: number[], short: number[]}|null}} Result
 * @typedef {{r: Float64Array, d: Float64Array, span: Float64Array, weight: Float64Array|null}} Yardstick
 */

/** On the utility scale, when comparing with reservation values and finding ties. */
const TOLERANCE = 1e-9;
const WITHIN = 0.99;
const DEALS = ["nash", "kalai_smorodinsky", "egalitarian"];

/**
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @returns {Result}
 */
function solveAt(model, space, terms) {
  const r = Float64Array.from(model.signers, (p) => terms.reservation[p]);
  const { whole } = space;
  const inside = Array.from({ length: whole.n }, (_, n) => accepted(whole, n, r));
  const rows = inside.flatMap((yes, n) => (yes ? [n] : []));
  const base = {
    exists: rows.length > 0,
    gap: whole.n ? gapAt(whole, r) : null,
    reservation: terms.reservation,
    disagreement: terms.disagreement,
    frontier: Array.from({ length: whole.n }, (_, n) => whole.u.map((column) => column[n])),
    inside,
    nearest: null,
    surplus: null,
    ideal: null,
    deals: null,
    ranges: model.issues.map((issue) => issue.levels.map(() => false)),
  };
  if (!rows.length) return { ...base, nearest: whole.n ? nearestTo(model, space, r) : null };
  const ideal = whole.u.map((column) => rows.reduce((best, n) => Math.max(best, column[n]), -Infinity));
  const yardstick = yardstickOf(model, terms, ideal);
  const zone = takeRows(whole, rows);
  const profiles = profilesOf(model, space, yardstick);
  const deals = Object.fromEntries(
    DEALS.map((name, n) => {
      const choice = choose(zone, objectives(zone, yardstick)[n], yardstick);
      return [name, dealAt(model, space, terms, zone, choice, profiles[n])];
    }),
  );
  const ranges = profiles[0].map((profile) => Array.from(profile, (value) => !Number.isNaN(value)));
  return { ...base, ideal, surplus: ideal.map((best, i) => best - r[i]), deals, ranges };
}

/**
 * @param {Points} points
 * @param {number} n
 * @param {ArrayLike<number>} r
 */
function accepted(points, n, r) {
  return points.u.every((column, i) => column[n] >= r[i] - TOLERANCE);
}

/**
 * The most that all parties can have above r at once.
 * @param {Points} points a frontier by rising first utility, at least one point
 * @param {ArrayLike<number>} r
 * @returns {number}
 */
function gapAt(points, r) {
  if (points.u.length > 2) {
    let best = -Infinity;
    for (let n = 0; n < points.n; n++) best = Math.max(best, leastExcess(points, n, r));
    return best;
  }
  // Along the frontier u_1 - r_1 rises and u_2 - r_2 falls: the best minimum is beside their crossing.
  const [x, y] = points.u;
  let low = 0,
    high = points.n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] - y[middle] < r[0] - r[1]) low = middle + 1;
    else high = middle;
  }
  const right = Math.min(low, points.n - 1),
    left = Math.max(low - 1, 0);
  return Math.max(leastExcess(points, right, r), leastExcess(points, left, r));
}

/**
 * @param {Points} points
 * @param {number} n
 * @param {ArrayLike<number>} r
 */
function leastExcess(points, n, r) {
  let least = Infinity;
  for (let i = 0; i < points.u.length; i++) least = Math.min(least, points.u[i][n] - r[i]);
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
 * @param {Model} model
 * @param {Terms} terms
 * @param {number[]} ideal
 * @returns {Yardstick}
 */
function yardstickOf(model, terms, ideal) {
  const of = (/** @type {number[]} */ list) => Float64Array.from(model.signers, (p) => list[p]);
  const d = of(terms.disagreement),
    power = of(terms.power);
  const total = power.reduce((a, b) => a + b, 0);
  const equal = power.every((x) => x === power[0]);
  const span = d.map((low, i) => (ideal[i] - low > TOLERANCE ? ideal[i] - low : 0));
  return { r: of(terms.reservation), d, span, weight: equal ? null : power.map((x) => x / total) };
}

/**
 * The best objectives [nash, kalai_smorodinsky, egalitarian] of points shifted by `plus`, among those accepted.
 * @param {Points} points
 * @param {ArrayLike<number>} plus
 * @param {Yardstick} yardstick
 * @returns {[number, number, number]} nan where none is accepted
 */
function bestOf(points, plus, { r, d, span, weight }) {
  const parties = points.u.length;
  let nash = NaN,
    kalai = NaN,
    equal = NaN;
  const [from, to] = parties === 2 ? acceptedStretch(points, plus, r) : [0, points.n];
  for (let n = from; n < to; n++) {
    let product = 1,
      share = Infinity,
      least = Infinity,
      i = 0;
    for (; i < parties; i++) {
      const u = points.u[i][n] + plus[i];
      if (u < r[i] - TOLERANCE) break;
      const gain = u - d[i];
      const some = gain > NOISE ? gain : 0;
      product *= weight ? some ** weight[i] : some;
      share = Math.min(share, span[i] ? gain / span[i] : 1);
      least = Math.min(least, gain);
    }
    if (i < parties) continue;
    if (!(product <= nash)) nash = product;
    if (!(share <= kalai)) kalai = share;
    if (!(least <= equal)) equal = least;
  }
  return [weight ? nash : rooted(nash, parties), kalai, equal];
}

/**
 * Two parties: along a frontier the first utility rises and the second falls, so what both accept is a stretch.
 * @param {Points} points
 * @param {ArrayLike<number>} plus
 * @param {ArrayLike<number>} r
 * @returns {[number, number]} the first position, and the one after the last
 */
function acceptedStretch({ n, u: [x, y] }, plus, r) {
  const first = (/** @type {(row: number) => boolean} */ reached) => {
    let low = 0,
      high = n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [first((row) => x[row] + plus[0] >= r[0] - TOLERANCE), first((row) => y[row] + plus[1] < r[1] - TOLERANCE)];
}

/**
 * @param {number} product
 * @param {number} parties
 */
function rooted(product, parties) {
  return parties === 2 ? Math.sqrt(product) : product ** (1 / parties);
}

/**
 * The objectives of every point, by deal.
 * @param {Points} points
 * @param {Yardstick} yardstick
 * @returns {Float64Array[]}
 */
function objectives(points, yardstick) {
  const result = DEALS.map(() => new Float64Array(points.n));
  const none = points.u.map(() => 0);
  for (let n = 0; n < points.n; n++) {
    const one = { n: 1, u: points.u.map((column) => column.subarray(n, n + 1)), code: [] };
    bestOf(one, none, yardstick).forEach((value, k) => {
      result[k][n] = value;
    });
  }
  return result;
}

/**
 * For every deal, issue and level the best objective of an agreement with that level; nan where there is none.
 * @param {Model} model
 * @param {Space} space
 * @param {Yardstick} yardstick
 * @returns {Float64Array[][]}
 */
function profilesOf(model, space, yardstick) {
  const profiles = DEALS.map(() => model.issues.map((issue) => new Float64Array(issue.levels.length).fill(NaN)));
  space.blocks.forEach((block, b) => {
    for (const row of block.kept) {
      const best = bestOf(
        space.rest[b],
        block.points.u.map((column) => column[row]),
        yardstick,
      );
      if (Number.isNaN(best[0])) continue;
      block.issues.forEach((k, i) => {
        const level = block.levels[i][row];
        best.forEach((value, n) => {
          if (!(value <= profiles[n][k][level])) profiles[n][k][level] = value;
        });
      });
    }
  });
  return profiles;
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
  const value = values.reduce((best, x) => Math.max(best, x), -Infinity);
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
 * @param {{row: number, value: number, ties: number}} choice
 * @param {Float64Array[]} profile
 * @returns {Deal}
 */
function dealAt(model, space, terms, zone, { row, value, ties }, profile) {
  const levels = levelsAt(model, zone, row);
  const floor = Math.min(WITHIN * value, value) - NOISE;
  const within = profile.map((own, k) => Array.from(own, (best, level) => best >= floor || level === levels[k]));
  const utilities = utilitiesAt(model, space, levels);
  return { levels, utilities, gains: utilities.map((u, p) => u - terms.disagreement[p]), within, ties };
}
