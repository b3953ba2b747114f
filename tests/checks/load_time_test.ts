import { assertEquals } from "@std/assert";
import ts from "typescript";
import { root, test } from "../harness.ts";
import { importGraph, lineOf, parseFile } from "./import_graph.ts";

/** The file and all that load with it. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { kind, file: target } of importGraph(root, [file]).get(file) ?? []) {
    if (kind === "static" && target !== undefined) loadedWith(target, seen);
  }
  return seen;
}

/** Patterns with `\p{…}` that exist once the file has loaded. */
function unicodePatterns(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isRegularExpressionLiteral(node) && node.text.includes("\\p{")) {
      found.push(`${source.fileName}:${lineOf(node)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("no pattern with \\p{…} is created while the client loads: Deno takes 0.5 ms for the first", () => {
  const files = [...loadedWith("mod.ts")];
  assertEquals(files.includes("src/errors/unprintable.ts"), true);
  assertEquals(files.flatMap((file) => unicodePatterns(parseFile(root, file))), []);
});
