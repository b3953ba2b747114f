/**
 * Checks that one file looks at the globals of the runtime and one at the clock and the timers. A
 * second place could see another runtime than the first, or a clock that a test has replaced.
 */
import ts from "typescript";
import { isMemberName, readsDate, RUNTIME_GLOBALS, TIMER_GLOBALS } from "./identifiers.ts";
import { lineOf, parseFile } from "./import_graph.ts";

/** The files that may look. */
export interface GlobalsOptions {
  /** The file for what differs between runtimes. */
  runtime: string;
  /** The file for the clock and the timers. */
  clock: string;
}

/** Lists the globals that `files`, relative to `root`, look at outside of these two files. */
export function checkRuntimeGlobals(
  root: string,
  files: readonly string[],
  { runtime, clock }: GlobalsOptions,
): string[] {
  const problems: string[] = [];
  for (const file of files) {
    const report = (node: ts.Node, name: string, place: string): void => {
      // The clock takes its timers from the global object.
      if (file === place || (file === clock && name === "globalThis")) return;
      problems.push(`${file}:${lineOf(node)} looks at ${name}; take it from ${place}`);
    };
    const visit = (node: ts.Node): void => {
      if (readsDate(node)) report(node, "the clock", clock);
      if (ts.isIdentifier(node) && !isMemberName(node)) {
        if (RUNTIME_GLOBALS.has(node.text)) report(node, node.text, runtime);
        if (TIMER_GLOBALS.has(node.text)) report(node, node.text, clock);
      }
      ts.forEachChild(node, visit);
    };
    visit(parseFile(root, file));
  }
  return problems;
}
