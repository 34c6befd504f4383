// Which levels of two issues go together in some agreement, and where along a lever the zone exists.

/**
 * The frontier of all blocks but two, or of all but one where both are the same.
 * @param {Space} space
 * @param {number} a
 * @param {number} b
 * @returns {Points}
 */
function restOfTwo(space, a, b) {
  if (a === b) return space.rest[a];
  const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
  let found = space.pairRest.get(key);
  if (!found) {
    const zero = emptyPoints(space.whole.u.length, space.whole.code.length, 1);
    found = fold([zero, ...space.blocks.filter((_, n) => n !== a && n !== b).map((block) => block.top)]);
    space.pairRest.set(key, found);
  }
  return found;
}

/**
 * Whether some point of a frontier, shifted by `plus`, is accepted.
 * @param {Points} points
 * @param {number[]} plus
 * @param {Float64Array} r
 */
function someAccepted(points, plus, r) {
  if (points.u.length > 2) {
    for (let n = 0; n < points.n; n++) {
      if (points.u.every((column, i) => column[n] + plus[i] >= r[i] - TOLERANCE)) return true;
    }
    return false;
  }
  const [x, y] = points.u;
  let low = 0,
    high = points.n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] + plus[0] < r[0] - TOLERANCE) low = middle + 1;
    else high = middle;
  }
  return low < points.n && y[low] + plus[1] >= r[1] - TOLERANCE;
}

/**
 * For each level of issue k and each level of issue m: 2 in some agreement, 1 in none, 0 crosses a red line.
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @param {number} k
 * @param {number} m
 * @returns {number[][]}
 */
function pairMap(model, space, terms, k, m) {
  const grid = model.issues[k].levels.map(() => model.issues[m].levels.map(() => 0));
  if (!space.whole.n) return grid;
  const r = Float64Array.from(model.signers, (p) => terms.reservation[p]);
  const a = space.blocks.findIndex((block) => block.issues.includes(k));
  const b = space.blocks.findIndex((block) => block.issues.includes(m));
  const rest = restOfTwo(space, a, b),
    first = space.blocks[a],
    second = space.blocks[b];
  const rows = first.levels[first.issues.indexOf(k)],
    columns = second.levels[second.issues.indexOf(m)];
  const worth = (/** @type {Block} */ block, /** @type {number} */ row) => block.points.u.map((column) => column[row]);
  const enter = (/** @type {number} */ i, /** @type {number} */ j, /** @type {number[]} */ plus) => {
    if (grid[i][j] < 2) grid[i][j] = someAccepted(rest, plus, r) ? 2 : 1;
  };
  if (a === b) {
    for (let row = 0; row < first.points.n; row++) enter(rows[row], columns[row], worth(first, row));
    return grid;
  }
  for (const i of first.kept) {
    const u = worth(first, i);
    for (const j of second.kept)
      enter(
        rows[i],
        columns[j],
        worth(second, j).map((x, n) => x + u[n]),
      );
  }
  return grid;
}

/**
 * Where along one lever, the others as they are, the zone exists: rising bounds and whether it exists between them.
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} levels
 * @param {number} lever
 * @returns {{from: number, to: number, exists: boolean}[]}
 */
function zoneAlong(model, space, levels, lever) {
  const [low, high] = model.leverage[lever].range;
  const at = (/** @type {number} */ level) => {
    const terms = termsAt(
      model,
      space.weights,
      levels.map((x, n) => (n === lever ? level : x)),
    );
    return (
      !terms.illegal.length &&
      space.whole.n > 0 &&
      gapAt(
        space.whole,
        model.signers.map((p) => terms.reservation[p]),
      ) >= -TOLERANCE
    );
  };
  const stretches = [{ from: low, to: high, exists: at(low) }];
  for (let step = 1; step <= 100; step++) {
    const level = low + ((high - low) * step) / 100;
    const last = stretches[stretches.length - 1];
    if (at(level) === last.exists) continue;
    let below = low + ((high - low) * (step - 1)) / 100,
      above = level;
    for (let n = 0; n < 20; n++) {
      const middle = (below + above) / 2;
      if (at(middle) === last.exists) below = middle;
      else above = middle;
    }
    last.to = (below + above) / 2;
    stretches.push({ from: last.to, to: high, exists: !last.exists });
  }
  return stretches;
}
