/**
 * Where in a project file a mistake is.
 *
 * @module
 */

import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { ProjectFileError } from "../../project/file/parse_file.ts";
import { keyAt } from "../../project/validate_spec.ts";

/**
 * @param text The file's text.
 * @param error What is wrong with it.
 * @returns The same with line and column.
 */
export function located(text: string, error: ProjectFileError): ProjectFileError {
  try {
    return find(text, error);
  } catch {
    // Nested deeper than the parser goes.
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
    const problem = `the key ${JSON.stringify(repeated.value)} is there twice; leave one out`;
    return new ProjectFileError(path, problem, key, placeOf(text, repeated.offset));
  }
  if (tree === undefined || key === undefined) return error;
  return new ProjectFileError(path, error.problem, key, placeOf(text, nodeAt(tree, key).offset));
}

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidCommentToken: "JSON has no comments; take it out",
  UnexpectedEndOfComment: "JSON has no comments; take it out",
  PropertyNameExpected: "expected a key in double quotes; JSON has no comma behind the last entry",
  ValueExpected: "expected a value; JSON has no comma behind the last entry",
  ColonExpected: "expected a colon behind the key",
  CommaExpected: "expected a comma between two entries",
  CloseBraceExpected: "a closing brace is missing",
  CloseBracketExpected: "a closing bracket is missing",
  UnexpectedEndOfString: "a quote is missing at the end of a text",
  InvalidCharacter: "a line break or another control character stands in a text; write it as \\n",
  InvalidEscapeCharacter: "JSON does not know this escape",
  InvalidUnicode: "expected four hexadecimal digits behind \\u",
  EndOfFileExpected: "the file goes on behind its object",
};

/** @returns The key that is there a second time. */
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

/** @returns The key `secrets.PORT.default` of an object, or what there is on the way to it. */
function nodeAt(tree: Node, key: string): Node {
  for (const { children: [name, value] = [] } of tree.children ?? []) {
    if (name === undefined) continue;
    const shown = keyAt(name.value);
    if (key === shown) return name;
    // What is missing in an object is missing where the object is.
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
