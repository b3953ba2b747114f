/** Finds the places of a source where one small change makes another program. */
import ts from "typescript";

/** One change of one source. */
export interface Mutant {
  /** Relative to the root. */
  file: string;
  start: number;
  end: number;
  /** What stands between `start` and `end` instead. */
  replacement: string;
  /** Counted from 1, as an editor does. */
  line: number;
  /** The change in a few words, such as "< becomes <=". */
  what: string;
}

// Each operator becomes its neighbour: what a slip of the hand would write.
const OPERATORS: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
  [ts.SyntaxKind.QuestionQuestionToken]: "&&",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AmpersandToken]: "|",
  [ts.SyntaxKind.BarToken]: "&",
  [ts.SyntaxKind.PlusEqualsToken]: "-=",
  [ts.SyntaxKind.MinusEqualsToken]: "+=",
};

/** All changes that can be made to one source, in the order of the source. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: ts.Node, replacement: string, what: string): void => {
    const start = node.getStart(source);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, start, end: node.getEnd(), replacement, line, what });
  };
  const negate = (condition: ts.Expression): void =>
    add(condition, `!(${condition.getText(source)})`, "the condition is turned round");

  const visit = (node: ts.Node): void => {
    // A type and an import mean nothing when the program runs.
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) {
      return;
    }
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken;
      const replacement = OPERATORS[operator.kind];
      if (replacement !== undefined) {
        add(operator, replacement, `${operator.getText(source)} becomes ${replacement}`);
      }
    } else if (ts.isIfStatement(node) || ts.isWhileStatement(node)) {
      negate(node.expression);
    } else if (ts.isConditionalExpression(node)) {
      negate(node.condition);
    } else if (
      ts.isExpressionStatement(node) && ts.isBlock(node.parent) && !isDebug(node.expression)
    ) {
      add(node, ";", "the statement is left out");
    } else if (ts.isThrowStatement(node)) {
      add(node, ";", "nothing is thrown");
    } else if (
      node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
    ) {
      const other = node.kind === ts.SyntaxKind.TrueKeyword ? "false" : "true";
      if (!ts.isLiteralTypeNode(node.parent)) add(node, other, `becomes ${other}`);
    } else if (ts.isAwaitExpression(node)) {
      add(node, node.expression.getText(source), "nothing is awaited");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What is written for `KEYCHAIN_AUTH_DEBUG`: its absence is no fault that a caller meets. */
function isDebug(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && /^debug/.test(node.expression.getText());
}

/** Applies one change. */
export function mutate(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Numbers from 0 to 1 that depend on `seed` alone, so that a run can be repeated (mulberry32). */
export function randomFrom(seed: number): () => number {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let mixed = Math.imul(seed ^ seed >>> 15, 1 | seed);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** Takes `count` of `items` at random. */
export function sample<T>(items: readonly T[], count: number, random: () => number): T[] {
  const rest = [...items];
  const taken: T[] = [];
  while (taken.length < count && rest.length > 0) {
    taken.push(...rest.splice(Math.floor(random() * rest.length), 1));
  }
  return taken;
}
