// From value tables and importances to blocks of issues: what their combinations of levels are worth.

/**
 * @typedef {{level: number, party: number, kind: string, text: string, claim: string, date: string, wordOf: string,
 *   standing: string, disputed: boolean}} Flag
 * @typedef {{key: string, label: string, unit: string, meaning: string, levels: (number|string)[], names: string[],
 *   backing: {group: string, documents: number, assumptions: number, unsourced: number, disputed: boolean}, control: number[], reversion: number|null, flags: Flag[], unsigned: number[]}} Issue
 * @typedef {{issue: number, importance: number, least: number, v: number[]}} PartyValue
 * @typedef {{issues: [number, number], importance: number}} Linkage
 * @typedef {{key: string, label: string, values: PartyValue[], linkages: Linkage[], power: Movable,
 *   noDeal: NoDeal}} Party
 * @typedef {{issues: number[], allowed: string, line: number}} Mask
 * @typedef {{key: string, label: string, meaning: string, range: [number, number], default: number,
 *   level: number, reach: string}} Lever
 * @typedef {{issues: Issue[], parties: Party[], signers: number[], lines: Line[], masks: Mask[], leverage: Lever[],
 *   numbers: Editable[], edits: Map<string, number>, fixed: (number|null)[], structure: string, lifts: string[][],
 *   course: {after: number, levels: [number, number][]}[], endRate: Movable|null, checks: Movable[], live: boolean, start: any, scenario: any, robust: any,
 *   firstMap: [number, number], barred?: boolean[][]|null,
 *   combinations?: {issues: number[], levels: Int32Array[]}[]}} Model
 * @typedef {{totals: number[], values: number[][], linkages: number[][], points: Map<any, number>}} Weights
 * @typedef {{issues: number[], levels: Int32Array[], points: Points, kept: number[], top: Points}} Block
 */

/**
 * Importances as normalised weights, linkages included.
 * @param {Model} model
 * @param {number[][]} importances by party, by value
 * @returns {Weights}
 */
function weightsOf(model, importances) {
  const sum = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0);
  const links = model.parties.map((party) => party.linkages.map((linkage) => linkage.importance));
  const totals = importances.map((own, p) => sum(own) + sum(links[p]));
  const over = (/** @type {number[][]} */ lists) => lists.map((own, p) => own.map((w) => w / totals[p]));
  return { totals, values: over(importances), linkages: over(links), points: new Map() };
}

/** How many outcomes one word of a code counts: a double holds more exactly. */
const ROOM = 2 ** 52;

/**
 * What one step of each issue adds to the code: the word it lies in, and how much.
 * @param {number[]} sizes
 * @returns {{word: number, step: number}[]}
 */
function stridesOf(sizes) {
  const result = sizes.map(() => ({ word: 0, step: 1 }));
  let word = 0,
    room = ROOM;
  sizes.forEach((size, k) => {
    if (size > room) {
      word += 1;
      room = ROOM;
    }
    room = Math.floor(room / size);
    result[k].word = word;
  });
  for (let k = sizes.length - 2; k >= 0; k--) {
    if (result[k].word === result[k + 1].word) result[k].step = result[k + 1].step * sizes[k + 1];
  }
  return result;
}

/**
 * The level of every issue of point n.
 * @param {Model} model
 * @param {Points} points
 * @param {number} n
 * @returns {number[]}
 */
function levelsAt(model, points, n) {
  const sizes = model.issues.map((issue) => issue.levels.length);
  return stridesOf(sizes).map(({ word, step }, k) => Math.floor(points.code[word][n] / step) % sizes[k]);
}

/**
 * Issues joined by a linkage of a signer or by a red line, with every combination that no red line forbids.
 * @param {Model} model
 * @returns {{issues: number[], levels: Int32Array[]}[]}
 */
function combinations(model) {
  const sizes = model.issues.map((issue) => issue.levels.length);
  const scopes = model.masks.map((mask) => mask.issues);
  for (const p of model.parties) for (const linkage of p.linkages) scopes.push(linkage.issues);
  const home = sizes.map((_, k) => k);
  for (const [first, ...others] of scopes) {
    for (const k of others) {
      const old = home[k],
        fresh = home[first];
      home.forEach((h, m) => {
        if (h === old) home[m] = fresh;
      });
    }
  }
  const groups = new Map();
  home.forEach((h, k) => groups.set(h, [...(groups.get(h) || []), k]));
  return [...groups.values()].map((issues) => ({ issues, levels: allowedLevels(model, issues, sizes) }));
}

/**
 * The levels that no combination free of red lines has.
 * @param {Model} model
 * @returns {boolean[][]} by issue, by level
 */
function barredLevels(model) {
  const barred = model.issues.map((issue) => issue.levels.map(() => true));
  for (const { issues, levels } of combinationsOf(model)) {
    issues.forEach((k, i) =>
      levels[i].forEach((level) => {
        barred[k][level] = false;
      }),
    );
  }
  return barred;
}

/** @param {Model} model */
function combinationsOf(model) {
  model.combinations = model.combinations || combinations(model);
  return model.combinations;
}

/**
 * @param {Model} model
 * @param {number[]} issues
 * @param {number[]} sizes
 * @returns {Int32Array[]} levels of each issue, row by row, in file order
 */
