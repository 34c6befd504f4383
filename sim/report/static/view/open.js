// What is open, and what the window tells it: its width, paper, its theme, its history.

/** The page that is open, if any, and what draws what is in sight for the width that it has now. */
const current = {
  page: /** @type {Page|null} */ (null),
  draw: (/** @type {boolean} */ paper) => {
    if (current.page) fit(current.page, paper);
  },
};

/**
 * @param {Page} page
 * @param {boolean} paper
 */
function fit(page, paper) {
  measure(page, paper);
  show(page);
}

/**
 * The model that a page, or a part of one, carries.
 * @param {ParentNode} from
 */
function baseIn(from) {
  return /** @type {Model} */ (JSON.parse((from.querySelector("#data") || document.body).textContent || ""));
}

/** @param {boolean} [paper] said before the browser knows it */
function refit(paper = matchMedia("print").matches) {
  current.draw(paper);
}

/**
 * Paper has figures drawn for its width, and the annex only where it is asked for.
 */
function preparePrint() {
  /** @type {HTMLDetailsElement[]} */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details")].filter((one) => !one.open);
    for (const one of closed) one.open = true;
    refit(true);
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    refit();
  });
  matchMedia("print").addEventListener("change", () => refit());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => refit());
}

/**
 * Sets a page to what the address says now.
 * @param {Page} page
 * @param {string} address
 * @param {{here: number}|null} kept with this step of the history
 */
function goBackTo(page, address, kept) {
  const here = kept ? kept.here : page.trail.indexOf(address);
  if (page.trail[here] !== undefined) page.here = here;
  else page.here = page.trail.push(address) - 1;
  page.state = stateOf(page.base, address);
  redraw(page);
}

/** Listens to the window, once for all pages. */
function listen() {
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) refit();
    width = innerWidth;
  });
  byId("skip").addEventListener("click", follow);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current.page) hideTip();
  });
  addEventListener("scroll", () => current.page && hideTip(), { passive: true });
  preparePrint();
}

/** For tests and for the curious: the numbers behind the page. */
function tellNumbers() {
  Object.assign(window, {
    report: {
      get page() {
        return current.page;
      },
      compute: (/** @type {Partial<State>} */ some) => {
        const page = /** @type {Page} */ (current.page);
        Object.assign(page.state, some);
        redraw(page);
        return page.trouble ? { trouble: page.trouble } : page.result;
      },
      field: () => {
        const page = /** @type {Page} */ (current.page);
        finished(fieldAt(page, fieldKey(page)));
        showField(page);
        return page.field;
      },
    },
  });
}
