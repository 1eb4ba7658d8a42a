// Tables that can be sorted by a click on a heading and filtered by a text; without scripts they are plain tables.

function startTables() {
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    table.querySelectorAll("thead th").forEach((heading, column) => makeSortable(table, heading, column));
  }
  for (const filter of document.querySelectorAll("[data-filter]")) startFilter(filter);
}

function makeSortable(table, heading, column) {
  const button = element("button", "sort", heading.textContent.trim());
  button.type = "button";
  heading.replaceChildren(button);
  button.addEventListener("click", () => {
    const isNumber = heading.classList.contains("number");
    const before = heading.getAttribute("aria-sort");
    const order = before === (isNumber ? "descending" : "ascending") ? !isNumber : isNumber;
    for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order ? "descending" : "ascending");
    sortRows(table, column, isNumber, order ? -1 : 1);
  });
}

function sortRows(table, column, isNumber, sign) {
  const body = table.tBodies[0];
  const key = (row) => {
    const cell = row.cells[column];
    return isNumber ? Number(cell.dataset.value ?? -1) : cell.textContent.trim();
  };
  const rows = [...body.rows].map((row) => ({ row, key: key(row) }));
  const compare = isNumber ? (one, other) => one.key - other.key : (one, other) => one.key.localeCompare(other.key);
  rows.sort((one, other) => sign * compare(one, other));
  body.append(...rows.map(({ row }) => row));
}

function startFilter(filter) {
  const table = document.getElementById(filter.dataset.filter);
  const input = filter.querySelector("input");
  const count = filter.querySelector("output");
  filter.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = wanted ? `${shown} of ${table.tBodies[0].rows.length} rows` : "";
  });
}
