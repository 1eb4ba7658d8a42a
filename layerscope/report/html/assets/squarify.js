// Rectangles in proportion to weights, as square as they can be.
// Bruls, Huizing and van Wijk: "Squarified Treemaps" (2000).

function worstRatio(largest, smallest, total, side) {
  const square = side * side;
  const totalSquare = total * total;
  return Math.max((square * largest) / totalSquare, totalSquare / (square * smallest));
}

/** A rectangle for each weight; weights come largest first and are above zero, together they fill the area. */
function squarify(weights, area) {
  let { x, y, width, height } = area;
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const scale = (width * height) / whole;
  const found = [];
  let start = 0;
  while (start < weights.length) {
    const side = Math.min(width, height);
    let end = start + 1;
    let total = weights[start] * scale;
    let worst = worstRatio(total, total, total, side);
    while (end < weights.length) {
      const next = weights[end] * scale;
      const ratio = worstRatio(weights[start] * scale, next, total + next, side);
      if (ratio > worst) break;
      worst = ratio;
      total += next;
      end += 1;
    }
    const thickness = side > 0 ? total / side : 0;
    const isColumn = width >= height;
    let place = 0;
    for (; start < end; start += 1) {
      const length = thickness > 0 ? (weights[start] * scale) / thickness : 0;
      found.push(
        isColumn
          ? { x, y: y + place, width: thickness, height: length }
          : { x: x + place, y, width: length, height: thickness },
      );
      place += length;
    }
    if (isColumn) {
      x += thickness;
      width -= thickness;
    } else {
      y += thickness;
      height -= thickness;
    }
  }
  return found;
}
