/**
 * Formats that other programs read, written so that they read back every byte.
 *
 * @module
 */

/** The formats of `kca export`. */
export const FORMATS = ["env", "json", "shell", "docker"] as const;

/** One of them. */
export type Format = typeof FORMATS[number];

/** A name or a value that a format has no way to write. Never quotes the value. */
export interface Obstacle {
  readonly name: string;
  readonly reason: string;
}

/** What came of formatting. */
export interface Formatted {
  readonly text: string;
  readonly obstacles: readonly Obstacle[];
}

/** Writes one variable. @returns A line, or why it cannot be written. */
type Writer = (name: string, value: string) => { line: string } | { reason: string };

/** Reads a dotenv file, as the library that is used for it does. */
type DotenvParser = (text: string) => Record<string, string>;

/** What a POSIX shell takes as a variable's name. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Bytes of the longest line that `docker` reads, which is the limit of Go's bufio.Scanner. */
const DOCKER_LINE = 65_536;

/**
 * Formats variables.
 *
 * @param variables Names and values.
 * @param format What to write.
 * @param parseDotenv Proves for `env` that each line reads back as it was.
 */
export function formatVariables(
  variables: ReadonlyMap<string, string>,
  format: Format,
  parseDotenv: DotenvParser,
): Formatted {
  if (format === "json") {
    return { text: `${JSON.stringify(Object.fromEntries(variables), null, 2)}\n`, obstacles: [] };
  }
  const writers: Record<typeof format, Writer> = {
    shell,
    docker,
    env: (name, value) => env(name, value, parseDotenv),
  };
  const lines: string[] = [];
  const obstacles: Obstacle[] = [];
  for (const [name, value] of variables) {
    const written = value.includes("\0") || name.includes("\0")
      ? { reason: "it holds a NUL character" }
      : writers[format](name, value);
    if ("line" in written) lines.push(`${written.line}\n`);
    else obstacles.push({ name, reason: written.reason });
  }
  return { text: lines.join(""), obstacles };
}

/** For `eval` of a POSIX shell: between single quotes everything stands for itself. */
const shell: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "a shell does not take its name" };
  return { line: `export ${name}='${value.replaceAll("'", `'\\''`)}'` };
};

/** For `docker run --env-file`, which takes each line as it is, without quotes or escapes. */
const docker: Writer = (name, value) => {
  // What Go's unicode.IsSpace takes for a blank, U+0085 among them, is cut from a line's beginning.
  if (name === "" || /[\s\u0085=]/.test(name) || name.startsWith("#")) {
    return { reason: "docker does not take its name" };
  }
  if (value.includes("\n")) return { reason: "it holds a newline" };
  if (value.endsWith("\r")) return { reason: "it ends with a carriage return" };
  const line = `${name}=${value}`;
  if (new TextEncoder().encode(line).length >= DOCKER_LINE) {
    return { reason: "it is longer than a line that docker reads (65,535 bytes)" };
  }
  return { line };
};

/**
 * For dotenv files. There is no standard for them, so each way of quoting is tried until one reads
 * back as it was. Single quotes come first: within them no reader that we know expands `$`.
 */
function env(name: string, value: string, parse: DotenvParser): ReturnType<Writer> {
  if (!/^[\w.-]+$/.test(name)) return { reason: "dotenv does not take its name" };
  const escaped = value.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  const ways = [["'", value], ["`", value], ['"', escaped], ["", value]] as const;
  for (const [quote, inner] of ways) {
    // What is read back alone may still swallow the next line: a quote that is left open, or one
    // that a backslash before it hides.
    const open = quote === "" ? /^\s*['"`]/.test(inner) : inner.endsWith("\\");
    if (open || (quote !== "" && inner.includes(quote))) continue;
    const line = `${name}=${quote}${inner}${quote}`;
    const read = parse(`${line}\n`);
    if (read[name] === value && Object.keys(read).length === 1) return { line };
  }
  return { reason: "dotenv has no way to quote it" };
}
