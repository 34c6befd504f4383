// The folded outcome space: the frontier of all blocks, and of all but one or two.
//
// An importance moves the weights of one block; every other utility of the party is multiplied by one number, since
// weights sum to one. Sums that leave that block out are therefore kept from one move of a slider to the next.

/**
 * Sums of all blocks but `out`, and but others, as they were at some importances.
 * @typedef {{out: number, importances: number[][], totals: number[], blocks: Block[], sums: Map<string, Points>,
 *   rest: Rest[]|null}} Core
 * @typedef {{structure: string, importances: number[][], weights: Weights, tables: Float64Array[][], pairs: any[], blocks: Block[],
 *   core: Core, factors: number[], whole: Points, rest: Rest[]|null, sums: Map<string, Points>}} Space
 */

/** With two parties, blocks with no more combinations than this together are left apart when one is left out. */
const SMALL = 1000;
/** How many steps of a merge take as long as looking one point up in a frontier. */
const LOOK = 30;
/** Utilities stretched by more than this are folded anew, lest what is noise at one scale is none at another. */
const MOST_STRETCH = 8;

/**
 * Folds the space for some importances, with pauses. What remains when blocks are left out is folded when asked for.
 * @param {Model} model
 * @param {number[][]} importances
 * @param {Space|null} last the space as it was before
 * @returns {Generator<void, Space>}
 */
function* foldSpace(model, importances, last) {
  const weights = weightsOf(model, importances);
  const found = blocksOf(model, weights);
  const before = last && last.structure === model.structure ? last : null;
  const core = coreFor(model, importances, weights.totals, found.blocks, before);
  const factors = model.signers.map((p) => core.totals[p] / weights.totals[p]);
  const zero = emptyPoints(0, 0, 0);
  /** @type {Space} */
  const space = { structure: model.structure, importances, weights, ...found, core, factors, whole: zero, rest: null, sums: new Map() };
  space.whole = yield* sumWithout(space, []);
  return space;
}

/**
 * The core kept from before, where the importances differ from its own at most in the block that it leaves out. Or a
 * new one, that leaves out the block just changed: the same slider is likely to move again.
 * @param {Model} model
 * @param {number[][]} importances
 * @param {number[]} totals
 * @param {Block[]} blocks
 * @param {Space|null} last
 * @returns {Core}
 */
function coreFor(model, importances, totals, blocks, last) {
  const changed = (/** @type {number[][]} */ before) => changedBlocks(model, blocks, before, importances);
  if (last) {
    const { core } = last;
    const stretch = model.signers.map((p) => Math.abs(Math.log(totals[p] / core.totals[p])));
    if (changed(core.importances).every((b) => b === core.out) && Math.max(...stretch) < Math.log(MOST_STRETCH))
      return core;
  }
  const moved = last ? changed(last.importances) : [];
  return { out: moved.length === 1 ? moved[0] : 0, importances, totals, blocks, sums: new Map(), rest: null };
}

/**
 * The blocks that hold an issue whose importance to a signer differs.
 * @param {Model} model
 * @param {Block[]} blocks
 * @param {number[][]} before
 * @param {number[][]} after
 */
function changedBlocks(model, blocks, before, after) {
  const issues = model.signers.flatMap((p) =>
    model.parties[p].values.filter((_, n) => before[p][n] !== after[p][n]).map(({ issue }) => issue),
  );
  return [...blocks.keys()].filter((b) => blocks[b].issues.some((k) => issues.includes(k)));
}

/**
 * The frontier of all blocks but some.
 * @param {Space} space
 * @param {number[]} without
 * @returns {Generator<void, Points>}
 */
function* sumWithout(space, without) {
  const { core, blocks } = space;
  const key = String([...without].sort());
  let found = space.sums.get(key);
  if (!found) {
    const kept = scaled(yield* coreSum(core, [...new Set([...without, core.out])].sort()), space.factors);
    found = without.includes(core.out) ? kept : merge(kept, blocks[core.out].top);
    space.sums.set(key, found);
  }
  return found;
}

/**
 * The same as two frontiers whose sum it is, one of them small, where that is quicker for so many looks.
 * @param {Space} space
 * @param {number[]} without
 * @param {number} looks
 * @returns {Generator<void, Rest>}
 */
function* restWithout(space, without, looks) {
  const { core, blocks } = space,
    { top } = blocks[core.out];
  if (!without.includes(core.out)) {
    const far = yield* coreSum(core, [...new Set([...without, core.out])].sort());
    if (isQuicker(looks, far, top)) return { near: top, far: scaled(far, space.factors) };
  }
  return { near: onePoint(top), far: yield* sumWithout(space, without) };
}

