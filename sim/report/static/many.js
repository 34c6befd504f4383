// Three parties and more: the same folding, with dominance on ranks.

/**
 * @param {Points} a
 * @param {Points} b
 * @returns {Points}
 */
function mergeMany(a, b) {
  const pairs = survivors(a, b);
  if (pairs.length > MOST_SURVIVORS) throw new TooLarge(`${pairs.length} candidates`);
  const sums = pairSums(a, b, pairs);
  return takeRows(sums, efficientRows(sums));
}

/**
 * Pairs that no other pair, in a cell beyond theirs in all parties but the last, is known to beat for the last party.
 * @param {Points} a
 * @param {Points} b
 * @returns {number[]}
 */
function survivors(a, b) {
  const axes = a.u.length - 1,
    last = a.u.length - 1;
  const each = Math.max(2, Math.floor(Math.min(65536, Math.max(64, a.n * b.n)) ** (1 / axes)));
  const low = new Float64Array(axes),
    scale = new Float64Array(axes);
  for (let i = 0; i < axes; i++) {
    const [lowA, highA] = extent(a.u[i]),
      [lowB, highB] = extent(b.u[i]);
    low[i] = lowA + lowB;
    scale[i] = cellsPer(each, highA + highB - low[i]);
  }
  const place = (/** @type {number} */ i, /** @type {number} */ j) => {
    let cell = 0;
    for (let k = 0; k < axes; k++) cell = cell * each + (((a.u[k][i] + (b.u[k][j] - low[k])) * scale[k]) | 0);
    return cell;
  };
  const cells = each ** axes;
  const best = new Float64Array(cells).fill(-Infinity);
  const places = new Uint32Array(a.n * b.n);
  for (let j = 0, pair = 0; j < b.n; j++) {
    for (let i = 0; i < a.n; i++, pair++) {
      const cell = (places[pair] = place(i, j));
      best[cell] = Math.max(best[cell], a.u[last][i] + b.u[last][j]);
    }
  }
  const beyond = strictlyBeyond(best, each, axes);
  const pairs = [];
  for (let j = 0, pair = 0; j < b.n; j++) {
    for (let i = 0; i < a.n; i++, pair++) {
      if (a.u[last][i] + b.u[last][j] >= beyond[places[pair]] - NOISE) pairs.push(pair);
    }
  }
  return pairs;
}

/**
 * For each cell of a grid the best value in the cells that lie beyond it along every axis.
 * @param {Float64Array} best
 * @param {number} each
 * @param {number} axes
 * @returns {Float64Array}
 */
function strictlyBeyond(best, each, axes) {
  const reach = best.slice();
  const steps = Array.from({ length: axes }, (_, k) => each ** (axes - 1 - k));
  for (const step of steps) {
    for (let cell = reach.length - 1 - step; cell >= 0; cell--) {
      if (Math.floor(cell / step) % each < each - 1) reach[cell] = Math.max(reach[cell], reach[cell + step]);
    }
  }
  const diagonal = steps.reduce((sum, step) => sum + step, 0);
  return Float64Array.from(reach, (_, cell) =>
    steps.every((step) => Math.floor(cell / step) % each < each - 1) ? reach[cell + diagonal] : -Infinity,
  );
}

/**
 * Ranks from 0, equal where neighbours are nearer than NOISE.
 * @param {Float64Array} values
 * @returns {Float64Array}
 */
function ranks(values) {
  const sorted = values.slice().sort();
  const first = [sorted[0]];
  for (let n = 1; n < sorted.length; n++) if (sorted[n] - sorted[n - 1] > NOISE) first.push(sorted[n]);
  return values.map((value) => upperBound(first, value) - 1);
}

/**
 * How many of some rising numbers are at most `value`.
 * @param {ArrayLike<number>} rising
 * @param {number} value
 */
function upperBound(rising, value) {
  let low = 0,
    high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Rows that no other row dominates, by rising first utility; of equal rows the first in file order.
 * @param {Points} points
 * @returns {number[]}
 */
function efficientRows(points) {
  if (!points.n) return [];
  const rank = points.u.map(ranks);
  const compare = (/** @type {number} */ i, /** @type {number} */ j) => {
    for (const column of rank) if (column[i] !== column[j]) return column[j] - column[i];
    return earlier(points.code, i, j) ? -1 : 1;
  };
  const order = rankOrder(rank, points.n, compare);
  const distinct = order.filter((row, n) => !n || rank.some((column) => column[row] !== column[order[n - 1]]));
  const kept = rank.length === 3 ? sweepThree(rank, distinct) : sweepMany(rank, distinct);
  return kept.reverse();
}

/**
 * Rows in falling lexicographic order of ranks.
 * @param {Float64Array[]} rank
 * @param {number} n
 * @param {(i: number, j: number) => number} compare
 * @returns {number[]}
 */
function rankOrder(rank, n, compare) {
  // Native sorting of one number a row is far faster than a comparator: the first rank, then the row.
  const keys = new Float64Array(n);
  for (let row = 0; row < n; row++) keys[row] = (n - rank[0][row]) * n + row;
  const order = Array.from(keys.sort(), (key) => key % n);
  for (let start = 0, end; start < n; start = end) {
    for (end = start + 1; end < n && rank[0][order[end]] === rank[0][order[start]]; end++);
    if (end - start > 1)
      order
        .slice(start, end)
        .sort(compare)
        .forEach((row, k) => {
          order[start + k] = row;
        });
  }
  return order;
}

/**
 * Three parties: along the order, the best third rank at or above each second rank so far, in a Fenwick tree.
 * @param {Float64Array[]} rank
 * @param {number[]} order
 * @returns {number[]}
 */
function sweepThree([, second, third], order) {
  const size = order.reduce((most, row) => Math.max(most, second[row]), 0) + 1;
  const tree = new Int32Array(size + 1).fill(-1);
  return order.filter((row) => {
    const place = size - second[row];
    let reach = -1;
    for (let k = place; k > 0; k -= k & -k) reach = Math.max(reach, tree[k]);
    if (reach >= third[row]) return false;
    for (let k = place; k <= size; k += k & -k) tree[k] = Math.max(tree[k], third[row]);
    return true;
  });
}

/**
 * Four parties and more: against what was kept.
 * @param {Float64Array[]} rank
 * @param {number[]} order
 * @returns {number[]}
 */
function sweepMany(rank, order) {
  /** @type {number[]} */
  const kept = [];
  for (const row of order) {
    if (!kept.some((other) => rank.every((column) => column[other] >= column[row]))) kept.push(row);
    if (kept.length > MOST_POINTS) throw new TooLarge(`a frontier of more than ${MOST_POINTS} points`);
  }
  return kept;
}
