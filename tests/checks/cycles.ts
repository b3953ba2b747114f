/** Checks that no file imports itself by way of others, type imports included. */
import type { ImportGraph } from "./import_graph.ts";

/** Lists the circles among the files of a graph, each once and as short as it can be closed. */
export function checkCycles(graph: ImportGraph): string[] {
  const circles = new Set<string>();
  for (const file of graph.keys()) {
    const circle = shortestCircle(graph, file);
    if (circle !== undefined) circles.add(fromFirstName(circle).join(" → "));
  }
  return [...circles].sort();
}

/** The shortest way from a file back to itself, by breadth-first search. */
function shortestCircle(graph: ImportGraph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const { file: target } of graph.get(file) ?? []) {
      if (target === undefined || cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      if (target === start) return wayBack(cameFrom, start);
      queue.push(target);
    }
  }
  return undefined;
}

function wayBack(cameFrom: ReadonlyMap<string, string>, start: string): string[] {
  const way: string[] = [];
  let file = start;
  do {
    way.unshift(file);
    file = cameFrom.get(file)!;
  } while (file !== start);
  return way;
}

/** The same circle, begun at the name that sorts first and closed with it. */
function fromFirstName(circle: readonly string[]): string[] {
  const first = circle.indexOf([...circle].sort()[0]!);
  return [...circle.slice(first), ...circle.slice(0, first), circle[first]!];
}
