/**
 * Turns findings into commands to type. The commands are those of the library's errors.
 *
 * @module
 */

import { shellWord } from "../../src/errors/shell_word.ts";
import type { DeniedError } from "../../src/errors/denied.ts";
import { isKeychainAuthError } from "../../src/errors/mod.ts";
import { configFault } from "../../connect/remedies/entries.ts";
import { isSystemEndpoint, type Machine } from "../../connect/remedies/machine.ts";
import { EXIT, exitCodeOf, messageOf } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import type { DoctorFlags, Problem } from "./types.ts";
import { mayReadVariables } from "./way.ts";

/** What to do when no endpoint could be connected to. */
export function unreachable(error: unknown, source: string, flags: DoctorFlags): Problem {
  const exitCode = EXIT.noDaemon;
  if (isKeychainAuthError(error, "permission")) {
    const known = mayReadVariables();
    // Without FFI the flags contain the socket's path, which is not known yet.
    const sets = error.flags.slice(0, known ? undefined : 1).filter((set) => set.length > 0);
    return {
      what: error.without.length > 0
        ? `Deno was forbidden to reach the daemon: run it without ${error.without.join(" and ")}`
        : `Deno was not given the permission to ${known ? "reach" : "look for"} the daemon`,
      commands: sets.map((set) => `deno run ${set.map((flag) => shellWord(flag)).join(" ")} …`),
      hint: known
        ? sets.length > 1
          ? "Any one of these is enough. FFI is faster, and amounts to full trust"
          : "The flags go before the script's name"
        : "FFI amounts to full trust. To avoid it, run kca doctor again with the flag for the " +
          "environment: kca doctor then knows the socket and shows the flags for it",
      exitCode,
    };
  }
  if (isKeychainAuthError(error, "daemon_unavailable")) {
    const { advice, remedy } = error;
    const [, start] = /`(keychain-auth start)`/.exec(advice) ?? [];
    return {
      what: advice,
      commands: [
        // Without --socket.
        ...(remedy === undefined && flags.socket !== undefined ? ["kca doctor"] : []),
        ...[remedy ?? start].filter((command) => command !== undefined),
      ],
      ...(source.startsWith("named") && { hint: `The endpoint is ${source}` }),
      exitCode,
    };
  }
  return { ...failed(error, flags), exitCode };
}

/**
 * What to do when the daemon was reached but failed.
 *
 * @param explained Whether the error says why.
 */
export function failed(error: unknown, flags: DoctorFlags, explained: boolean = false): Problem {
  const { remedy } = error as { remedy?: unknown };
  const typed = typeof remedy === "string" ? remedy : undefined;
  const message = messageOf(error);
  const problem = {
    what: typed === undefined ? message : message.replace(`. Type: ${typed}`, ""),
    commands: typed === undefined ? [] : [typed],
    exitCode: exitCodeOf(error),
  };
  if (typed !== undefined || explained) return problem;
  if (isKeychainAuthError(error, "timeout") && error.sent) {
    return {
      ...problem,
      commands: [`kca doctor${samePlace(flags, "service", "socket")} --timeout 60s`],
      hint:
        "The keychain may be locked and waiting for its password: look for a window that asks for it",
    };
  }
  return problem;
}

/** What to do when the daemon only answers with an internal error. */
export function internalError(error: unknown, endpoint: string, machine: Machine): Problem {
  const path = isSystemEndpoint(endpoint) ? undefined : configFault(machine);
  if (path === undefined) return failed(error, { json: false, quiet: false });
  return {
    what: `The daemon cannot use its configuration: ${path} is not valid JSON`,
    commands: [],
    hint: "No command helps: correct the file with an editor. The daemon reads it again for " +
      "every connection",
    exitCode: EXIT.failed,
  };
}

/** The flag that chose the daemon, if any. */
type Asked = Pick<DoctorFlags, "socket">;

/** What to do when the daemon does not know this executable. */
export function unregistered(denials: readonly DeniedError[], flags: Asked = {}): Problem {
  return {
    what: "The daemon does not know this executable and denies all its requests",
    commands: denials.map(({ remedy }) => remedy),
    ...hintOf(denials[0]!, flags),
    exitCode: EXIT.denied,
  };
}

/** What to do when a service does not allow what is needed. */
export function forbidden(
  denial: DeniedError,
  missing: readonly string[],
  flags: Asked = {},
): Problem {
  return {
    what: `This executable may not ${missing.join(", ")} in service ${
      JSON.stringify(denial.service)
    }`,
    commands: [denial.remedy],
    ...hintOf(denial, flags),
    exitCode: EXIT.denied,
  };
}

function hintOf(
  { advice, warning, remedy }: DeniedError,
  { socket }: Asked,
): { hint?: string } {
  const placeholder = remedy.endsWith(` ${SERVICE}`)
    ? `${SERVICE} stands for your service's name: \`kca doctor --service NAME${
      samePlace({ socket }, "socket")
    }\` prints the whole line`
    : undefined;
  const sharing = warning &&
    "This approves every script that the runtime runs. A program made by `bun build --compile` or " +
      "`deno compile` has its own identity";
  const lines = [placeholder, advice, sharing].filter((line) => line !== undefined);
  return lines.length === 0 ? {} : { hint: lines.join(". ") };
}

/** The placeholder for a service that was not given. */
export const SERVICE = "SERVICE";

/** The same for a program that was replaced while it runs. */
export function replaced(path: string): Problem {
  return {
    what: `${path} was replaced while this program runs, and the daemon refuses it`,
    commands: [],
    hint: "Start the program again",
    exitCode: EXIT.failed,
  };
}
