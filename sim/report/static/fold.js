// Pareto frontiers of sums, folded block by block: PF(A + B) = PF(PF(A) + PF(B)).
//
// A frontier lies in lexicographic order, so its sum with one point does too: the sum with several points is a merge
// of lists in order, and what is dominated falls out on the way.

/**
 * Outcomes, or parts of outcomes: u[i][n] is what point n is worth to party i, code[w][n] its position in file order
 * (several words where one double cannot hold it; the most significant first). Codes of sums are sums of codes.
 * @typedef {{n: number, u: Float64Array[], code: Float64Array[]}} Points
 */

/**
 * A frontier in the making, in the order of Points: row n is worth u[i][n] + plus[i] to party i and adds up pair
 * id[n] (or base + n where there are no ids): point pair % a.n of one frontier and point floor(pair / a.n) of another.
 * @typedef {{n: number, u: Float64Array[], plus: ArrayLike<number>, id: Uint32Array|null, base: number}} Rows
 */

/** Utilities nearer than this count as equal. */
const NOISE = 1e-12;
/** The largest frontier the page works with. */
const MOST_POINTS = 20000;
const MOST_PAIRS = 1e7;

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
 * The frontier of a + b, by rising utilities.
 * @param {Points} a a frontier in that order
 * @param {Points} b likewise
 * @returns {Points}
 */
function merge(a, b) {
  const [large, small] = a.n >= b.n ? [a, b] : [b, a];
  if (large.n * small.n > MOST_PAIRS) throw new TooLarge(`${large.n * small.n} combinations`);
  if (!small.n) return emptyPoints(a.u.length, a.code.length, 0);
  const earlier = (/** @type {number} */ one, /** @type {number} */ other) => earlierPair(large, small, one, other);
  const rows = sumOf(large, small, 0, small.n, large.u.length === 2 ? unionTwo : unionMany, earlier);
  if (rows.n > MOST_POINTS) throw new TooLarge(`a frontier of ${rows.n} points`);
  return summed(rows, large, small);
}

/**
 * The frontier of a and the points of b from one position up to another, halving the stretch again and again.
 * @param {Points} a
 * @param {Points} b
 * @param {number} from
 * @param {number} to
 * @param {(p: Rows, q: Rows, earlier: (one: number, other: number) => boolean) => Rows} union
 * @param {(one: number, other: number) => boolean} earlier
 * @returns {Rows}
 */
function sumOf(a, b, from, to, union, earlier) {
  if (to - from === 1) return shifted(a, b, from);
  const middle = (from + to) >> 1;
  return union(sumOf(a, b, from, middle, union, earlier), sumOf(a, b, middle, to, union, earlier), earlier);
}

/**
 * The sum of a frontier and point j of another.
 * @param {Points} a
 * @param {Points} b
 * @param {number} j
 * @returns {Rows}
 */
function shifted({ n, u }, b, j) {
  return { n, u, plus: b.u.map((column) => column[j]), id: null, base: j * n };
}

/**
 * Two parties: what is efficient in two frontiers together. From the last row on the first utility falls and the second
 * rises, so that the row with more of the first is efficient, and beats what the other frontier has with less of the
 * second.
 * @param {Rows} p
 * @param {Rows} q
 * @param {(one: number, other: number) => boolean} earlier
 * @returns {Rows}
 */
function unionTwo(p, q, earlier) {
  const [px, py] = p.u,
    [qx, qy] = q.u,
    { 0: dpx, 1: dpy } = p.plus,
    { 0: dqx, 1: dqy } = q.plus;
  const result = emptyRows(2, p.n + q.n),
    [x, y] = result.u,
    { id } = result;
  let i = p.n - 1,
    j = q.n - 1,
    k = result.n;
  while (i >= 0 && j >= 0) {
    const one = px[i] + dpx,
      other = qx[j] + dqx,
      ahead = one - other;
    if (ahead > NOISE || (ahead >= -NOISE && comesFirst(py[i] + dpy - (qy[j] + dqy), pairOf(p, i), pairOf(q, j), earlier))) {
      x[--k] = one;
      y[k] = py[i] + dpy;
      id[k] = pairOf(p, i--);
      for (const top = y[k] + NOISE; j >= 0 && qy[j] + dqy <= top; ) j--;
    } else {
      x[--k] = other;
      y[k] = qy[j] + dqy;
      id[k] = pairOf(q, j--);
      for (const top = y[k] + NOISE; i >= 0 && py[i] + dpy <= top; ) i--;
    }
  }
  k = copied(p, i, result, copied(q, j, result, k));
  return { ...result, n: result.n - k, u: [x.subarray(k), y.subarray(k)], id: id.subarray(k) };
}

/**
 * @param {number} parties
 * @param {number} n
 */
function emptyRows(parties, n) {
  const u = Array.from({ length: parties }, () => new Float64Array(n));
  return { n, u, plus: new Float64Array(parties), id: new Uint32Array(n), base: 0 };
}

/**
 * Copies a row and all before it to the places before k; returns the first place taken.
 * @param {Rows} rows
 * @param {number} last
 * @param {ReturnType<typeof emptyRows>} result
 * @param {number} k
 */
function copied(rows, last, result, k) {
  for (let c = 0; c < rows.u.length; c++) {
    const plus = rows.plus[c],
      from = rows.u[c],
      to = result.u[c];
    for (let i = last, place = k; i >= 0; i--) to[--place] = from[i] + plus;
  }
  for (let i = last, place = k; i >= 0; i--) result.id[--place] = pairOf(rows, i);
  return k - last - 1;
}

/**
 * @param {Rows} rows
 * @param {number} n
 */
function pairOf({ id, base }, n) {
  return id ? id[n] : base + n;
}

/**
 * Of two rows with the same first utility.
 * @param {number} ahead by how much the second utility of one exceeds the other's
 * @param {number} one
 * @param {number} other
 * @param {(one: number, other: number) => boolean} earlier
 */
function comesFirst(ahead, one, other, earlier) {
  return Math.abs(ahead) > NOISE ? ahead > 0 : earlier(one, other);
}

/**
 * Whether a pair of points comes before another in file order.
 * @param {Points} a
 * @param {Points} b
 * @param {number} one
 * @param {number} other
 */
function earlierPair(a, b, one, other) {
  const code = (/** @type {number} */ w, /** @type {number} */ id) =>
    a.code[w][id % a.n] + b.code[w][Math.floor(id / a.n)];
  for (let w = 0; w < a.code.length; w++) {
    const left = code(w, one),
      right = code(w, other);
    if (left !== right) return left < right;
  }
  return false;
}

/**
 * Rows as points, with the codes of the sums.
 * @param {Rows} rows
 * @param {Points} a
 * @param {Points} b
 * @returns {Points}
 */
function summed(rows, a, b) {
  const code = a.code.map(() => new Float64Array(rows.n));
  for (let row = 0; row < rows.n; row++) {
    const pair = pairOf(rows, row),
      j = Math.floor(pair / a.n),
      i = pair - j * a.n;
    for (let w = 0; w < code.length; w++) code[w][row] = a.code[w][i] + b.code[w][j];
  }
  const u = rows.u.map((column, i) => (rows.plus[i] ? column.map((x) => x + rows.plus[i]) : column));
  return { n: rows.n, u, code };
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
