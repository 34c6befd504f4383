// What each side makes of a proposed deal, and what all would rather have. The twin of `judge` in sim/studies/trades.py.

/**
 * @typedef {{changes: [number, number][], gains: number[]}} Swap
 * @typedef {{levels: number[], utilities: number[], gains: number[], crossed: number[], away: number[],
 *   distance: number, better: number[]|null, swaps: Swap[]}} Judgement
 */

/**
 * @param {Model} model
 * @param {Space} space
 * @param {Terms} terms
 * @param {number[]} levels
 * @returns {Judgement}
 */
function judged(model, space, terms, levels) {
  const utilities = utilitiesAt(model, space, levels);
  const gains = model.signers.map((p) => utilities[p] - terms.reservation[p]);
  const crossed = model.masks.filter((mask) => !maskAllows(model, mask, levels)).map((mask) => mask.line);
  const owners = crossed.map((line) => model.lines[line].party);
  const away = model.signers.filter((p, i) => gains[i] < -TOLERANCE || owners.includes(p));
  const mine = model.signers.map((p) => utilities[p]);
  return { levels, utilities, gains, crossed, away, ...improvement(model, space, mine), swaps: swapsAt(model, space, levels) };
}

/**
 * @param {Model} model
 * @param {Mask} mask
 * @param {number[]} levels
 */
function maskAllows(model, mask, levels) {
  const place = mask.issues.reduce((sum, k) => sum * model.issues[k].levels.length + levels[k], 0);
  return mask.allowed[place] === "1";
}

/**
 * Whether changes hurt nobody and please somebody; a loss of more than float noise hurts.
 * @param {ArrayLike<number>} changes
 */
function improves(changes) {
  let pleased = false;
  for (let i = 0; i < changes.length; i++) {
    if (changes[i] < -NOISE) return false;
    if (changes[i] > TOLERANCE) pleased = true;
  }
  return pleased;
}

/**
 * Of two changes the one whose least part is more, then whose sum is.
 * @param {number[]} one
 * @param {number[]|null} other
 */
function isMoreEven(one, other) {
  if (!other) return true;
  const least = Math.min(...one) - Math.min(...other);
  if (least) return least > 0;
  return one.reduce((a, b) => a + b, 0) > other.reduce((a, b) => a + b, 0);
}

/**
 * The outcome that lifts all signers most evenly, and by how much at least.
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} mine
 * @returns {{distance: number, better: number[]|null}}
 */
function improvement(model, { whole }, mine) {
  let best = /** @type {number[]|null} */ (null),
    at = -1;
  for (let n = 0; n < whole.n; n++) {
    const excess = whole.u.map((column, i) => column[n] - mine[i]);
    if (improves(excess) && isMoreEven(excess, best)) [best, at] = [excess, n];
  }
  if (!best) return { distance: 0, better: null };
  return { distance: Math.max(0, Math.min(...best)), better: levelsAt(model, whole, at) };
}

/**
 * For each issue and pair of issues the change of them alone that gains most evenly for all; the most even first.
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} levels
 * @returns {Swap[]}
 */
function swapsAt(model, space, levels) {
  /** @type {Map<string, Swap>} */
  const found = new Map();
  for (let k = 0; k < levels.length; k++)
    for (let m = k; m < levels.length; m++) {
      const swap = bestSwap(model, space, levels, k, m);
      const key = swap && swap.changes.map(([issue]) => issue).join();
      if (swap && key && !found.has(key)) found.set(key, swap);
    }
  return [...found.values()].sort((a, b) => Math.min(...b.gains) - Math.min(...a.gains));
}

/**
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} levels
 * @param {number} k
 * @param {number} m
 * @returns {Swap|null}
 */
function bestSwap(model, space, levels, k, m) {
  const trial = levels.slice();
  let best = /** @type {Swap|null} */ (null);
  const one = model.issues[k].levels.length,
    other = k === m ? 1 : model.issues[m].levels.length;
  const change = changeOf(model, space, levels, k, m);
  for (let i = 0; i < one; i++)
    for (let j = 0; j < other; j++) {
      trial[k] = i;
      if (k !== m) trial[m] = j;
      const gains = change(trial);
      if (!improves(gains) || (best && !isMoreEven(gains, best.gains))) continue;
      if (!model.masks.every((mask) => maskAllows(model, mask, trial))) continue;
      const changes = [...new Set([k, m])].filter((issue) => trial[issue] !== levels[issue]);
      best = { changes: changes.map((issue) => [issue, trial[issue]]), gains };
    }
  return best;
}

/**
 * A function for the change of every signer's utility as two issues move, the others as they are.
 * @param {Model} model
 * @param {Space} space
 * @param {number[]} levels
 * @param {number} k
 * @param {number} m
 * @returns {(trial: number[]) => number[]}
 */
function changeOf(model, space, levels, k, m) {
  const touched = space.pairs.filter(({ issues }) => issues.includes(k) || issues.includes(m));
  const moved = [...new Set([k, m])];
  return (trial) =>
    model.signers.map((p) => {
      let gain = 0;
      for (const issue of moved) gain += space.tables[issue][p][trial[issue]] - space.tables[issue][p][levels[issue]];
      for (const pair of touched) {
        if (pair.party !== p) continue;
        const [a, b] = pair.issues;
        gain += pair.weight * (pair.first[trial[a]] * pair.second[trial[b]] - pair.first[levels[a]] * pair.second[levels[b]]);
      }
      return gain;
    });
}
