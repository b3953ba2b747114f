/**
 * The imports of source files, read from their syntax once for all checks that look at them: static,
 * dynamic and type imports, re-exports included.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** When an import takes effect: with its file, when it is called, or only for the type checker. */
export type ImportKind = "static" | "dynamic" | "type";

/** One import. */
export interface Import {
  readonly kind: ImportKind;
  /** What is imported, as it is written; `undefined` when it is not a literal. */
  readonly specifier: string | undefined;
  /** The imported file, relative to the root; `undefined` for a package or a built-in module. */
  readonly file: string | undefined;
  readonly line: number;
}

/** The imports of each file. Paths are relative to the root and have slashes on every system. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

/** Reads the imports of `files`. Files that do not exist are left out. */
export function importGraph(root: string, files: Iterable<string>): ImportGraph {
  const graph = new Map<string, readonly Import[]>();
  for (const file of files) {
    if (existsSync(join(root, file))) graph.set(file, importsOf(parseFile(root, file), file));
  }
  return graph;
}

/** Parses one file. */
export function parseFile(root: string, file: string): ts.SourceFile {
  const text = readFileSync(join(root, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** Lists the imports of one file in the order of its text. */
export function importsOf(source: ts.SourceFile, file: string): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = importIn(node);
    if (found !== undefined) {
      const { kind, specifier: name } = found;
      const specifier = name && ts.isStringLiteralLike(name) ? name.text : undefined;
      imports.push({ kind, specifier, file: fileOf(file, specifier), line: lineOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

/** The line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Files that are reached from `entry`, itself included, over imports of these kinds. */
export function reachedFrom(
  graph: ImportGraph,
  entry: string,
  kinds: readonly ImportKind[],
): Set<string> {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { file: target, kind } of graph.get(file) ?? []) {
      if (target !== undefined && kinds.includes(kind)) reached.add(target);
    }
  }
  return reached;
}

/** The import that a node is. Its `specifier` is what names the module, literal or not. */
function importIn(node: ts.Node): { kind: ImportKind; specifier?: ts.Node } | undefined {
  if (ts.isImportDeclaration(node)) {
    // With verbatimModuleSyntax, `import { type T }` is an import for its effect all the same.
    const kind = node.importClause?.isTypeOnly ? "type" : "static";
    return { kind, specifier: node.moduleSpecifier };
  }
  if (ts.isExportDeclaration(node)) {
    if (node.moduleSpecifier === undefined) return undefined;
    return { kind: node.isTypeOnly ? "type" : "static", specifier: node.moduleSpecifier };
  }
  if (ts.isImportTypeNode(node)) {
    const specifier = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
    return { kind: "type", specifier };
  }
  if (ts.isExternalModuleReference(node)) return { kind: "static", specifier: node.expression };
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { kind: "dynamic", specifier: node.arguments[0] };
  }
  return undefined;
}

function fileOf(file: string, specifier: string | undefined): string | undefined {
  if (specifier === undefined || !/^\.\.?\//.test(specifier)) return undefined;
  return posix.join(posix.dirname(file), specifier);
}
