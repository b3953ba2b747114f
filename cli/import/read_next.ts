/**
 * Dotenv files as Next reads them, and others that have dotenv-expand 10 fill in references.
 *
 * @module
 */

/** The last `$` that no backslash precedes, with all that follows. */
const LAST = /(?<!\\)\$(?:[^$]|\\\$)*$/;
/** The first reference in that: `$NAME`, `${NAME}` or `${NAME:-default}`. */
const REFERENCE = /(?<!\\)\$\{?(\w+)(?::-([^}\\]*))?\}?/;
/** References that lead back to themselves would be filled in forever. */
const MOST_STEPS = 1_000;

/**
 * @param parsed What dotenv reads.
 * @param shell Variables that the file may refer to besides its own.
 * @returns The variables with the references filled in; `undefined` for a value that Next cannot
 * read, because its references lead back to itself.
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
    // The first of several that read alike, and what is filled in is a pattern of `replace()`.
    text = text.replace(reference, lookUp(name, fallback));
  }
  return undefined;
}
