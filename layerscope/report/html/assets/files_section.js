// The section with the treemap: how files are grouped and measured, the way to what is shown, the search.

function startFiles(section, report) {
  const at = (name) => section.querySelector(`[data-part="${name}"]`);
  const roots = new Map();
  const state = { by: "category", unit: "stored", node: null, query: "" };
  const map = new Treemap(at("tiles"), report, {
    onSelect: (node) => showDetails(at("details"), node, state.unit, report),
    onOpen: (node) => go(node),
    onUp: () => state.node.parent && go(state.node.parent),
  });

  function root() {
    const make = state.by === "category" ? treeByCategory : treeByFolder;
    if (!roots.has(state.by)) roots.set(state.by, make(report));
    return roots.get(state.by);
  }

  function go(node) {
    const hadFocus = section.contains(document.activeElement) && document.activeElement.closest("[data-part=tiles]");
    state.node = node;
    draw();
    at("status").textContent = `Showing ${titleOf(node)}, ${humanBytes(node[state.unit])}.`;
    if (hadFocus) map.focusFirst();
  }

  function draw() {
    map.draw(state.node, state.unit, state.query !== "");
    showWay(at("way"), state.node, go);
    showDetails(at("details"), state.node, state.unit, report);
  }

  function search() {
    const found = markHits(root(), state.query, report.categories);
    showResults(at("results"), found, state, go);
    draw();
  }

  for (const input of section.querySelectorAll("input[type=radio]")) {
    input.addEventListener("change", () => {
      state[input.name] = input.value;
      if (input.name === "by") state.node = root();
      search();
    });
  }
  at("search").addEventListener("input", (event) => {
    state.query = event.target.value.trim();
    search();
  });
  at("app").hidden = false;
  state.node = root();
  search();
  new ResizeObserver(() => draw()).observe(at("tiles"));
}

function showWay(list, node, go) {
  const steps = wayTo(node).map((above, at, way) => {
    const step = element("li");
    if (at === way.length - 1) {
      step.append(element("span", "", titleOf(above)));
      step.firstChild.setAttribute("aria-current", "true");
    } else {
      const button = element("button", "", titleOf(above));
      button.type = "button";
      button.addEventListener("click", () => go(above));
      step.append(button);
    }
    return step;
  });
  list.replaceChildren(...steps);
}

function showDetails(place, node, unit, report) {
  const category = node.parts.length && node.category === null ? null : report.categories[node.category];
  const root = wayTo(node)[0];
  const facts = [
    nameInDetails(node),
    `${humanBytes(node.stored)} stored`,
    report.hasTransfer ? `${report.isEstimate ? "~" : ""}${humanBytes(node.transfer)} to pull` : "",
    `${humanShare(node[unit], root[unit])} of the image`,
    node.superseded ? `${humanBytes(node.superseded)} of it hidden by later layers` : "",
    node.kind === "file" ? "" : humanCount(node.files),
    category && node.kind !== "group" ? category.title : "",
  ].filter(Boolean);
  place.replaceChildren(element("b", "", facts[0]), ...facts.slice(1).map((fact) => element("span", "", fact)));
}

function nameInDetails(node) {
  if (!node.parent) return "the whole image";
  return node.kind === "folder" || node.kind === "file" ? pathOf(node) : titleOf(node);
}

function showResults(place, found, state, go) {
  place.hidden = state.query === "";
  const told = found.count
    ? `${humanCount(found.count)} found with ${humanBytes(found[state.unit])}.`
    : "Nothing found among what is shown by name.";
  place.querySelector("p").textContent = state.query ? told : "";
  const rows = found.largest.map((node) => {
    const button = element("button", "", "");
    button.type = "button";
    button.append(element("i", "", humanBytes(node[state.unit])), resultName(node));
    button.addEventListener("click", () => go(node.parts.length ? node : node.parent));
    const row = element("li");
    row.append(button);
    return row;
  });
  place.querySelector("ol").replaceChildren(...rows);
}

function resultName(node) {
  if (node.kind === "folder" || node.kind === "file") return pathOf(node);
  const path = node.kind === "others" ? `${pathOf(node).replace(/^\/$/, "")}/: ` : "";
  return path + titleOf(node);
}
