/**
 * Reads dotenv files as Next does, and other programs with dotenv-expand 10.
 *
 * @module
 */

/** The last unescaped `$`, with everything after it. */
const LAST = /(?<!\\)\$(?:[^$]|\\\$)*$/;
/** The first reference in that: `$NAME`, `${NAME}` or `${NAME:-default}`. */
const REFERENCE = /(?<!\\)\$\{?(\w+)(?::-([^}\\]*))?\}?/;
/** Limits expansion, because circular references would expand forever. */
const MOST_STEPS = 1_000;

/**
 * @param parsed What dotenv reads.
 * @param shell Further variables that the file may refer to.
 * @returns The variables with expanded references; `undefined` for a value that Next cannot read
 * because of circular references.
 */
export function readAsNext(
  parsed: ReadonlyMap<string, string>,
  shell: (name: string) => string | undefined,
): Map<string, string | undefined> {
  const variables = new Map<string, string | undefined>(parsed);
  const lookUp = (name: string, fallback?: string): string =>
    variables.has(name) ? fallback || variables.get(name) || "" : shell(name) || fallback || "";
  for (const [name, value] of parsed) {
    variables.set(name, fill(value, lookUp)?.replaceAll("\\$", "$"));
  }
  return variables;
}

function fill(
  value: string,
  lookUp: (name: string, fallback?: string) => string,
): string | undefined {
  let text = value;
  for (let step = 0; step < MOST_STEPS; step++) {
    const found = REFERENCE.exec(LAST.exec(text)?.[0] ?? "");
    if (found === null) return text;
    const [reference, name = "", fallback] = found;
    // As in Next: replaces the first of equal references, and `replace()` interprets `$` in the new
    // text.
    text = text.replace(reference, lookUp(name, fallback));
  }
  return undefined;
}
