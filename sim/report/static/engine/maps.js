// Which levels of two issues go together in some agreement, and where along a lever the zone exists.

/**
 * For each level of issue k and each level of issue m: 2 in some agreement, 1 in none, 0 crosses a red line.
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @param {number} k
 * @param {number} m
 * @returns {Generator<void, number[][]>}
 */
function* pairMap(model, space, terms, k, m) {
  const grid = model.issues[k].levels.map(() => model.issues[m].levels.map(() => 0));
  if (!space.whole.n) return grid;
  const floor = Float64Array.from(model.signers, (p) => terms.reservation[p] - TOLERANCE);
  const a = space.blocks.findIndex((block) => block.issues.includes(k));
  const b = space.blocks.findIndex((block) => block.issues.includes(m));
  const first = space.blocks[a],
    second = space.blocks[b];
  const looks = first.kept.length * (a === b ? 1 : second.kept.length);
  const { near, far } = yield* restWithout(space, a === b ? [a] : [a, b], looks);
  const rows = first.levels[first.issues.indexOf(k)],
    columns = second.levels[second.issues.indexOf(m)];
  const worth = (/** @type {Block} */ block, /** @type {number} */ row) => block.points.u.map((column) => column[row]);
  const enter = (/** @type {number} */ i, /** @type {number} */ j, /** @type {number[]} */ plus) => {
    if (grid[i][j] < 2) grid[i][j] = someSumAbove(near, far, plus, floor) ? 2 : 1;
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
 * `someAbove` for the sum of two frontiers.
 * @param {Points} near
 * @param {Points} far
 * @param {number[]} plus
 * @param {Float64Array} floor
 */
function someSumAbove(near, far, plus, floor) {
  for (let n = 0; n < near.n; n++)
    if (
      someAbove(
        far,
        plus.map((x, i) => x + near.u[i][n]),
        floor,
      )
    )
      return true;
  return false;
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
  const none = new Float64Array(model.signers.length);
  const at = (/** @type {number} */ level) => {
    const moved = levels.slice();
    moved[lever] = level;
    const terms = termsAt(model, space.weights, moved);
    const floor = Float64Array.from(model.signers, (p) => terms.reservation[p] - TOLERANCE);
    return !terms.illegal.length && someAbove(space.whole, none, floor);
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
