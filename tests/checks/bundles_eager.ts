/**
 * Finds what a bundle loads of its runtime before its first line runs: an import of `node:net` that
 * a bundler has moved to the top costs every start 20 to 40 ms.
 */
import { isBuiltin } from "node:module";
import ts from "typescript";

/** Lists the runtime's modules that a script loads by static imports or outside of functions. */
export function eagerBuiltins(text: string): string[] {
  const found: string[] = [];
  const look = (node: ts.Node | undefined): void => {
    if (node === undefined || !ts.isStringLiteralLike(node)) return;
    if (node.text.startsWith("bun:") || isBuiltin(node.text)) found.push(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) look(node.moduleSpecifier);
    if (ts.isCallExpression(node)) {
      if (loads(node.expression)) look(node.arguments[0]);
      calledAtOnce(node.expression)?.forEachChild(visit);
    }
    if (!isDeferred(node)) node.forEachChild(visit);
  };
  visit(ts.createSourceFile("bundle.mjs", text, ts.ScriptTarget.Latest));
  return found;
}

/** Whether a call is `import()`, `require()` by whatever name a bundler has for it, or the like. */
function loads(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) && /require$|^getBuiltinModule$/.test(name.text);
}

/** The function of `(() => {})()` and `(function () {}).call(this)`. */
function calledAtOnce(callee: ts.Expression): ts.Node | undefined {
  const object = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  const inner = ts.isParenthesizedExpression(object) ? object.expression : object;
  return ts.isFunctionLike(inner) ? inner : undefined;
}

/** Whether the code below a node waits for a call or for an instance. */
function isDeferred(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) {
    return !node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  }
  return ts.isFunctionLike(node);
}
