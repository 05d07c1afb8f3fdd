// Where something that is dragged wants to be: edges and centres of the label, its safety margin, other elements.

/** Return the lines that a box may snap to: {x: […], y: […]} in mm. */
export function snapLines(size, safety, boxes) {
  const [width, height] = size;
  const lines = { x: [0, safety, width / 2, width - safety, width], y: [0, safety, height / 2, height - safety, height] };
  for (const [x, y, w, h] of boxes) {
    lines.x.push(x, x + w / 2, x + w);
    lines.y.push(y, y + h / 2, y + h);
  }
  return lines;
}

/** Return the step that brings one of `edges` onto a line within `reach`, and that line; a step of 0 for none. */
export function snapStep(edges, lines, reach) {
  let best = { step: 0, line: null, far: reach };
  for (const edge of edges) {
    for (const line of lines) {
      const far = Math.abs(line - edge);
      if (far < best.far - 1e-9) best = { step: line - edge, line, far };
    }
  }
  return best;
}

/** Return a box moved onto the lines near it, and the lines: {box, x, y}. */
export function snapMoved([x, y, width, height], lines, reach) {
  const across = snapStep([x, x + width / 2, x + width], lines.x, reach);
  const down = snapStep([y, y + height / 2, y + height], lines.y, reach);
  return { box: [x + across.step, y + down.step, width, height], x: across.line, y: down.line };
}

/** Return a box whose dragged edges (left, right, top, bottom) stand on the lines near them. */
export function snapResized([x, y, width, height], edges, lines, reach) {
  const across = edges.left || edges.right ? snapStep([edges.left ? x : x + width], lines.x, reach) : { step: 0, line: null };
  const down = edges.top || edges.bottom ? snapStep([edges.top ? y : y + height], lines.y, reach) : { step: 0, line: null };
  const box = [
    x + (edges.left ? across.step : 0), y + (edges.top ? down.step : 0),
    width + (edges.left ? -across.step : across.step), height + (edges.top ? -down.step : down.step),
  ];
  return { box, x: across.line, y: down.line };
}
