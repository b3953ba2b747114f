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
 * @param names Names from a prefix, so chosen by anyone who may write to the service.
 * @param allowed Names that the user has allowed, with commas between them. A name may hold commas
 * itself.
 * @param nothing What was not done, for the message.
 * @throws {CommandError} With the flag that allows each of them.
 */
export function refusePower(
  names: Iterable<string>,
  allowed: readonly string[],
  nothing: string,
): void {
  const listing = `,${allowed.join(",")},`;
  const refused = [...names].filter((name) => isPowerName(name) && !listing.includes(`,${name},`));
  if (refused.length === 0) return;
  const several = refused.length > 1;
  const windows = runtime.system === "windows";
  throw new CommandError(
    EXIT.failed,
    `${listed(refused, SHOWN)} ${
      several ? "change" : "changes"
    } what programs run, and anyone who may write ` +
      `to the service can have set ${several ? "the values" : "its value"}. To accept ` +
      `${several ? "them" : "it"} anyway: ` +
      `\`${shellFlag("allow-name", refused.join(","), windows)}\`. ${nothing}`,
  );
}

/**
 * Finds names that cannot be shell variables, as they result from a prefix that is too short.
 *
 * @param prefixes The prefixes that were removed from the names.
 * @param names The names without their prefixes.
 * @returns A message, and whether no name at all can be used; `undefined` when all can be used.
 */
export function oddNames(
  prefixes: readonly string[],
  names: readonly string[],
): { readonly message: string; readonly all: boolean } | undefined {
  // Names that not even an environment can contain are refused when it is built.
  const odd = names.filter((name) => /^[^=\0]+$/.test(name) && !IDENTIFIER.test(name));
  if (odd.length === 0) return undefined;
  const [prefix = "", ...others] = prefixes;
  const meant = others.length === 0 ? longerPrefix(prefix, odd) : undefined;
  return {
    message: `A shell cannot have a variable called ${listed(odd, SHOWN)}` +
      (meant === undefined
        ? ""
        : `: did you mean \`${shellFlag("prefix", meant, runtime.system === "windows")}\`?`),
    all: odd.length === names.length,
  };
}

/** @returns The shortest prefix that makes one of the names a valid variable. */
function longerPrefix(prefix: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    const [, cut = "", rest = ""] = /^(.*[^A-Za-z0-9_])(.*)$/s.exec(name) ?? [];
    if (/[:\/.]$/.test(cut) && IDENTIFIER.test(rest)) return prefix + cut;
  }
  return undefined;
}
