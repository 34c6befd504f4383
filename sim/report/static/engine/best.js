// What gains are worth to bargaining theory, and which sums of points are worth some of it.

/**
 * What gains are measured by: span is the largest possible gain, weight the powers where they differ.
 * @typedef {{r: Float64Array, d: Float64Array, span: Float64Array, weight: Float64Array|null}} Yardstick
 */

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
 * What DEALS ask for of every point, all of them accepted: the product of gains, to the power of one over the parties
 * where powers are equal; the least share of the possible gains; the least gain.
 * @param {Points} zone
 * @param {Yardstick} yardstick
 * @returns {Float64Array[]}
 */
function objectives(zone, { d, span, weight }) {
  const parties = zone.u.length;
  const result = DEALS.map(() => new Float64Array(zone.n));
  for (let row = 0; row < zone.n; row++) {
    let share = Infinity,
      least = Infinity;
    for (let i = 0; i < parties; i++) {
      const gain = zone.u[i][row] - d[i];
      share = Math.min(share, span[i] ? gain / span[i] : 1);
      least = Math.min(least, gain);
    }
    const product = productOf(zone.u, row, null, d, weight);
    result[0][row] = weight ? product : rooted(product, parties);
    result[1][row] = share;
    result[2][row] = least;
  }
  return result;
}

/**
 * The product of the gains at a point, each to its weight.
 * @param {Float64Array[]} u
 * @param {number} row
 * @param {ArrayLike<number>|null} plus
 * @param {ArrayLike<number>} d
 * @param {ArrayLike<number>|null} weight
 */
function productOf(u, row, plus, d, weight) {
  let product = 1;
  for (let i = 0; i < u.length; i++) {
    const gain = (plus ? u[i][row] + plus[i] : u[i][row]) - d[i];
    product *= powered(gain, weight, i);
  }
  return product;
}

/**
 * @param {number} one
 * @param {number} other
 * @param {ArrayLike<number>|null} weight
 */
function productOfTwo(one, other, weight) {
  return powered(one, weight, 0) * powered(other, weight, 1);
}

/**
 * @param {number} gain
 * @param {ArrayLike<number>|null} weight
 * @param {number} i
 */
function powered(gain, weight, i) {
  const some = gain > NOISE ? gain : 0;
  return weight ? some ** weight[i] : some;
}

/**
 * @param {number} product
 * @param {number} parties
 */
function rooted(product, parties) {
  return parties === 2 ? Math.sqrt(product) : product ** (1 / parties);
}

/**
 * What DEALS ask for changes by so much when the stakes do, the distance of 1 from a worst deal to a best: a mean and a
 * least gain by 1, a share by 1 over the widest span.
 * @param {Yardstick} yardstick
 * @returns {number[]} by deal
 */
function stakesOf({ span }) {
  return [1, 1 / Math.max(...span, TOLERANCE), 1];
}

/**
 * What a point must be worth: to be accepted by all, and to reach a level of what each deal asks for. Of the product
 * of gains the level itself, of the others the least utilities that come to it.
 * @typedef {{accepted: Float64Array, product: number, share: Float64Array, least: Float64Array}} Floors
 */

/**
 * @param {Yardstick} yardstick
 * @param {number[]} levels by deal
 * @returns {Floors}
 */
function floorsOf({ r, d, span, weight }, [nash, kalai, equal]) {
  const accepted = r.map((x) => x - TOLERANCE);
  const power = weight ? 1 : d.length;
  return {
    accepted,
    product: nash > 0 ? nash ** power : -Infinity,
    share: accepted.map((x, i) => (span[i] ? Math.max(x, d[i] + kalai * span[i]) : x)),
    least: accepted.map((x, i) => Math.max(x, d[i] + equal)),
  };
}

/**
 * Which floors some point of a frontier reaches, shifted by `plus`: sets found[0] where one is accepted, and found[1]
 * and on where one reaches what a deal asks for. What is set already is not asked again.
 * @param {Points} points
 * @param {ArrayLike<number>} plus
 * @param {Yardstick} yardstick
 * @param {Floors} floors
 * @param {Uint8Array} found
 */
function reach(points, plus, yardstick, floors, found) {
  if (!someAbove(points, plus, floors.accepted)) return;
  found[0] = 1;
  if (!found[2] && someAbove(points, plus, floors.share)) found[2] = 1;
  if (!found[3] && someAbove(points, plus, floors.least)) found[3] = 1;
  if (!found[1] && someProduct(points, plus, yardstick, floors)) found[1] = 1;
}

/**
 * Whether some point of a frontier, shifted by `plus`, lies above a floor for every party.
 * @param {Points} points
 * @param {ArrayLike<number>} plus
 * @param {ArrayLike<number>} floor
 */
function someAbove({ n, u }, plus, floor) {
  if (u.length === 2) {
    const row = firstAbove(u[0], n, plus[0], floor[0]);
    return row < n && u[1][row] + plus[1] >= floor[1];
  }
  for (let row = 0; row < n; row++) if (isAbove(u, row, plus, floor)) return true;
  return false;
}

/**
 * @param {Float64Array[]} u
 * @param {number} row
 * @param {ArrayLike<number>} plus
 * @param {ArrayLike<number>} floor
 */
function isAbove(u, row, plus, floor) {
  for (let i = 0; i < u.length; i++) if (u[i][row] + plus[i] < floor[i]) return false;
  return true;
}

/**
 * The first place in a rising column that lies above a floor.
 * @param {Float64Array} column
 * @param {number} n
 * @param {number} plus
 * @param {number} floor
 */
function firstAbove(column, n, plus, floor) {
  let low = 0,
    high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] + plus < floor) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The first place in a falling column that lies below a floor.
 * @param {Float64Array} column
 * @param {number} n
 * @param {number} plus
 * @param {number} floor
 */
function firstBelow(column, n, plus, floor) {
  let low = 0,
    high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] + plus >= floor) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether some accepted point has a product of gains at a level.
 * @param {Points} points
 * @param {ArrayLike<number>} plus
 * @param {Yardstick} yardstick
 * @param {Floors} floors
 */
function someProduct({ n, u }, plus, { d, weight }, { accepted, product }) {
  const enough = (/** @type {number} */ row) => productOf(u, row, plus, d, weight) >= product;
  if (u.length === 2) {
    const from = firstAbove(u[0], n, plus[0], accepted[0]),
      to = firstBelow(u[1], n, plus[1], accepted[1]);
    const most = (/** @type {number} */ start, /** @type {number} */ end) =>
      productOfTwo(u[0][end - 1] + plus[0] - d[0], u[1][start] + plus[1] - d[1], weight);
    return someBetween(from, to, (start, end) => most(start, end) >= product, enough);
  }
  for (let row = 0; row < n; row++) if (isAbove(u, row, plus, accepted) && enough(row)) return true;
  return false;
}

/** Stretches of this many points are searched one by one. */
const STRETCH = 12;

/**
 * Whether some row of a stretch is enough. A stretch is halved as long as it may hold one: with two parties none does
 * where its largest first gain, at its end, with its largest second one, at its start, would not do.
 * @param {number} start
 * @param {number} end
 * @param {(start: number, end: number) => boolean} possible
 * @param {(row: number) => boolean} enough
 * @returns {boolean}
 */
function someBetween(start, end, possible, enough) {
  if (start >= end || !possible(start, end)) return false;
  if (end - start <= STRETCH) {
    for (let row = start; row < end; row++) if (enough(row)) return true;
    return false;
  }
  const middle = (start + end) >> 1;
  return someBetween(start, middle, possible, enough) || someBetween(middle, end, possible, enough);
}
