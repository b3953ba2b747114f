/** Identifiers in source files that mean a global, for the checks of purity and of runtime globals. */
import ts from "typescript";

/** What only one of the runtimes has, or has in its own way. */
export const RUNTIME_GLOBALS: ReadonlySet<string> = new Set([
  "Deno",
  "Bun",
  "process",
  "Buffer",
  "console",
  "globalThis",
  "global",
  "window",
  "self",
  "navigator",
  "require",
]);

/** What fake timers replace: the clock and everything that calls back later. */
export const TIMER_GLOBALS: ReadonlySet<string> = new Set([
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "queueMicrotask",
  "performance",
]);

/** Whether an identifier only names a member, as in `x.process` or `{ process: 1 }`, or in
 * `const { process: mine } = x`. */
export function isMemberName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) || ts.isAccessor(parent)) && parent.name === node;
}

/** Whether a node reads the clock: `Date.now()`, `Date()`, or `new Date()` without arguments. */
export function readsDate(node: ts.Node): boolean {
  const isDate = (name: ts.Node): boolean => ts.isIdentifier(name) && name.text === "Date";
  if (ts.isPropertyAccessExpression(node)) {
    return isDate(node.expression) && node.name.text === "now";
  }
  if (ts.isCallExpression(node)) return isDate(node.expression);
  return ts.isNewExpression(node) && isDate(node.expression) && !node.arguments?.length;
}
