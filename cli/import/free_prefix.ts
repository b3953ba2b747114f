/**
 * Checks that the prefix of a new project is free. With another project's prefix, it would read and
 * write that project's secrets.
 *
 * @module
 */

import { PROFILE_PLACE, type Project } from "../../project/spec.ts";
import type { Service } from "../../src/client/service.ts";
import { isKeychainAuthError } from "../../src/errors/mod.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { listed, quoted } from "../terminal/printable.ts";

/** How many names a message lists. */
const SHOWN = 5;

/** What is already known about the service. */
interface Exceptions {
  /** Names that may exist: those of an interrupted import. */
  readonly own: ReadonlySet<string>;
  /** Names that exist, used when the policy forbids searches. */
  readonly known: Iterable<string>;
  /** What to do when the names do not belong to another project. */
  readonly advice: string;
}

const NONE: Exceptions = {
  own: new Set(),
  known: [],
  advice: "Choose another prefix with --prefix",
};

/** @throws {CommandError} When other secrets have the prefix. */
export async function checkFree(
  context: Context,
  flags: { readonly quiet: boolean },
  service: Service,
  { prefix, profile = "" }: Project,
  { own, known, advice }: Exceptions = NONE,
): Promise<void> {
  const [head] = prefix.split(PROFILE_PLACE) as [string];
  const checked = head === "" ? prefix.replaceAll(PROFILE_PLACE, () => profile) : head;
  let names: string[];
  try {
    names = await service.search(checked);
  } catch (error) {
    if (!isKeychainAuthError(error, "denied")) throw error;
    context.say(
      flags,
      `Note: the policy does not permit a search, so kca cannot see other secrets that begin with ` +
        quoted(checked),
    );
    names = [...known];
  }
  const others = names.filter((name) => !own.has(name));
  if (others.length === 0) return;
  throw new CommandError(
    EXIT.failed,
    `Service ${quoted(service.name)} already has secrets whose names begin with ` +
      `${quoted(checked)}: ${listed(others, SHOWN)}. They may be ` +
      `another project's, so nothing was done. ${advice}`,
  );
}
