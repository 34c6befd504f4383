// How numbers, levels and results read.

/** @type {Object<string, string>} */
const DEAL_LABELS = { nash: "Nash", kalai_smorodinsky: "Kalai-Smorodinsky", egalitarian: "Egalitarian" };

/** Made once: it is what makes the writing of a number slow. */
const FORMAT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 10 });

/**
 * A number with thousands separators and no needless digits.
 * @param {number} value
 */
function numberText(value) {
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(6));
  return FORMAT.format(short + 0).replace("-", "−");
}

/**
 * A utility, to three digits.
 * @param {number} value
 */
function utilityText(value) {
  const text = value.toFixed(3);
  return text.replace("-", Number(text) === 0 ? "" : "−");
}

/**
 * A text cut to a number of letters.
 * @param {string} text
 * @param {number} most
 */
function cutText(text, most) {
  if (text.length <= most) return text;
  const end = text.startsWith(ISOLATE) ? UNISOLATE : "";
  return `${text.slice(0, Math.max(1, most - 1))}…${end}`;
}

/** Marks around words that keep the direction they are written in to themselves, and what would turn that of others. */
const ISOLATE = "\u2068";
const UNISOLATE = "\u2069";
const LEFTWARD = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const STEERING = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * A label from the scenario within words of the page.
 * @param {string} text
 */
function isolated(text) {
  const kept = text.replace(STEERING, "");
  return LEFTWARD.test(kept) ? ISOLATE + kept + UNISOLATE : kept;
}

/**
 * Every label as the page writes it.
 * @param {Model} model
 */
function isolateLabels(model) {
  for (const one of [...model.issues, ...model.parties, ...model.leverage]) one.label = isolated(one.label);
  for (const one of [...model.issues, ...model.leverage]) one.meaning = isolated(one.meaning);
  for (const issue of model.issues) issue.unit = isolated(issue.unit);
}

/** @param {number|string} level */
function levelText(level) {
  return typeof level === "number" ? numberText(level) : isolated(level);
}

/**
 * What a reader calls a level: its label, or itself without its unit.
 * @param {Issue} issue
 * @param {number} n
 */
function levelName(issue, n) {
  return issue.names[n] ? isolated(issue.names[n]) : levelText(issue.levels[n]);
}

/**
 * The same with the unit of a number that has no label; a dash where the table has no such level.
 * @param {Issue} issue
 * @param {number} n
 */
function dealText(issue, n) {
  if (n < 0) return "—";
  return levelName(issue, n) + (issue.names[n] ? "" : unitText(issue));
}

/** @param {Issue} issue */
function unitText(issue) {
  if (!issue.unit) return "";
  return issue.unit === "percent" ? " %" : ` ${issue.unit}`;
}

/** @param {Issue} issue */
function isNumeric(issue) {
  return typeof issue.levels[0] === "number";
}

/**
 * The levels that some flags choose: stretches of numbers, or a list of names.
 * @param {Issue} issue
 * @param {boolean[]} flags
 */
function chosenText(issue, flags) {
  if (!flags.some(Boolean)) return "none";
  if (!isNumeric(issue))
    return [...issue.levels.keys()]
      .filter((n) => flags[n])
      .map((n) => levelName(issue, n))
      .join(", ");
  return stretches(flags)
    .map(([from, to]) => {
      const low = levelText(issue.levels[from]),
        high = levelText(issue.levels[to]);
      return from === to ? levelName(issue, from) : `${low} – ${high}`;
    })
    .join(", ");
}

/**
 * Runs of consecutive true flags, as first and last position.
 * @param {boolean[]} flags
 * @returns {[number, number][]}
 */
function stretches(flags) {
  /** @type {[number, number][]} */
  const runs = [];
  flags.forEach((yes, n) => {
    if (!yes) return;
    if (n && flags[n - 1]) runs[runs.length - 1][1] = n;
    else runs.push([n, n]);
  });
  return runs;
}

/**
 * Words joined by commas and a last "and".
 * @param {string[]} words
 */
