// Numbers as the report's tables show them.

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A size in decimal units, as `1.2 GB`. */
function humanBytes(bytes) {
  let unit = 0;
  let left = bytes;
  while (left >= 1000 && unit < UNITS.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return unit ? `${left.toFixed(1)} ${UNITS[unit]}` : `${left} B`;
}

function humanShare(part, whole) {
  return whole ? `${((100 * part) / whole).toFixed(1)} %` : "-";
}

/** A number of files, as `1,200 files`. */
function humanCount(files, other = "") {
  return `${files.toLocaleString("en")} ${other}${files === 1 ? "file" : "files"}`;
}

/** An element with a class and a text; what is in the text is never read as markup. */
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
