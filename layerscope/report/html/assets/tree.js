// The tree of files: what the report brings as nested lists becomes nodes, by folder or by category.

/** Nodes are {name, kind, parent, parts, files, stored, transfer, superseded, category}; parts come largest first. */
function makeNode(name, kind, parent, category) {
  return { name, kind, parent, category, parts: [], files: 0, stored: 0, transfer: 0, superseded: 0 };
}

/** All leaves of the report's tree, with the names of the folders above them. */
function* leavesOf(item, folders) {
  for (const part of item[1]) {
    if (Array.isArray(part[1])) {
      yield* leavesOf(part, [...folders, part[0]]);
    } else {
      const [name, category, stored = 0, transfer = 0, superseded = 0] = part;
      yield { name, category, folders, stored, transfer, superseded };
    }
  }
}

/** The node of a folder below another one, made if it is missing. */
function enter(parent, name, kind, places, category) {
  const known = places.get(parent) ?? places.set(parent, new Map()).get(parent);
  const key = `${kind}/${name}`;
  if (!known.has(key)) {
    const made = makeNode(name, kind, parent, category);
    known.set(key, made);
    parent.parts.push(made);
  }
  return known.get(key);
}

function addLeaf(parent, leaf) {
  const isSum = typeof leaf.name === "number";
  const node = makeNode(leaf.name, isSum ? "others" : "file", parent, leaf.category);
  node.files = isSum ? leaf.name : 1;
  for (const unit of ["stored", "transfer", "superseded"]) node[unit] = leaf[unit];
  parent.parts.push(node);
  for (let above = parent; above; above = above.parent) {
    for (const unit of ["files", "stored", "transfer", "superseded"]) above[unit] += node[unit];
  }
}

/** A chain of folders that hold nothing else becomes one folder. */
function joinChains(node) {
  for (const part of node.parts) {
    while (part.kind === "folder" && part.parts.length === 1 && part.parts[0].kind === "folder") {
      const only = part.parts[0];
      part.name += `/${only.name}`;
      part.parts = only.parts;
      for (const inner of part.parts) inner.parent = part;
    }
    joinChains(part);
  }
}

/** The files as they lie. */
function treeByFolder(report) {
  const root = makeNode("/", "folder", null, null);
  const places = new Map();
  for (const leaf of leavesOf(report.tree, [])) {
    let node = root;
    for (const name of leaf.folders) node = enter(node, name, "folder", places, null);
    addLeaf(node, leaf);
  }
  joinChains(root);
  return root;
}

/** Groups of categories, the categories, and the folders in which each one's files lie. */
function treeByCategory(report) {
  const root = makeNode("all categories", "folder", null, null);
  const places = new Map();
  for (const leaf of leavesOf(report.tree, [])) {
    const category = report.categories[leaf.category];
    let node = enter(root, report.groups[category.group], "group", places, leaf.category);
    node = enter(node, category.title, "category", places, leaf.category);
    for (const name of leaf.folders) node = enter(node, name, "folder", places, leaf.category);
    addLeaf(node, leaf);
  }
  joinChains(root);
  return root;
}

/** The nodes from the root to a node. */
function wayTo(node) {
  const way = [];
  for (let above = node; above; above = above.parent) way.unshift(above);
  return way;
}

/** The node's path in the image, as far as it has one. */
function pathOf(node) {
  const names = wayTo(node).filter((above) => above.parent && (above.kind === "folder" || above.kind === "file"));
  return "/" + names.map((above) => above.name).join("/");
}

/** What a node is called. */
function titleOf(node) {
  if (node.kind !== "others") return node.name;
  if (!node.files) return "entries of folders";
  return humanCount(node.files, "other ");
}

/** Every node below one, itself included. */
function* allBelow(node) {
  yield node;
  for (const part of node.parts) yield* allBelow(part);
}

/** The category in which a node has most of its bytes, for its colour. */
function mainCategory(node) {
  if (node.category !== null) return node.category;
  if (node.main === undefined) {
    const bytes = new Map();
    for (const below of allBelow(node)) {
      if (!below.parts.length && below.category !== null) {
        bytes.set(below.category, (bytes.get(below.category) ?? 0) + below.stored);
      }
    }
    node.main = [...bytes].sort((one, other) => other[1] - one[1] || one[0] - other[0])[0]?.[0] ?? null;
  }
  return node.main;
}
