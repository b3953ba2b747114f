/**
 * Proves that the core is pure: whatever can be reached from its entry, by a static, dynamic or
 * type import, lies in its folder, loads nothing native and touches no global of a runtime.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import ts from "typescript";

/** Where the core is. */
export interface PurityOptions {
  /** The module that everything is reached from. */
  entry: string;
  /** The folder that must not be left. */
  core: string;
  /** The one file that may look at the runtime's globals. */
  runtimeFile: string;
}

/** What was looked at and what is wrong with it. */
export interface PurityResult {
  files: string[];
  problems: string[];
}

const forbiddenText = /dlopen|bun:|node:/;
const forbiddenNames = new Set(["dlopen", "getBuiltinModule", "require"]);
const runtimeGlobals = new Set([
  "Deno",
  "Bun",
  "process",
  "Buffer",
  "console",
  "globalThis",
  "global",
  "window",
  "self",
  "setImmediate",
]);

/** Walks the core from its entry and lists every breach. */
export function checkPurity({ entry, core, runtimeFile }: PurityOptions): PurityResult {
  const folder = resolve(core);
  const problems: string[] = [];
  const seen = new Set<string>();
  const pending = [resolve(entry)];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const name = relative(dirname(folder), file);
    if (!existsSync(file)) {
      problems.push(`${name} does not exist`);
      continue;
    }
    const mayTouchRuntime = file === resolve(runtimeFile);
    const source = ts.createSourceFile(
      file,
      readFileSync(file, "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const report = (node: ts.Node, message: string): void => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      problems.push(`${name}:${line + 1} ${message}`);
    };
    for (const reference of source.referencedFiles) {
      report(source, `references ${reference.fileName}`);
    }
    const visit = (node: ts.Node): void => {
      const specifier = importedSpecifier(node);
      if (specifier === null) report(node, "imports something that is not a literal");
      else if (specifier !== undefined) {
        const target = resolve(dirname(file), specifier);
        if (!/^\.\.?\//.test(specifier)) report(node, `imports "${specifier}"`);
        else if (!target.startsWith(folder + sep)) report(node, `leaves the core: "${specifier}"`);
        else pending.push(target);
      }
      const problem = nodeProblem(node, mayTouchRuntime);
      if (problem !== undefined) report(node, problem);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { files: [...seen].map((file) => relative(dirname(folder), file)).sort(), problems };
}

/** The specifier that a node imports; `null` when it cannot be read off the source. */
function importedSpecifier(node: ts.Node): string | null | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node)) specifier = node.moduleSpecifier;
  else if (ts.isExportDeclaration(node)) {
    if (node.moduleSpecifier === undefined) return undefined;
    specifier = node.moduleSpecifier;
  } else if (ts.isImportTypeNode(node)) {
    specifier = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  } else if (ts.isExternalModuleReference(node)) specifier = node.expression;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    specifier = node.arguments[0];
  } else return undefined;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : null;
}

function nodeProblem(node: ts.Node, mayTouchRuntime: boolean): string | undefined {
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    return "uses import.meta";
  }
  if (
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node)
  ) {
    return forbiddenText.test(node.text) ? `contains "${node.text}"` : undefined;
  }
  if (!ts.isIdentifier(node)) return undefined;
  if (forbiddenNames.has(node.text)) return `mentions ${node.text}`;
  if (mayTouchRuntime || !runtimeGlobals.has(node.text) || isMemberName(node)) return undefined;
  return `touches the runtime global ${node.text}`;
}

/** Whether an identifier only names a member, as in `x.process` or `{ process: 1 }`. */
function isMemberName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) || ts.isAccessor(parent)) && parent.name === node;
}
