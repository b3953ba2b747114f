/**
 * Proves that the core is pure: whatever can be reached from its entry, by a static, dynamic or
 * type import, lies in its folder, loads nothing native and looks at no global of a runtime.
 */
import ts from "typescript";
import { type ImportGraph, importGraph, lineOf, parseFile, reachedFrom } from "./import_graph.ts";
import { checkRuntimeGlobals, type GlobalsOptions } from "./runtime_globals.ts";

/** Where the core is. Paths are relative to the root. */
export interface PurityOptions extends GlobalsOptions {
  /** The module that everything is reached from. */
  entry: string;
  /** The folder that must not be left, with its slash. */
  core: string;
}

/** What was looked at and what is wrong with it. */
export interface PurityResult {
  files: string[];
  problems: string[];
}

const FORBIDDEN_TEXT = /dlopen|bun:|node:/;
const FORBIDDEN_NAMES = new Set(["dlopen", "getBuiltinModule"]);

/** Walks the core from its entry and lists every breach. */
export function checkPurity(root: string, options: PurityOptions): PurityResult {
  const { entry, core, runtime } = options;
  const graph = graphFrom(root, entry);
  const files = [...graph.keys()].sort();
  const problems = checkRuntimeGlobals(root, files, options);
  for (const [file, imports] of graph) {
    for (const { specifier, file: target, line } of imports) {
      const place = `${file}:${line}`;
      if (specifier === undefined) {
        problems.push(`${place} imports something that is not a literal`);
      } else if (target === undefined) problems.push(`${place} imports "${specifier}"`);
      else if (!target.startsWith(core)) problems.push(`${place} leaves the core: "${specifier}"`);
      else if (!graph.has(target)) problems.push(`${target} does not exist`);
    }
    if (file !== runtime) problems.push(...nativeParts(root, file));
  }
  return { files, problems };
}

/** The imports of all files that are reached from `entry`. */
function graphFrom(root: string, entry: string): ImportGraph {
  let files = new Set([entry]);
  for (;;) {
    const graph = importGraph(root, files);
    const reached = reachedFrom(graph, entry, ["static", "dynamic", "type"]);
    if (reached.size === files.size) return graph;
    files = reached;
  }
}

/** What in a file has to do with native code or with where the file is. */
function nativeParts(root: string, file: string): string[] {
  const problems: string[] = [];
  const visit = (node: ts.Node): void => {
    const problem = nodeProblem(node);
    if (problem !== undefined) problems.push(`${file}:${lineOf(node)} ${problem}`);
    ts.forEachChild(node, visit);
  };
  visit(parseFile(root, file));
  return problems;
}

function nodeProblem(node: ts.Node): string | undefined {
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    return "uses import.meta";
  }
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node);
  if (isText) return FORBIDDEN_TEXT.test(node.text) ? `contains "${node.text}"` : undefined;
  return ts.isIdentifier(node) && FORBIDDEN_NAMES.has(node.text)
    ? `mentions ${node.text}`
    : undefined;
}
