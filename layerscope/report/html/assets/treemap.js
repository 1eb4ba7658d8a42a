// The treemap: tiles are buttons, so that it works with the keyboard as with the mouse.

const TILES_LIMIT = 120;
const HEADING_PIXELS = 22;
const INNER_LEVELS = 5;
const LEAST_LABEL = { width: 46, height: 20 };
const LEAST_FOLDER = { width: 70, height: 60 };
const LEAST_PIXELS = 5;

/** The parts of a node that have bytes, largest first; what is beyond the limit is summed up. */
function shownParts(node, unit) {
  const parts = node.parts.filter((part) => part[unit] > 0);
  parts.sort((one, other) => other[unit] - one[unit] || titleOf(one).localeCompare(titleOf(other)));
  const rest = parts.splice(TILES_LIMIT);
  if (rest.length) {
    const sum = makeNode(0, "others", node, mainCategory(node));
    for (const part of rest) {
      for (const figure of ["files", "stored", "transfer", "superseded"]) sum[figure] += part[figure];
      sum.hasHit = sum.hasHit || part.hasHit;
    }
    sum.name = sum.files;
    parts.push(sum);
  }
  return parts;
}

/** A treemap in an element; `onSelect` is told the node that is pointed at, `onOpen` the one that is entered. */
class Treemap {
  constructor(area, report, { onSelect, onOpen, onUp }) {
    this.area = area;
    this.report = report;
    this.onSelect = onSelect;
    this.onOpen = onOpen;
    this.nodes = new WeakMap();
    area.addEventListener("click", (event) => this.open(event.target));
    area.addEventListener("pointerover", (event) => this.select(event.target));
    area.addEventListener("focusin", (event) => this.select(event.target));
    area.addEventListener("keydown", (event) => this.press(event, onUp));
  }

  draw(node, unit, isSearched) {
    const area = { x: 0, y: 0, width: this.area.clientWidth, height: this.area.clientHeight };
    const parts = shownParts(node, unit);
    const places = squarify(parts.map((part) => part[unit]), area);
    const drawn = { unit, isSearched, whole: node[unit] };
    const tiles = parts.map((part, at) => this.tile(part, places[at], area.width, drawn));
    if (tiles.length) tiles[0].tabIndex = 0;
    this.area.replaceChildren(...tiles);
    this.area.classList.toggle("is-searched", isSearched);
    if (!tiles.length) this.area.append(element("p", "nothing", "Nothing in here has bytes."));
  }

  tile(node, place, outerWidth, drawn) {
    const tile = this.box("button", node, place, outerWidth, drawn);
    tile.type = "button";
    tile.tabIndex = -1;
    const canOpen = node.parts.length > 0;
    const share = humanShare(node[drawn.unit], drawn.whole);
    const found = drawn.isSearched && node.hasHit ? ", found" : "";
    const action = canOpen ? ", opens" : "";
    tile.setAttribute("aria-label", `${titleOf(node)}, ${humanBytes(node[drawn.unit])}, ${share}${found}${action}`);
    tile.classList.toggle("can-open", canOpen);
    this.label(tile, node, place, drawn);
    this.drawInner(tile, node, place, drawn, INNER_LEVELS);
    return tile;
  }

  /** What is in a node, within its box, for as many levels as there is room. */
  drawInner(box, node, place, drawn, levels) {
    if (!levels || !node.parts.length || place.width < LEAST_FOLDER.width || place.height < LEAST_FOLDER.height) return;
    const inner = { x: 3, y: HEADING_PIXELS, width: place.width - 8, height: place.height - HEADING_PIXELS - 5 };
    const parts = shownParts(node, drawn.unit);
    const places = squarify(parts.map((part) => part[drawn.unit]), inner);
    parts.forEach((part, at) => {
      if (Math.min(places[at].width, places[at].height) < LEAST_PIXELS) return;
      const within = this.box("span", part, places[at], place.width - 1, drawn);
      this.label(within, part, places[at], drawn);
      this.drawInner(within, part, places[at], drawn, levels - 1);
      box.append(within);
    });
  }

  /** A box at a place; its width is a share of what it is in, so that paper may be narrower than the screen. */
  box(name, node, place, outerWidth, drawn) {
    const category = mainCategory(node);
    const group = category === null ? this.report.groups.length - 1 : this.report.categories[category].group;
    // Shades tell the categories of a group apart.
    const shade = node.kind === "group" || category === null ? 0 : category % 3;
    const box = element(name, `tile group-${group} shade-${shade}`);
    Object.assign(box.style, {
      left: `${(100 * place.x) / outerWidth}%`,
      top: `${place.y}px`,
      width: `calc(${(100 * place.width) / outerWidth}% - 1px)`,
      height: `${Math.max(place.height - 1, 1)}px`,
    });
    box.classList.toggle("is-superseded", 2 * node.superseded > node.stored);
    box.classList.toggle("is-hit", drawn.isSearched && Boolean(node.hasHit));
    this.nodes.set(box, node);
    return box;
  }

  label(box, node, place, drawn) {
    if (place.width < LEAST_LABEL.width || place.height < LEAST_LABEL.height) return;
    const label = element("span", "label");
    label.append(element("b", "", titleOf(node)), element("i", "", humanBytes(node[drawn.unit])));
    box.append(label);
  }

  /** The node of the innermost box around an element. */
  nodeAt(target) {
    return this.nodes.get(target.closest(".tile"));
  }

  select(target) {
    const node = this.nodeAt(target);
    if (node) this.onSelect(node);
  }

  open(target) {
    let node = this.nodeAt(target);
    while (node && !node.parts.length && this.nodes.get(target.closest("button")) !== node) node = node.parent;
    if (node?.parts.length) this.onOpen(node);
  }

  press(event, onUp) {
    if (event.key === "Backspace" || event.key === "Escape") {
      event.preventDefault();
      onUp();
    }
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const next = step && nearest(this.area, event.target.closest("button"), step);
    if (!step) return;
    event.preventDefault();
    if (next) this.focus(next);
  }

  focus(tile) {
    for (const other of this.area.querySelectorAll("button")) other.tabIndex = -1;
    tile.tabIndex = 0;
    tile.focus();
  }

  focusFirst() {
    const first = this.area.querySelector("button");
    if (first) this.focus(first);
  }
}

/** The tile that lies next to another one in a direction. */
function nearest(area, from, [right, down]) {
  const here = middle(from.getBoundingClientRect());
  let best = null;
  let least = Infinity;
  for (const tile of area.querySelectorAll("button")) {
    const there = middle(tile.getBoundingClientRect());
    const along = (there.x - here.x) * right + (there.y - here.y) * down;
    const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * right);
    if (along > 1 && along + 2 * aside < least) {
      least = along + 2 * aside;
      best = tile;
    }
  }
  return best;
}

function middle(box) {
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}
