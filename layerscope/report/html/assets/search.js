// What a text is found in: the paths of files and folders, and the titles of categories.

const RESULTS_LIMIT = 20;

/** Marks each node below the root: `isHit` where it matches, `hasHit` where it or something in it does. */
function markHits(root, query, categories) {
  const wanted = query.trim().toLowerCase();
  const found = { wanted, count: 0, stored: 0, transfer: 0, largest: [] };
  markBelow(root, "", false, { wanted, categories, found });
  found.largest.sort((one, other) => other.stored - one.stored || pathOf(one).localeCompare(pathOf(other)));
  found.largest.length = Math.min(found.largest.length, RESULTS_LIMIT);
  return found;
}

function markBelow(node, above, isInside, search) {
  const { wanted, categories, found } = search;
  const isPlace = node.parent && (node.kind === "folder" || node.kind === "file");
  const path = isPlace ? `${above}/${node.name}` : above;
  const titles = node.category === null ? "" : categories[node.category].title.toLowerCase();
  node.isHit = wanted !== "" && (isInside || path.toLowerCase().includes(wanted) || titles.includes(wanted));
  node.hasHit = node.isHit;
  if (node.isHit && !isInside && node.parent) found.largest.push(node);
  for (const part of node.parts) {
    if (markBelow(part, path, node.isHit, search)) node.hasHit = true;
  }
  if (node.isHit && !node.parts.length) {
    found.count += node.files;
    found.stored += node.stored;
    found.transfer += node.transfer;
  }
  return node.hasHit;
}
