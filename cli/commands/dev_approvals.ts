/**
 * `kca dev authorize …`: the daemon's own commands, for the configuration that `kca dev --config`
 * serves.
 *
 * @module
 */

import { usageError } from "../exit_codes.ts";
import type { Context } from "../context.ts";

type Approvals = typeof import("../../testing/identify/approvals.ts");

interface Action {
  /** The arguments after its name; those in brackets are optional. */
  readonly usage: string;
  run(approvals: Approvals, config: string, words: readonly string[]): string | Promise<string>;
}

const pending: Action = { usage: "", run: (_, config) => listPending(config) };

const ACTIONS: Readonly<Record<string, Action>> = {
  authorize: {
    usage: "PATH SERVICE",
    run: ({ authorize }, config, [path, service]) => authorize(config, path!, service!),
  },
  register: { usage: "PATH", run: ({ register }, config, [path]) => register(config, path!) },
  upgrade: { usage: "PATH", run: ({ upgrade }, config, [path]) => upgrade(config, path!) },
  approve: {
    usage: "HASH [PATH]",
    run: ({ approve }, config, [hash, path]) => approve(config, hash!, path),
  },
  check: {
    usage: "PATH SERVICE",
    run: ({ check }, config, [path, service]) => check(config, path!, service!),
  },
  pending,
  "list-pending": pending,
};

/** How these commands are typed, for the help. */
export const APPROVAL_USAGE: readonly string[] = Object.entries(ACTIONS)
  .filter(([name]) => name !== "list-pending")
  .map(([name, { usage }]) => `${name} ${usage}`.trimEnd());

/**
 * Runs one of the daemon's commands.
 *
 * @param words Its name and its arguments.
 * @param config The path of the configuration.
 * @throws {CommandError} When there is no such command, or it was typed in another form.
 */
export async function runApproval(
  context: Context,
  [name = "", ...words]: readonly string[],
  config: string | undefined,
): Promise<void> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    throw usageError(
      `kca dev has no command ${JSON.stringify(name)}: expected one of ` +
        `${APPROVAL_USAGE.map((usage) => usage.split(" ")[0]).join(", ")}`,
    );
  }
  const line = `kca dev --config FILE ${name} ${action.usage}`.trimEnd();
  const names = action.usage === "" ? [] : action.usage.split(" ");
  const least = names.filter((word) => !word.startsWith("[")).length;
  if (words.length < least || words.length > names.length) throw usageError(`Type ${line}`);
  if (config === undefined) {
    throw usageError(`Give the file of the running kca dev --config FILE: ${line}`);
  }
  try {
    const approvals = await import("../../testing/identify/approvals.ts");
    context.print(`${await action.run(approvals, config, words)}\n`);
  } catch (error) {
    throw (await import("../identity/policy.ts")).unusable(config, error);
  }
}

async function listPending(config: string): Promise<string> {
  const { PendingList } = await import("../../testing/identify/pending.ts");
  const attempts = new PendingList(config).load();
  if (attempts.length === 0) return "No pending binaries waiting for authorization.";
  const entries = attempts.map(({ path, hash, command_line, timestamp }) =>
    [
      `Path:       ${path}`,
      `Hash:       ${hash}`,
      `Command:    ${command_line.join(" ")}`,
      `Attempted:  ${timestamp}`,
    ].join("\n")
  );
  const count = attempts.length === 1 ? "1 binary" : `${attempts.length} binaries`;
  return `Found ${count} waiting for authorization:\n\n${entries.join("\n\n")}`;
}
