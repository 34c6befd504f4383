// Three parties and more: the same merge, with a guard that remembers what was kept.

/**
 * What is efficient in two frontiers together.
 * @param {Rows} p
 * @param {Rows} q
 * @param {(one: number, other: number) => boolean} earlier
 * @returns {Rows}
 */
function unionMany(p, q, earlier) {
  const parties = p.u.length,
    most = p.n + q.n;
  const room = enter(parties, most),
    { u, id } = room,
    admits = guard(parties, most);
  let i = p.n - 1,
    j = q.n - 1,
    k = most;
  while (i >= 0 || j >= 0) {
    const first = j < 0 || (i >= 0 && isAhead(p, i, q, j, earlier));
    const from = first ? p : q,
      row = first ? i-- : j--;
    k--;
    for (let c = 0; c < parties; c++) u[c][k] = from.u[c][row] + from.plus[c];
    id[k] = pairOf(from, row);
    if (!admits(u, k)) k++;
  }
  return rowsOf(room, k, most);
}

/**
 * @param {Rows} p
 * @param {number} i
 * @param {Rows} q
 * @param {number} j
 * @param {(one: number, other: number) => boolean} earlier
 */
function isAhead(p, i, q, j, earlier) {
  for (let c = 0; c < p.u.length; c++) {
    const ahead = p.u[c][i] + p.plus[c] - (q.u[c][j] + q.plus[c]);
    if (ahead > NOISE) return true;
    if (ahead < -NOISE) return false;
  }
  return earlier(pairOf(p, i), pairOf(q, j));
}

/**
 * A function that says of rows given by falling utilities whether no row that it admitted before is as good for all.
 * Row n of the columns is asked about; the rows after it are those admitted, the last one first.
 * @param {number} parties
 * @param {number} most how many rows there may be
 * @returns {(u: Float64Array[], n: number) => boolean}
 */
function guard(parties, most) {
  if (parties === 2) return guardTwo();
  return parties === 3 ? guardThree(most) : guardMany(most);
}

/** @returns {(u: Float64Array[], n: number) => boolean} */
function guardTwo() {
  let top = -Infinity;
  return ([, y], n) => {
    if (y[n] <= top + NOISE) return false;
    top = y[n];
    return true;
  };
}

/**
 * Three parties: the frontier of the second and third utilities so far, by rising second and so falling third.
 * @param {number} most
 * @returns {(u: Float64Array[], n: number) => boolean}
 */
function guardThree(most) {
  const ys = new Float64Array(most),
    zs = new Float64Array(most);
  let size = 0;
  return ([, second, third], n) => {
    const y = second[n],
      z = third[n];
    let low = 0,
      high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ys[middle] < y - NOISE) low = middle + 1;
      else high = middle;
    }
    if (low < size && zs[low] >= z - NOISE) return false;
    // What it beats: those up to it in y with no more of z, one stretch that ends there.
    let end = low;
    while (end < size && ys[end] <= y) end++;
    let start = end;
    while (start > 0 && zs[start - 1] <= z) start--;
    if (end - start !== 1) {
      ys.copyWithin(start + 1, end, size);
      zs.copyWithin(start + 1, end, size);
      size += 1 - (end - start);
    }
    ys[start] = y;
    zs[start] = z;
    return true;
  };
}

/**
 * Four parties and more: against all that was kept.
 * @param {number} most
 * @returns {(u: Float64Array[], n: number) => boolean}
 */
function guardMany(most) {
  return (u, n) => {
    if (most - n > 2 * MOST_POINTS) throw new TooLarge(`a frontier of more than ${MOST_POINTS} points`);
    for (let row = n + 1; row < most; row++) {
      let c = 0;
      while (c < u.length && u[c][row] >= u[c][n] - NOISE) c++;
      if (c === u.length) return false;
    }
    return true;
  };
}
