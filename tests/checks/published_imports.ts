/**
 * Checks what the published files import from outside: a script that imports an entry of the library
 * must load no module of its runtime at once, and no package that a user does not have.
 */
import { type ImportGraph, reachedFrom } from "./import_graph.ts";

/** What may be imported from outside. */
export interface PublishedOptions {
  /** Entries whose way to a first secret imports nothing from outside at once. */
  quickEntries: readonly string[];
  /** Packages that the published manifests name. */
  packages: readonly string[];
}

/** Packages that stand in for Deno's standard library in the tests. */
const TEST_ONLY = /^(?:@std\/|deno-std\b|npm:deno-std\b|jsr:)/;

/** Lists the imports from outside that the published files of `graph` must not have. */
export function checkPublishedImports(
  graph: ImportGraph,
  { quickEntries, packages }: PublishedOptions,
): string[] {
  const quick = new Set(
    quickEntries.flatMap((entry) => [...reachedFrom(graph, entry, ["static"])]),
  );
  const problems: string[] = [];
  for (const [file, imports] of graph) {
    for (const { kind, specifier, file: target, line } of imports) {
      const place = `${file}:${line}`;
      if (specifier === undefined) {
        problems.push(`${place} imports something that is not a literal`);
      } else if (target !== undefined) {
        if (!graph.has(target)) problems.push(`${place} imports ${target}, which is not published`);
      } else if (TEST_ONLY.test(specifier)) {
        problems.push(`${place} imports "${specifier}", which is for tests only`);
      } else if (kind === "static" && quick.has(file)) {
        problems.push(`${place} imports "${specifier}" at once, on the way to a first secret`);
      } else if (!/^(?:node|bun):/.test(specifier) && !packages.includes(specifier)) {
        problems.push(`${place} imports "${specifier}", which no manifest names`);
      }
    }
  }
  return problems;
}
