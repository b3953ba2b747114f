/**
 * Names of secrets that become names of variables.
 *
 * @module
 */

import { shellFlag } from "../src/errors/shell_word.ts";
import { runtime } from "../src/runtime.ts";
import { CommandError, EXIT } from "./exit_codes.ts";
import { listed } from "./terminal/printable.ts";
import { isPowerName } from "../project/power_names.ts";
import { IDENTIFIER } from "../project/spec.ts";

/** How many names a message lists. */
const SHOWN = 5;

/**
 * Refuses names that give power over programs.
 *
 * @param names Names that come from a prefix, so from whoever may write the service.
 * @param allowed Those that the user named all the same.
 * @param nothing What was not done, for the message.
 * @throws {CommandError} With the flag that allows each of them.
 */
export function refusePower(
  names: Iterable<string>,
  allowed: readonly string[],
  nothing: string,
): void {
  const refused = [...names].filter((name) => isPowerName(name) && !allowed.includes(name));
  if (refused.length === 0) return;
  const several = refused.length > 1;
  const windows = runtime.system === "windows";
  throw new CommandError(
    EXIT.failed,
    `${listed(refused, SHOWN)} ${
      several ? "change" : "changes"
    } what programs run, and whoever may write ` +
      `the service has chosen ${several ? "the values" : "its value"}. To take ` +
      `${several ? "them" : "it"} all the same: ` +
      `\`${shellFlag("allow-name", refused.join(","), windows)}\`. ${nothing}`,
  );
}

/**
 * Looks for names that no shell can hold, as they come of a prefix that was cut too short.
 *
 * @param prefixes What was left out of the names.
 * @param names The names that are left.
 * @returns What to say of it, and whether no name at all can be used; `undefined` when all can be.
 */
export function oddNames(
  prefixes: readonly string[],
  names: readonly string[],
): { readonly message: string; readonly all: boolean } | undefined {
  // What not even an environment can hold is refused where it is put together.
  const odd = names.filter((name) => /^[^=\0]+$/.test(name) && !IDENTIFIER.test(name));
  if (odd.length === 0) return undefined;
  const [prefix = "", ...others] = prefixes;
  const meant = others.length === 0 ? longerPrefix(prefix, odd) : undefined;
  return {
    message: `No shell can hold a variable called ${listed(odd, SHOWN)}` +
      (meant === undefined
        ? ""
        : `: did you mean \`${shellFlag("prefix", meant, runtime.system === "windows")}\`?`),
    all: odd.length === names.length,
  };
}

/** @returns The shortest prefix that makes a variable's name of one of the names. */
function longerPrefix(prefix: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    const [, cut = "", rest = ""] = /^(.*[^A-Za-z0-9_])(.*)$/s.exec(name) ?? [];
    if (/[:\/.]$/.test(cut) && IDENTIFIER.test(rest)) return prefix + cut;
  }
  return undefined;
}
