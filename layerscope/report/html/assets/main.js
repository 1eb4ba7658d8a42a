// Starts what needs scripts. All of the page's text is there without them.

function startPrinting() {
  const closed = new Set();
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      closed.add(details);
      details.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
    closed.clear();
  });
}

/** A link to something that lies in a closed part of the page opens it. */
function startLinks() {
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (!details) return;
    details.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
}

startTheme(document.getElementById("theme"));
startTables();
startPrinting();
startLinks();
startFiles(document.getElementById("files"), JSON.parse(document.getElementById("report-files").textContent));
