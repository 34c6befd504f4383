// Where words stand in the utility plane: where they cover the fewest dots, and no other words.

/** What one letter takes across, and a line of them up. */
const PLANE_LETTER = 7.4;
const PLANE_LINE = 14;

/**
 * A foot of a label: it starts there, or ends there.
 * @typedef {{x: number, y: number, ends?: boolean}} Spot
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 */

/**
 * A label at the first of the spots that are clear, else at the one that covers least.
 * @param {string} text
 * @param {Spot[]} spots
 * @param {Float64Array[]} dots where the frontier's points are drawn
 * @param {Frame} frame
 * @param {Box[]} taken by labels placed before; this one joins them
 * @returns {SVGElement}
 */
function placedLabel(text, spots, dots, frame, taken) {
  const boxes = spots.map((spot) => boxOf(text, spot, frame));
  const covered = boxes.map(
    (box) => dotsWithin(box, dots) + 1e6 * taken.filter((other) => overlap(box, other)).length,
  );
  const best = boxes[covered.indexOf(Math.min(...covered))];
  taken.push(best);
  const ends = !!spots[boxes.indexOf(best)].ends;
  const place = { x: ends ? best.right : best.left, y: best.bottom - 3, "text-anchor": ends ? "end" : "start" };
  return svg("text", { class: "halo", ...place }, text);
}

/**
 * What a label takes at a spot, moved sideways to where the figure holds it.
 * @param {string} text
 * @param {Spot} spot
 * @param {Frame} frame
 * @returns {Box}
 */
function boxOf(text, { x, y, ends }, { width, box }) {
  const wide = PLANE_LETTER * text.length;
  const left = Math.max(box.left + 3, Math.min(ends ? x - wide : x, width - wide));
  return { left, right: left + wide, top: y - PLANE_LINE + 3, bottom: y + 3 };
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/**
 * @param {Box} box
 * @param {Float64Array[]} dots
 */
function dotsWithin({ left, right, top, bottom }, [across, up]) {
  let count = 0;
  for (let n = 0; n < across.length; n++)
    if (across[n] >= left && across[n] <= right && up[n] > top && up[n] < bottom) count++;
  return count;
}

/**
 * Spots along the two reservation lines, the best of each first.
 * @param {number} x of the upright line
 * @param {number} y of the level line
 * @param {Frame} frame
 * @returns {{upright: Spot[], level: Spot[]}}
 */
function limitSpots(x, y, { width, height, box }) {
  const base = height - box.bottom - 6,
    top = box.top + 11,
    right = width - box.right,
    left = box.left + 5;
  const feet = [base, top].filter((foot) => y < foot - PLANE_LINE || y > foot + 3);
  const upright = (feet.length ? feet : [base]).flatMap((foot) => [
    { x: x + 5, y: foot },
    { x: x - 5, y: foot, ends: true },
  ]);
  const above = y - 6,
    below = y + 15;
  const level = [
    { x: right, y: below, ends: true },
    { x: right, y: above, ends: true },
    { x: left, y: below },
    { x: left, y: above },
  ].filter((spot) => spot.y > top - 6 && spot.y < base + 4);
  return { upright, level };
}