/**
 * @param {Core} core
 * @param {number[]} without
 * @returns {Generator<void, Points>}
 */
function* coreSum(core, without) {
  const key = String(without);
  let found = core.sums.get(key);
  if (!found) {
    const tops = core.blocks.filter((_, b) => !without.includes(b)).map((block) => block.top);
    found = yield* fold(
      tops.sort((a, b) => a.n - b.n),
      onePoint(core.blocks[0].top),
    );
    core.sums.set(key, found);
  }
  return found;
}

/**
 * A single point worth nothing.
 * @param {Points} like
 * @returns {Points}
 */
function onePoint({ u, code }) {
  return emptyPoints(u.length, code.length, 1);
}

/**
 * @param {Points} points
 * @param {number[]} factors
 * @returns {Points}
 */
function scaled(points, factors) {
  if (factors.every((factor) => factor === 1)) return points;
  const u = points.u.map((column, i) => (factors[i] === 1 ? column : times(column, factors[i])));
  return { ...points, u };
}

/**
 * @param {Float64Array} column
 * @param {number} factor
 */
function times(column, factor) {
  const result = new Float64Array(column.length);
  for (let n = 0; n < column.length; n++) result[n] = column[n] * factor;
  return result;
}

/**
 * For each block the frontier of all others.
 * @param {Space} space
 * @returns {Generator<void, Rest[]>}
 */
function* restOf(space) {
  const { core, blocks, factors } = space;
  if (space.rest) return space.rest;
  core.rest = core.rest || (yield* coreRest(core));
  const { top } = blocks[core.out];
  /** @type {Map<Points, Points>} */
  const joined = new Map();
  const kept = blocks.filter((_, b) => b !== core.out).map((block) => block.kept.length);
  for (const far of new Set(core.rest.map((one) => one.far))) {
    const looks = core.rest.reduce((sum, one, n) => sum + (one.far === far ? one.near.n * kept[n] : 0), 0);
    if (isQuicker(looks, far, top)) continue;
    yield;
    joined.set(far, merge(scaled(far, factors), top));
  }
  const stretched = new Map(core.rest.map(({ far }) => [far, joined.get(far) || scaled(far, factors)]));
  const rest = core.rest.map(({ near, far }) => {
    const some = scaled(near, factors);
    return { near: joined.has(far) ? some : merge(some, top), far: /** @type {Points} */ (stretched.get(far)) };
  });
  rest.splice(core.out, 0, { near: onePoint(top), far: yield* sumWithout(space, [core.out]) });
  space.rest = rest;
  return rest;
}

/**
 * Whether sums of two frontiers are sooner looked up, each point of the small one by itself, than merged first: a merge
 * passes a point once for each halving. Of more than two parties every look passes all points.
 * @param {number} looks
 * @param {Points} far
 * @param {Points} top the small one
 */
function isQuicker(looks, far, top) {
  return top.u.length === 2 && LOOK * looks < far.n * (1 + Math.log2(top.n));
}

/**
 * For each block but the core's own the frontier of all others but that.
 * @param {Core} core
 * @returns {Generator<void, Rest[]>}
 */
function* coreRest({ blocks, out }) {
  // Blocks of one size stand together, so that the many sums with small ones are made of small frontiers.
  const others = [...blocks.keys()].filter((b) => b !== out);
  const order = [...others].sort((a, b) => blocks[b].top.n - blocks[a].top.n);
  const tops = order.map((b) => blocks[b].top);
  const zero = onePoint(blocks[out].top);
  const found = tops.length ? yield* leaveOneOut(tops, zero, zero.u.length === 2 ? SMALL : 1) : [];
  return others.map((b) => found[order.indexOf(b)]);
}

/**
 * Makes ready for moves of an importance: sums that leave out the block of an issue, with pauses.
 * @param {Space} space
 * @param {number} issue
 * @returns {Generator<void, void>}
 */
function* readyFor(space, issue) {
  const out = space.blocks.findIndex((block) => block.issues.includes(issue));
  const { importances, weights, blocks } = space;
  /** @type {Core} */
  const core =
    space.core.out === out
      ? space.core
      : { out, importances, totals: weights.totals, blocks, sums: new Map(), rest: null };
  yield* coreSum(core, [out]);
  core.rest = core.rest || (yield* coreRest(core));
  if (core !== space.core) Object.assign(space, { core, factors: space.factors.map(() => 1) });
}
