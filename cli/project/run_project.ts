/**
 * The variables that `kca run` gives a program from a project.
 *
 * @module
 */

import type { KeychainClient } from "../../src/client/client.ts";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../flags.ts";
import type { Variables } from "../run/read.ts";
import type { SourceFlags } from "./flags.ts";
import { inShell, projectValues } from "./values.ts";

/** The flags that are used here. */
interface Flags extends CommonFlags, SourceFlags {
  readonly inheritEnv: boolean;
  readonly noOverride?: readonly string[];
}

/**
 * Reads a project's secrets in one request. Variables of the shell stay unchanged, byte for byte.
 *
 * @param meanwhile Called while the daemon looks at this process.
 */
export async function projectVariables(
  context: Context,
  flags: Flags,
  early: Promise<KeychainClient> | undefined,
  meanwhile: () => void,
): Promise<Variables> {
  const { noOverride } = flags;
  const { open, needs, values } = await projectValues(context, flags, {
    noOverride,
    early,
    meanwhile,
  });
  const variables = new Map<string, string>();
  const secrets: [name: string, value: string][] = [];
  const replaced: string[] = [];
  for (const need of needs.secrets) {
    const found = values.get(need.name);
    if (found === undefined) continue;
    if (!need.public && found.origin !== "default") secrets.push([need.name, found.value]);
    if (found.origin === "environment" && flags.inheritEnv) continue;
    variables.set(need.name, found.value);
    const shell = flags.inheritEnv ? inShell(context, need) : undefined;
    if (shell !== undefined && shell.value !== found.value) replaced.push(need.name);
  }
  if (replaced.length > 0) {
    const names = replaced.join(",");
    context.say(
      flags,
      `The stored secret replaces the shell's ${names}; to keep the shell's value: --no-override=${names}`,
    );
  }
  // Passed on only if the user chose it, because a project further down has its own profiles.
  if (open.profile !== undefined) variables.set("KCA_PROFILE", open.profile.name);
  return { variables, secrets };
}