function listText(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/**
 * One line that says whether there is a zone.
 * @param {Model} model
 * @param {Result} result
 */
function headlineText(model, result) {
  if (result.exists === null) return "Zone of possible agreement: undecided at this resolution.";
  if (!result.exists) {
    const short = result.margin === null ? "the red lines leave no outcome" : `the margin is ${utilityText(result.margin)}`;
    return `No zone of possible agreement: ${short}.`;
  }
  const gains = model.signers.map((p, i) => `${model.parties[p].label} ${utilityText((result.surplus || [])[i])}`);
  const margin = utilityText(result.margin || 0);
  return `Zone of possible agreement: yes, margin ${margin}. The most that each could gain: ${gains.join(", ")}.`;
}

/** Of more issues than this the summary names no deal term by term. */
const MOST_TERMS = 12;

/**
 * The summary, sentence by sentence.
 * @param {Model} model
 * @param {Result} result
 * @returns {string[]}
 */
function summarySentences(model, result) {
  if (result.exists === null)
    return ["The frontier is too large to be known exactly, so whether a zone exists is open."];
  if (!result.exists) return noZoneSentences(model, result);
  const margin = utilityText(result.margin || 0);
  return [
    "Some deals are at least as good as no deal for everybody who must sign, and cross no red line. " +
      `The most even of them leaves each side at least ${margin} above what it has without a deal.`,
    ...rangeSentences(model, result),
    ...(result.deals ? [dealSentence(model, result.deals.nash)] : []),
  ];
}

/**
 * Issues that every agreement settles in one way, and issues that it leaves quite open.
 * @param {Model} model
 * @param {Result} result
 * @returns {string[]}
 */
function rangeSentences(model, result) {
  const issues = model.issues
    .map((issue, k) => ({ issue, flags: result.ranges[k] }))
    .filter(({ issue }) => issue.levels.length > 1);
  const fixed = issues.filter(({ flags }) => flags.filter(Boolean).length === 1);
  const free = issues.filter(({ flags }) => flags.every(Boolean)).map(({ issue }) => issue.label);
  const terms = fixed.map(({ issue, flags }) => `${issue.label}: ${dealText(issue, flags.indexOf(true))}`);
  const sentences = [];
  if (terms.length) sentences.push(`Every agreement has ${terms.join("; ")}.`);
  if (free.length === issues.length && free.length > 1)
    sentences.push("Any level of any issue, each by itself, occurs in some agreement.");
  else if (free.length) {
    const names = free.length > MOST_TERMS ? `${free.length} of the ${issues.length} issues` : listText(free);
    sentences.push(`Any level${free.length > 1 ? ", each by itself," : ""} occurs in some agreement for ${names}.`);
  }
  return sentences;
}

/**
 * @param {Model} model
 * @param {Deal} deal
 */
function dealSentence(model, deal) {
  const worth = model.signers.map((p) => `${utilityText(deal.utilities[p])} to ${model.parties[p].label}`);
  const terms = model.issues.length > MOST_TERMS ? "its terms stand below" : outcomeText(model, deal.levels);
  return `The Nash bargaining solution is worth ${listText(worth)} (${terms}).`;
}

/**
 * @param {Model} model
 * @param {Result} result
 * @returns {string[]}
 */
function noZoneSentences(model, result) {
  if (!result.nearest) return ["No zone of possible agreement: the red lines together leave no outcome."];
  const { short, levels } = result.nearest;
  const names = listText(short.map((p) => model.parties[p].label));
  const miss = utilityText(-(result.margin || 0));
  const terms = model.issues.length > MOST_TERMS ? "marked among the ranges below" : outcomeText(model, levels);
  return [
    "Every deal that crosses no red line leaves somebody who must sign worse off than no deal.",
    `At the outcome that comes nearest, ${names} would fall short of what no deal gives, by ${miss} at most.`,
    `That outcome: ${terms}.`,
  ];
}

/**
 * @param {Model} model
 * @param {number[]} levels
 */
function outcomeText(model, levels) {
  const terms = levels.map((level, k) => {
    const issue = model.issues[k];
    return `${issue.label}: ${dealText(issue, level)}`;
  });
  return terms.join("; ");
}

/**
 * Where along a lever the zone exists.
 * @param {{from: number, to: number, exists: boolean}[]} found
 */
function alongText(found) {
  const open = found.filter((one) => one.exists);
  if (!open.length) return "No zone anywhere along this range.";
  if (open.length === found.length) return "A zone all along this range.";
  const text = (/** @type {number} */ x) => numberText(Number(x.toPrecision(3)));
  return `A zone from ${listText(open.map((one) => `${text(one.from)} to ${text(one.to)}`))}.`;
}
