// What was changed, as a scenario file that extends the first.

/**
 * A text as a YAML scalar that can be taken for nothing else.
 * @param {string} text
 */
function yamlText(text) {
  return /^[A-Za-z_][\w -]*$/.test(text) && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(text) && !text.endsWith(" ") ? text : JSON.stringify(text);
}

/**
 * @param {any} value
 * @param {string} indent
 * @returns {string}
 */
function yamlOf(value, indent = "") {
  if (value instanceof Written) return ` ${value.text}`;
  if (value === null || typeof value === "number" || typeof value === "boolean") return ` ${value}`;
  if (typeof value === "string") return ` ${yamlText(value)}`;
  return Object.entries(value).map(([key, part]) => `\n${indent}${yamlText(key)}:${yamlOf(part, `${indent}  `)}`).join("");
}

/** A value already written as YAML. */
class Written {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * @param {Page} page
 * @returns {string}
 */
function scenarioText({ base, state }) {
  const { scenario } = base;
  /** @type {Object<string, any>} */
  const data = { format: 1, extends: scenario.file, name: `${scenario.name}, as changed`, summary: "" };
  /** @type {Object<string, any>} */
  const sources = {};
  const words = /** @type {string[]} */ ([]);
  for (const { name, text, keys, from, to } of savedMoves(base, state)) {
    putAt(data, keys, to);
    words.push(`${name} ${text}`);
    if (typeof to === "number" || to instanceof Written)
      sources[keys.join(".")] = { assumption: from === undefined ? `Set for the report page: ${text}.` : `Set on the report page instead of ${from}.` };
  }
  data.summary = `Changed on the report page of ${scenario.name}: ${words.join("; ") || "nothing"}.`;
  if (Object.keys(sources).length) data.sources = sources;
  return `# Saved from the report page of ${scenario.file}: keep it beside that file.${yamlOf(data)}\n`;
}

/**
 * What differs from the file: what the page was made with, and what the reader changed since.
 * @param {Model} base
 * @param {State} state
 * @returns {Move[]}
 */
function savedMoves(base, state) {
  const { set, setKeys, lifted, sign } = base.scenario;
  const moves = movesOf(base, state).filter(({ keys }) => keys[0] !== "leverage");
  const known = new Set(moves.map(({ keys }) => keys.join(".")));
  const levers = base.leverage.flatMap(({ key, label, default: usual }, n) => {
    const to = state.levels[n];
    return to === usual ? [] : [{ name: label, text: numberText(to), keys: ["leverage", key, "default"], from: usual, to }];
  });
  const before = set.flatMap((/** @type {string[]} */ [path, value], /** @type {number} */ n) =>
    known.has(path) ? [] : [{ name: path, text: value, keys: setKeys[n], from: undefined, to: new Written(value) }],
  );
  const lines = lifted.map((/** @type {string} */ line) => {
    const [party, ...name] = line.split(".");
    return { name: "red line", text: `${line} lifted`, keys: ["parties", party, "red_lines", name.join(".")], from: true, to: null };
  });
  const signers = sign
    .filter((/** @type {string} */ key) => state.signers.includes(base.parties.findIndex((party) => party.key === key)))
    .map((/** @type {string} */ key) => ({ name: key, text: "signs", keys: ["parties", key, "consent"], from: false, to: true }));
  return [...levers, ...before, ...lines, ...signers, ...moves];
}

/**
 * @param {Object<string, any>} data
 * @param {string[]} keys
 * @param {any} value
 */
function putAt(data, keys, value) {
  let here = data;
  for (const key of keys.slice(0, -1)) here = here[key] = here[key] || {};
  here[keys[keys.length - 1]] = value;
}

/**
 * @param {string} text
 * @param {string} type
 * @param {string} name
 */
function offer(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  handOver(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/**
 * @param {string} address
 * @param {string} name
 */
function handOver(address, name) {
  const link = html("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {Page} page */
function saveScenario(page) {
  const stem = page.base.scenario.file.replace(/\.ya?ml$/, "");
  offer(scenarioText(page), "application/yaml", `${stem}-changed.yaml`);
}
