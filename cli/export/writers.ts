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

/** For `eval` of a POSIX shell: between single quotes everything stands for itself. */
const shell: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "a shell does not take its name" };
  return { line: `export ${name}='${value.replaceAll("'", `'\\''`)}'` };
};

/** What direnv never hands from an .envrc to the shell around it. */
const DIRENV_OWN =
  /^(?:DIRENV_.*|__fish.*|BASH_FUNC_.*|COMP_WORDBREAKS|PS1|OLDPWD|PWD|SHELL|SHELLOPTS|SHLVL|_)$/;

/** For an .envrc, which bash reads. */
const direnv: Writer = (name, value) =>
  DIRENV_OWN.test(name) ? { reason: "direnv keeps this name to itself" } : shell(name, value);

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

/** For `EnvironmentFile=` of a unit: within double quotes, four characters are escaped. */
const systemd: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "systemd does not take its name" };
  return { line: `${name}="${value.replace(/["\\`$]/g, "\\$&")}"` };
};

/** For the file that GITHUB_ENV names: everything up to a line that no value holds. */
const github: Writer = (name, value) => {
  if (!IDENTIFIER.test(name)) return { reason: "it is no name of a variable" };
  if (/^(?:GITHUB_|RUNNER_|NODE_OPTIONS$)/.test(name)) {
    return { reason: "the runner does not let it be set" };
  }
  // On Windows it would be part of the end of a line.
  if (value.endsWith("\r")) return { reason: "it ends with a carriage return" };
  const end = `end_of_${crypto.randomUUID()}`;
  return { line: `${name}<<${end}\n${value}\n${end}` };
};

/** Those that need nothing but a name and a value. */
export const WRITERS = { shell, direnv, docker, systemd, "github-actions": github } as const;

/**
 * For dotenv files. There is no standard for them, so each way of quoting is tried until one reads
 * back as it was. Single quotes come first: within them no reader that we know expands `$`.
 */
export function dotenvWriter(parse: DotenvParser): Writer {
  return (name, value) => {
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
  };
}
