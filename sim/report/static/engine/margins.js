// The best margin of any deal with a given level; the margin over two levers; one deal at a leverage point.

/**
 * By issue and level: the most that all signers can have above no deal at once in a deal with that level; -Infinity
 * where red lines leave no such deal.
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @returns {Generator<void, number[][]>}
 */
function* levelMargins(model, space, terms) {
  const best = model.issues.map((issue) => issue.levels.map(() => -Infinity));
  if (!space.whole.n) return best;
  const r = Float64Array.from(model.signers, (p) => terms.reservation[p]);
  const rest = yield* restOf(space);
  const tilt = r.length === 2 ? tiltOf(space.whole, r) : null;
  const reached = new Map();
  for (const [b, block] of space.blocks.entries()) {
    yield;
    const { near, far } = rest[b];
    if (!reached.has(far)) reached.set(far, tilt ? topOf(far, tilt) : Infinity);
    for (const row of block.kept) {
      const places = block.issues.map((k, i) => [k, block.levels[i][row]]);
      const floor = Math.min(...places.map(([k, level]) => best[k][level]));
      const found = bestWith(block.points, row, near, far, r, { floor, tilt, top: reached.get(far) });
      for (const [k, level] of places) if (found > best[k][level]) best[k][level] = found;
    }
  }
  return best;
}

/**
 * The best margin of a row of a block and the rest; rows of `near` that cannot beat the floor are passed over.
 * @param {Points} points
 * @param {number} row
 * @param {Points} near
 * @param {Points} far
 * @param {Float64Array} r
 * @param {{floor: number, tilt: number[]|null, top: number}} bound
 */
function bestWith(points, row, near, far, r, { floor, tilt, top }) {
  let best = floor;
  const short = new Float64Array(r.length);
  for (let n = 0; n < near.n; n++) {
    let most = top;
    for (let i = 0; i < r.length; i++) {
      short[i] = r[i] - points.u[i][row] - near.u[i][n];
      if (tilt) most -= tilt[i] * short[i];
    }
    if (most > best) best = Math.max(best, marginAt(far, short));
  }
  return best;
}

/**
 * Weights of two signers for which the best weighted sum over r comes nearest to the margin from above. Any weights
 * bound it, since a least gain is no more than a mean one.
 * @param {Points} points
 * @param {Float64Array} r
 * @returns {number[]}
 */
function tiltOf(points, r) {
  const bound = (/** @type {number} */ w) => topOf(points, [w, 1 - w]) - w * r[0] - (1 - w) * r[1];
  let low = 0,
    high = 1;
  for (let step = 0; step < 12; step++) {
    const third = (high - low) / 3;
    if (bound(low + third) < bound(high - third)) high -= third;
    else low += third;
  }
  return [(low + high) / 2, 1 - (low + high) / 2];
}

/**
 * @param {Points} points
 * @param {number[]} tilt
 */
function topOf({ n, u }, tilt) {
  let top = -Infinity;
  for (let row = 0; row < n; row++) top = Math.max(top, tilt[0] * u[0][row] + tilt[1] * u[1][row]);
  return top;
}

/** Points of a leverage map along each side: fewer where every one is asked of a whole frontier. */
const MAP_SIDE = { two: 61, many: 41 };

/**
 * The margin over two levers, the others as they are: rows by the second lever, NaN where a number would be illegal.
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} levels
 * @param {[number, number]} axes
 * @returns {Generator<void, {side: number, margins: Float64Array}>}
 */
function* leverMap(model, space, levels, [a, b]) {
  const side = model.signers.length > 2 ? MAP_SIDE.many : MAP_SIDE.two;
  const margins = new Float64Array(side * side);
  const at = levels.slice(),
    r = new Float64Array(model.signers.length);
  for (let j = 0; j < side; j++) {
    yield;
    at[b] = placeOn(model.leverage[b], j / (side - 1));
    for (let i = 0; i < side; i++) {
      at[a] = placeOn(model.leverage[a], i / (side - 1));
      const terms = termsAt(model, space.weights, at);
      model.signers.forEach((p, s) => {
        r[s] = terms.reservation[p];
      });
      margins[j * side + i] = terms.illegal.length || !space.whole.n ? NaN : marginAt(space.whole, r);
    }
  }
  return { side, margins };
}

/** Points along the only lever. */
const PATH_SIDE = 101;

/**
 * The margin along the first lever.
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} levels
 * @returns {{side: number, margins: Float64Array}}
 */
function leverPath(model, space, levels) {
  const margins = Float64Array.from({ length: PATH_SIDE }, (_, n) => {
    const terms = termsAt(model, space.weights, [placeOn(model.leverage[0], n / (PATH_SIDE - 1)), ...levels.slice(1)]);
    const r = Float64Array.from(model.signers, (p) => terms.reservation[p]);
    return terms.illegal.length || !space.whole.n ? NaN : marginAt(space.whole, r);
  });
  return { side: PATH_SIDE, margins };
}

/**
 * @param {Lever} lever
 * @param {number} share of its range
 */
function placeOn({ range: [low, high] }, share) {
  return low + share * (high - low);
}

/**
 * The deal at a leverage point without what else a result holds: quick enough for a pointer.
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @returns {{margin: number|null, exists: boolean, levels: number[]|null}}
 */
function dealThere(model, space, terms) {
  const r = Float64Array.from(model.signers, (p) => terms.reservation[p]);
  const { whole } = space;
  if (!whole.n) return { margin: null, exists: false, levels: null };
  const margin = marginAt(whole, r);
  const rows = [];
  for (let n = 0; n < whole.n; n++) if (accepted(whole, n, r)) rows.push(n);
  if (!rows.length) return { margin, exists: false, levels: nearestTo(model, space, r).levels };
  const zone = takeRows(whole, rows);
  const yardstick = yardstickOf(
    model,
    terms,
    zone.u.map((column) => extent(column)[1]),
  );
  const { row } = choose(zone, objectives(zone, yardstick)[0], yardstick);
  return { margin, exists: true, levels: levelsAt(model, zone, row) };
}
