// Pareto frontiers of sums, folded block by block: PF(A + B) = PF(PF(A) + PF(B)).

/**
 * Outcomes, or parts of outcomes: u[i][n] is what point n is worth to party i, code[w][n] its position in file order
 * (several words where one double cannot hold it; the most significant first). Codes of sums are sums of codes.
 * @typedef {{n: number, u: Float64Array[], code: Float64Array[]}} Points
 */

/** Utilities nearer than this count as equal. */
const NOISE = 1e-12;
/** The largest frontier the page works with. */
const MOST_POINTS = 20000;

/** A frontier does not fit the page. */
class TooLarge extends Error {}

/**
 * @param {number} parties
 * @param {number} words
 * @param {number} n
 * @returns {Points} n points, all zero
 */
function emptyPoints(parties, words, n) {
  const column = () => new Float64Array(n);
  return { n, u: Array.from({ length: parties }, column), code: Array.from({ length: words }, column) };
}

/**
 * @param {Points} points
 * @param {ArrayLike<number>} rows
 * @returns {Points}
 */
function takeRows(points, rows) {
  const pick = (/** @type {Float64Array} */ column) => {
    const result = new Float64Array(rows.length);
    for (let n = 0; n < rows.length; n++) result[n] = column[rows[n]];
    return result;
  };
  return { n: rows.length, u: points.u.map(pick), code: points.code.map(pick) };
}

/**
 * The frontier of points in any order, by rising utilities; of equal points the first in file order.
 * @param {Points} points
 * @returns {Points}
 */
function prune(points) {
  const order = Uint32Array.from({ length: points.n }, (_, row) => row).sort((i, j) => fallingOrder(points, i, j));
  const { u } = emptyPoints(points.u.length, 0, points.n),
    admits = guard(u.length, points.n);
  const rows = [];
  for (const row of order) {
    const place = points.n - 1 - rows.length;
    for (let i = 0; i < u.length; i++) u[i][place] = points.u[i][row];
    if (admits(u, place)) rows.push(row);
  }
  return takeRows(points, rows.reverse());
}

/**
 * @param {Points} points
 * @param {number} i
 * @param {number} j
 * @returns {number} below 0 where row i comes before row j
 */
function fallingOrder(points, i, j) {
  for (const column of points.u) if (Math.abs(column[j] - column[i]) > NOISE) return column[j] - column[i];
  for (const word of points.code) if (word[i] !== word[j]) return word[i] - word[j];
  return 0;
}

/**
 * The frontier of the sum of `start` and some parts, one after the other; pauses before each.
 * @param {Points[]} parts
 * @param {Points} start
 * @returns {Generator<void, Points>}
 */
function* fold(parts, start) {
  let sum = start;
  for (const part of parts) {
    yield;
    sum = merge(sum, part);
  }
  return sum;
}

/**
 * What is left when a part is left out, as two frontiers whose sum it is.
 * @typedef {{near: Points, far: Points}} Rest
 */

/**
 * For each part the frontier of `start` and all other parts. The list is halved again and again, down to lists that
 * are small in all, whose sums need not be worked out with `start`.
 * @param {Points[]} parts
 * @param {Points} start
 * @param {number} small
 * @returns {Generator<void, Rest[]>}
 */
function* leaveOneOut(parts, start, small) {
  if (parts.length === 1 || parts.reduce((product, { n }) => product * n, 1) <= small) {
    const zero = emptyPoints(start.u.length, start.code.length, 1);
    return parts.map((_, out) => ({ near: sumOfOthers(parts, out, zero), far: start }));
  }
  const half = parts.length >> 1;
  const left = parts.slice(0, half),
    right = parts.slice(half);
  const result = yield* leaveOneOut(left, yield* fold(right, start), small);
  return result.concat(yield* leaveOneOut(right, yield* fold(left, start), small));
}

/**
 * @param {Points[]} parts
 * @param {number} out
 * @param {Points} zero
 * @returns {Points}
 */
function sumOfOthers(parts, out, zero) {
  return parts.filter((_, n) => n !== out).reduce(merge, zero);
}

/**
 * @param {Float64Array} column
 * @returns {[number, number]}
 */
function extent(column) {
  let low = Infinity,
    high = -Infinity;
  for (let i = 0; i < column.length; i++) {
    if (column[i] < low) low = column[i];
    if (column[i] > high) high = column[i];
  }
  return [low, high];
}

/**
 * The result of some steps, without pauses.
 * @template T
 * @param {Generator<void, T>} steps
 * @returns {T}
 */
function finished(steps) {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
