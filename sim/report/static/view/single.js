// How a page of one scenario starts.

function start() {
  const page = openPage(baseIn(document), location.hash.slice(1));
  current.page = page;
  mount(page);
  addEventListener("popstate", (event) => goBackTo(page, location.hash.slice(1), event.state));
  listen();
  tellNumbers();
}

start();
