// The frontier of the sum of two frontiers.
//
// A frontier lies in lexicographic order, so its sum with one point does too: the sum with several points is a merge
// of lists in order, and what is dominated falls out on the way.

/**
 * A frontier in the making, in the order of Points: row n is worth u[i][n] + plus[i] to party i and adds up pair
 * id[n] (or base + n where there are no ids): point pair % a.n of one frontier and point floor(pair / a.n) of another.
 * @typedef {{n: number, u: Float64Array[], plus: ArrayLike<number>, id: Uint32Array|null, base: number,
 *   room: Room|null}} Rows
 * @typedef {{u: Float64Array[], id: Uint32Array}} Room
 */

/** More pairs of points than this are not formed. */
const MOST_PAIRS = 1e7;

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
  const union = large.u.length === 2 ? unionTwo : unionMany;
  const copy = (/** @type {number} */ j) => shifted(large, small, j);
  const rows = sumOf(copy, 0, small.n, (p, q) => union(p, q, earlier));
  if (rows.n > MOST_POINTS) throw new TooLarge(`a frontier of ${rows.n} points`);
  const result = summed(rows, large, small);
  leave(rows);
  return result;
}

/**
 * The frontier of some copies of a frontier, from one number up to another, halving the stretch again and again.
 * @param {(j: number) => Rows} copy
 * @param {number} from
 * @param {number} to
 * @param {(p: Rows, q: Rows) => Rows} union
 * @returns {Rows}
 */
function sumOf(copy, from, to, union) {
  if (to - from === 1) return copy(from);
  const middle = (from + to) >> 1;
  const p = sumOf(copy, from, middle, union),
    q = sumOf(copy, middle, to, union);
  const result = union(p, q);
  leave(p);
  leave(q);
  return result;
}

/**
 * The sum of a frontier and point j of another.
 * @param {Points} a
 * @param {Points} b
 * @param {number} j
 * @returns {Rows}
 */
function shifted({ n, u }, b, j) {
  return { n, u, plus: b.u.map((column) => column[j]), id: null, base: j * n, room: null };
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
  const most = p.n + q.n,
    room = enter(2, most),
    [x, y] = room.u,
    { id } = room;
  let i = p.n - 1,
    j = q.n - 1,
    k = most;
  while (i >= 0 && j >= 0) {
    const one = px[i] + dpx,
      other = qx[j] + dqx,
      ahead = one - other;
    if (
      ahead > NOISE ||
      (ahead >= -NOISE && comesFirst(py[i] + dpy - (qy[j] + dqy), pairOf(p, i), pairOf(q, j), earlier))
    ) {
      x[--k] = one;
      y[k] = py[i] + dpy;
      id[k] = pairOf(p, i--);
      for (const top = y[k] + NOISE; j >= 0 && qy[j] + dqy <= top;) j--;
    } else {
      x[--k] = other;
      y[k] = qy[j] + dqy;
      id[k] = pairOf(q, j--);
      for (const top = y[k] + NOISE; i >= 0 && py[i] + dpy <= top;) i--;
    }
  }
  return rowsOf(room, copied(p, i, room, copied(q, j, room, k)), most);
}

/**
 * Room that merges have left, by parties and size: taking it again is faster than having it made, emptied and cleared.
 * @type {Map<string, Room[]>}
 */
const ROOMS = new Map();
/** More rows than this are not worth keeping room for. */
const MOST_ROOM = 2 ** 18;

/**
 * Room for some rows, with whatever it held before.
 * @param {number} parties
 * @param {number} n
 * @returns {Room}
 */
function enter(parties, n) {
  const size = 2 ** Math.ceil(Math.log2(n + 1));
  const room = ROOMS.get(`${parties} ${size}`)?.pop();
  if (room) return room;
  return { u: Array.from({ length: parties }, () => new Float64Array(size)), id: new Uint32Array(size) };
}

/** @param {Rows} rows */
function leave({ room }) {
  if (!room || room.id.length > MOST_ROOM) return;
  const key = `${room.u.length} ${room.id.length}`,
    free = ROOMS.get(key);
  if (free) free.push(room);
  else ROOMS.set(key, [room]);
}

/**
 * The rows between two places of a room.
 * @param {Room} room
 * @param {number} from
 * @param {number} to
 * @returns {Rows}
 */
function rowsOf(room, from, to) {
  const u = room.u.map((column) => column.subarray(from, to));
  return { n: to - from, u, plus: new Float64Array(u.length), id: room.id.subarray(from, to), base: 0, room };
}

/**
 * Copies a row and all before it to the places before k; returns the first place taken.
 * @param {Rows} rows
 * @param {number} last
 * @param {Room} room
 * @param {number} k
 */
function copied(rows, last, room, k) {
  for (let c = 0; c < rows.u.length; c++) {
    const plus = rows.plus[c],
      from = rows.u[c],
      to = room.u[c];
    for (let i = last, place = k; i >= 0; i--) to[--place] = from[i] + plus;
  }
  for (let i = last, place = k; i >= 0; i--) room.id[--place] = pairOf(rows, i);
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
  const u = rows.u.map((column, i) => {
    const result = column.slice(),
      plus = rows.plus[i];
    if (plus) for (let row = 0; row < rows.n; row++) result[row] += plus;
    return result;
  });
  return { n: rows.n, u, code };
}