function allowedLevels(model, issues, sizes) {
  const masks = model.masks.filter((mask) => mask.issues.every((k) => issues.includes(k)));
  const columns = issues.map(() => /** @type {number[]} */ ([]));
  const at = new Int32Array(sizes.length);
  const count = issues.reduce((product, k) => product * sizes[k], 1);
  for (let n = 0; n < count; n++) {
    for (let rest = n, i = issues.length - 1; i >= 0; i--) {
      at[issues[i]] = rest % sizes[issues[i]];
      rest = Math.floor(rest / sizes[issues[i]]);
    }
    const fine = masks.every((mask) => {
      const place = mask.issues.reduce((sum, k) => sum * sizes[k] + at[k], 0);
      return mask.allowed[place] === "1";
    });
    if (fine) issues.forEach((k, i) => columns[i].push(at[k]));
  }
  return columns.map((column) => Int32Array.from(column));
}

/**
 * Utilities by issue: tables[k][p][level], and pair terms.
 * @param {Model} model
 * @param {Weights} weights
 */
function factorsOf(model, weights) {
  const tables = model.issues.map((issue) => model.parties.map(() => new Float64Array(issue.levels.length)));
  const pairs = /** @type {any[]} */ ([]);
  model.parties.forEach((party, p) => {
    party.values.forEach((value, n) => {
      const w = weights.values[p][n];
      tables[value.issue][p] = Float64Array.from(value.v, (v) => w * v);
    });
    party.linkages.forEach((linkage, n) => {
      const [first, second] = linkage.issues.map((k) => party.values.find((value) => value.issue === k));
      if (first && second) {
        pairs.push({
          party: p,
          issues: linkage.issues,
          weight: weights.linkages[p][n],
          first: first.v,
          second: second.v,
        });
      }
    });
  });
  return { tables, pairs };
}

/**
 * Utilities of one outcome to every party.
 * @param {Model} model
 * @param {{tables: Float64Array[][], pairs: any[]}} space
 * @param {number[]} levels
 * @returns {number[]}
 */
function utilitiesAt(model, space, levels) {
  const total = model.parties.map((_, p) => levels.reduce((sum, level, k) => sum + space.tables[k][p][level], 0));
  for (const pair of space.pairs) {
    const [k, m] = pair.issues;
    total[pair.party] += pair.weight * (pair.first[levels[k]] * pair.second[levels[m]]);
  }
  return total;
}

/**
 * @param {Model} model
 * @param {{issues: number[], levels: Int32Array[]}} combos
 * @param {{tables: Float64Array[][], pairs: any[]}} factors
 * @param {{word: number, step: number}[]} strides
 * @returns {Block}
 */
function blockOf(model, { issues, levels }, { tables, pairs }, strides) {
  const n = levels[0].length;
  const words = strides.reduce((most, s) => Math.max(most, s.word + 1), 1);
  const points = emptyPoints(model.signers.length, words, n);
  issues.forEach((k, i) => {
    const column = levels[i],
      code = points.code[strides[k].word];
    for (let row = 0; row < n; row++) code[row] += column[row] * strides[k].step;
    model.signers.forEach((p, s) => {
      const table = tables[k][p],
        u = points.u[s];
      for (let row = 0; row < n; row++) u[row] += table[column[row]];
    });
  });
  for (const pair of pairs.filter((one) => issues.includes(one.issues[0]) && model.signers.includes(one.party))) {
    const [a, b] = pair.issues.map((/** @type {number} */ k) => levels[issues.indexOf(k)]);
    const u = points.u[model.signers.indexOf(pair.party)];
    for (let row = 0; row < n; row++) u[row] += pair.weight * (pair.first[a[row]] * pair.second[b[row]]);
  }
  return { issues, levels, points, kept: worthKeeping(issues, levels, points), top: prune(points) };
}

/**
 * Rows that some level of some issue has no better combination than: the others change no range and no profile.
 * @param {number[]} issues
 * @param {Int32Array[]} levels
 * @param {Points} points
 * @returns {number[]}
 */
function worthKeeping(issues, levels, points) {
  const all = Array.from({ length: points.n }, (_, row) => row);
  if (issues.length === 1) return all;
  const chosen = new Set();
  for (const column of levels) {
    const groups = new Map();
    for (const row of all) {
      if (!groups.has(column[row])) groups.set(column[row], []);
      groups.get(column[row]).push(row);
    }
    for (const rows of groups.values()) for (const row of efficientOf(points, rows)) chosen.add(row);
  }
  return all.filter((row) => chosen.has(row));
}

/**
 * @param {Points} points
 * @param {number[]} rows
 * @returns {number[]}
 */
function efficientOf(points, rows) {
  const some = takeRows(points, rows);
  some.code = [Float64Array.from(rows)];
  return Array.from(prune(some).code[0]);
}

/**
 * @param {Model} model
 * @param {Weights} weights
 */
function blocksOf(model, weights) {
  const factors = factorsOf(model, weights);
  const strides = stridesOf(model.issues.map((issue) => issue.levels.length));
  const blocks = combinationsOf(model).map((combos) => blockOf(model, combos, factors, strides));
  return { ...factors, blocks };
}
