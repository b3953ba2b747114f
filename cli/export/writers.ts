/**
 * One variable in each of the formats.
 *
 * @module
 */

import { IDENTIFIER } from "../../project/spec.ts";

/** Writes one variable. @returns A line, or why it cannot be written. */
export type Writer = (name: string, value: string) => { line: string } | { reason: string };

/** Reads a dotenv file, as the library that is used for it does. */
export type DotenvParser = (text: string) => Record<string, string>;

/** Bytes of the longest line that `docker` reads, which is the limit of Go's bufio.Scanner. */
const DOCKER_LINE = 65_536;

/** For `eval` of a POSIX shell: single quotes keep every character. */
const shell: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "a shell does not accept its name" };
  return { line: `export ${name}='${value.replaceAll("'", `'\\''`)}'` };
};

/** Names that direnv never passes from an .envrc to the shell. */
const DIRENV_OWN =
  /^(?:DIRENV_.*|__fish.*|BASH_FUNC_.*|COMP_WORDBREAKS|PS1|OLDPWD|PWD|SHELL|SHELLOPTS|SHLVL|_)$/;

/** For an .envrc, which bash reads. */
const direnv: Writer = (name, value) =>
  DIRENV_OWN.test(name) ? { reason: "direnv reserves this name" } : shell(name, value);

/** For `docker run --env-file`, which reads each line without quotes or escapes. */
const docker: Writer = (name, value) => {
  // docker removes blanks from the beginning of a line, including U+0085 (Go's unicode.IsSpace).
  if (name === "" || /[\s\u0085=]/.test(name) || name.startsWith("#")) {
    return { reason: "docker does not accept its name" };
  }
  if (value.includes("\n")) return { reason: "it contains a newline" };
  if (value.endsWith("\r")) return { reason: "it ends with a carriage return" };
  const line = `${name}=${value}`;
  if (new TextEncoder().encode(line).length >= DOCKER_LINE) {
    return { reason: "it is longer than docker reads from one line (65,535 bytes)" };
  }
  return { line };
};

/**
 * For `EnvironmentFile=` of a unit: within double quotes, four characters are escaped. At a
 * noncharacter of Unicode systemd refuses the whole file, and prints the value in its log.
 */
const systemd: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "systemd does not accept its name" };
  if (/\p{Noncharacter_Code_Point}/u.test(value)) {
    return { reason: "it contains a noncharacter of Unicode, such as U+FFFF" };
  }
  return { line: `${name}="${value.replace(/["\\`$]/g, "\\$&")}"` };
};

/** For the file of GITHUB_ENV: the value ends at a random line that no value contains. */
const github: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "it is not a valid variable name" };
  if (/^(?:GITHUB_|RUNNER_|NODE_OPTIONS$)/.test(name)) {
    return { reason: "the runner does not allow setting it" };
  }
  // On Windows it would become part of the line end.
  if (value.endsWith("\r")) return { reason: "it ends with a carriage return" };
  const end = `end_of_${crypto.randomUUID()}`;
  return { line: `${name}<<${end}\n${value}\n${end}` };
};

/** The writers that need only a name and a value. */
export const WRITERS = { shell, direnv, docker, systemd, "github-actions": github } as const;

/**
 * For dotenv files. There is no standard for these files, so each way of quoting is tried until one
 * reads back unchanged. Single quotes come first, because no known reader expands `$` within them.
 */
export function dotenvWriter(parse: DotenvParser): Writer {
  return (name, value) => {
    if (!/^[\w.-]+$/.test(name)) return { reason: "dotenv does not accept its name" };
    const escaped = value.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
    const ways = [["'", value], ["`", value], ['"', escaped], ["", value]] as const;
    for (const [quote, inner] of ways) {
      // A line that reads back correctly alone may still consume the next line: with an open quote,
      // or one escaped by a backslash.
      const open = quote === "" ? /^\s*['"`]/.test(inner) : inner.endsWith("\\");
      if (open || (quote !== "" && inner.includes(quote))) continue;
      const line = `${name}=${quote}${inner}${quote}`;
      const read = parse(`${line}\n`);
      if (read[name] === value && Object.keys(read).length === 1) return { line };
    }
    return { reason: "dotenv cannot quote it" };
  };
}
