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
const MOST_PAIRS = 6e7;
const MOST_SURVIVORS = 400000;

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
 * The frontier of a + b, by rising utility of the first party.
 * @param {Points} a
 * @param {Points} b
 * @returns {Points}
 */
function merge(a, b) {
  const [large, small] = a.n >= b.n ? [a, b] : [b, a];
  if (large.n * small.n > MOST_PAIRS) throw new TooLarge(`${large.n * small.n} combinations`);
  if (!small.n) return emptyPoints(a.u.length, a.code.length, 0);
  const result = large.u.length === 2 ? mergeTwo(large, small) : mergeMany(large, small);
  if (result.n > MOST_POINTS) throw new TooLarge(`a frontier of ${result.n} points`);
  return result;
}

/**
 * The frontier of some points.
 * @param {Points} points
 * @returns {Points}
 */
function prune(points) {
  return merge(points, emptyPoints(points.u.length, points.code.length, 1));
}

/**
 * The frontier of the sum of all parts, at least one, the smallest merged first.
 * @param {Points[]} parts
 * @returns {Points}
 */
function fold(parts) {
  const [first, ...others] = [...parts].sort((a, b) => a.n - b.n);
  return others.reduce(merge, first);
}

/**
 * For each part the frontier of `start` and all other parts, halving the list again and again.
 * @param {Points[]} parts
 * @param {Points} start
 * @returns {Points[]}
 */
function leaveOneOut(parts, start) {
  if (parts.length === 1) return [start];
  const half = parts.length >> 1;
  const left = parts.slice(0, half),
    right = parts.slice(half);
  const result = leaveOneOut(left, fold([start, ...right]));
  return result.concat(leaveOneOut(right, fold([start, ...left])));
}

/**
 * The sums of some pairs; pair n is point n % a.n of a and point floor(n / a.n) of b.
 * @param {Points} a
 * @param {Points} b
 * @param {ArrayLike<number>} pairs
 * @returns {Points}
 */
function pairSums(a, b, pairs) {
  const add = (/** @type {Float64Array} */ x, /** @type {Float64Array} */ y) => {
    const result = new Float64Array(pairs.length);
    for (let n = 0; n < pairs.length; n++) result[n] = x[pairs[n] % a.n] + y[Math.floor(pairs[n] / a.n)];
    return result;
  };
  return { n: pairs.length, u: a.u.map((x, i) => add(x, b.u[i])), code: a.code.map((x, w) => add(x, b.code[w])) };
}

/**
 * Whether the code at row i is less than the code at row j.
 * @param {Float64Array[]} code
 * @param {number} i
 * @param {number} j
 */
function earlier(code, i, j) {
  for (const word of code) if (word[i] !== word[j]) return word[i] < word[j];
  return false;
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
 * Cells per unit of utility; none where the range is but rounding, which must not be spread over cells.
 * @param {number} cells
 * @param {number} range
 */
function cellsPer(cells, range) {
  return range > 1e-9 ? (cells - 1) / range : 0;
}

/**
 * Two parties: cells of the first utility keep the best second one; what a higher cell beats is never built.
 * @param {Points} a
 * @param {Points} b
 * @returns {Points}
 */
function mergeTwo(a, b) {
  const [ax, ay] = a.u,
    [bx, by] = b.u;
  const [lowA, highA] = extent(ax),
    [lowB, highB] = extent(bx);
  const low = lowA + lowB;
  const cells = Math.min(8192, Math.max(64, 2 ** Math.ceil(Math.log2((a.n * b.n) / 4 + 1))));
  const scale = cellsPer(cells, highA + highB - low);
  const best = new Float64Array(cells).fill(-Infinity);
  for (let j = 0; j < b.n; j++) {
    const x0 = bx[j] - low,
      y0 = by[j];
    for (let i = 0; i < a.n; i++) {
      const cell = ((ax[i] + x0) * scale) | 0,
        y = ay[i] + y0;
      if (y > best[cell]) best[cell] = y;
    }
  }
  const beyond = new Float64Array(cells);
  for (let cell = cells - 1, top = -Infinity; cell >= 0; cell--) {
    beyond[cell] = top - NOISE;
    top = Math.max(top, best[cell]);
  }
  const pairs = [],
    places = [];
  for (let j = 0; j < b.n; j++) {
    const x0 = bx[j] - low,
      y0 = by[j];
    for (let i = 0; i < a.n; i++) {
      const cell = ((ax[i] + x0) * scale) | 0;
      if (ay[i] + y0 >= beyond[cell]) {
        pairs.push(j * a.n + i);
        places.push(cell);
      }
    }
  }
  if (pairs.length > MOST_SURVIVORS) throw new TooLarge(`${pairs.length} candidates`);
  const sums = pairSums(a, b, pairs);
  return takeRows(sums, staircase(sums, byCells(sums.u[0], places, cells)));
}

/**
 * Rows by falling value, given the cell that each value lies in.
 * @param {Float64Array} x
 * @param {number[]} places
 * @param {number} cells
 * @returns {Uint32Array}
 */
function byCells(x, places, cells) {
  const starts = new Uint32Array(cells + 1);
  for (const place of places) starts[cells - 1 - place + 1]++;
  for (let c = 0; c < cells; c++) starts[c + 1] += starts[c];
  const order = new Uint32Array(x.length),
    next = starts.slice();
  for (let row = 0; row < x.length; row++) order[next[cells - 1 - places[row]]++] = row;
  for (let c = 0; c < cells; c++) {
    if (starts[c + 1] - starts[c] > 1) {
      order.subarray(starts[c], starts[c + 1]).sort((i, j) => x[j] - x[i] || i - j);
    }
  }
  return order;
}

/**
 * Rows of the frontier by rising first utility, from rows by falling first utility; of equal points the first in
 * file order.
 * @param {Points} points
 * @param {Uint32Array} order
 * @returns {number[]}
 */
function staircase(points, order) {
  const [x, y] = points.u;
  /** @type {number[]} */
  const kept = [];
  let top = -Infinity;
  for (let start = 0, end; start < order.length; start = end) {
    for (end = start + 1; end < order.length && x[order[end - 1]] - x[order[end]] <= NOISE; end++);
    const run = order.subarray(start, end);
    if (run.length > 1) run.sort((i, j) => y[j] - y[i]);
    let floor = Infinity;
    for (const row of run) {
      if (y[row] > top + NOISE) {
        kept.push(row);
        floor = y[row] - NOISE;
      } else if (y[row] >= floor && earlier(points.code, row, kept[kept.length - 1])) {
        kept[kept.length - 1] = row;
      }
      top = Math.max(top, y[row]);
    }
  }
  return kept.reverse();
}
