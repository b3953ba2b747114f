/**
 * Finds the line and column of a mistake in a project file.
 *
 * @module
 */

import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { ProjectFileError } from "../../project/file/parse_file.ts";
import { keyAt } from "../../project/validate_spec.ts";

/**
 * @param text The file's text.
 * @param error The mistake.
 * @returns The error with line and column.
 */
export function located(text: string, error: ProjectFileError): ProjectFileError {
  try {
    return find(text, error);
  } catch {
    // Nested too deeply for the parser.
    return error;
  }
}

function find(text: string, error: ProjectFileError): ProjectFileError {
  const { path, key } = error;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [syntax] = errors;
  if (syntax !== undefined) {
    const problem = SYNTAX[printParseErrorCode(syntax.error)] ?? "it is not JSON";
    return new ProjectFileError(path, problem, key, placeOf(text, syntax.offset));
  }
  const repeated = tree && key === undefined ? repeatedKey(tree) : undefined;
  if (repeated !== undefined) {
    const problem = `the key ${
      JSON.stringify(repeated.value)
    } appears twice; remove one of the two`;
    return new ProjectFileError(path, problem, key, placeOf(text, repeated.offset));
  }
  if (tree === undefined || key === undefined) return error;
  return new ProjectFileError(path, error.problem, key, placeOf(text, nodeAt(tree, key).offset));
}

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidCommentToken: "JSON has no comments; remove it",
  UnexpectedEndOfComment: "JSON has no comments; remove it",
  PropertyNameExpected: "expected a key in double quotes; JSON has no comma after the last entry",
  ValueExpected: "expected a value; JSON has no comma after the last entry",
  ColonExpected: "expected a colon after the key",
  CommaExpected: "expected a comma between two entries",
  CloseBraceExpected: "a closing brace is missing",
  CloseBracketExpected: "a closing bracket is missing",
  UnexpectedEndOfString: "a string has no closing quote",
  InvalidCharacter: "a string contains a line break or another control character; write it as \\n",
  InvalidEscapeCharacter: "this escape does not exist in JSON",
  InvalidUnicode: "expected four hexadecimal digits after \\u",
  EndOfFileExpected: "the file continues after its object",
};

/** @returns The second occurrence of a repeated key. */
function repeatedKey(tree: Node): { readonly value: string; readonly offset: number } | undefined {
  const { children = [], type } = tree;
  const seen = new Set<string>();
  for (const child of children) {
    const [key, value] = type === "object" ? child.children! : [undefined, child];
    if (key !== undefined) {
      if (seen.has(key.value)) return { value: key.value, offset: key.offset };
      seen.add(key.value);
    }
    const found = value && repeatedKey(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @returns The node of a key such as `secrets.PORT.default`, or the deepest existing one on its
 * path.
 */
function nodeAt(tree: Node, key: string): Node {
  for (const { children: [name, value] = [] } of tree.children ?? []) {
    if (name === undefined) continue;
    const shown = keyAt(name.value);
    if (key === shown) return name;
    // For a missing key, the place is that of its object.
    if (key.startsWith(`${shown}.`)) {
      const inside = value ? nodeAt(value, key.slice(shown.length + 1)) : name;
      return inside === value ? name : inside;
    }
  }
  return tree;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `:${before.length}:${[...before.at(-1)!].length + 1}`;
}
