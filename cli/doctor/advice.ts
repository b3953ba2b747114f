/**
 * From what was found to what to type.
 *
 * @module
 */

import { isKeychainAuthError } from "../../src/errors/mod.ts";
import type { Executable } from "../../src/errors/denied.ts";
import type { DaemonUnavailableError, UntrustedPeerError } from "../../src/errors/unavailable.ts";
import { runtime } from "../../src/runtime.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { EXIT, exitCodeOf, messageOf } from "../exit_codes.ts";
import type { Allowed, Permission, Problem } from "./types.ts";
import { isNoSocket, mayReadVariables } from "./way.ts";

/** What to do when no endpoint could be connected to. */
export function unreachable(
  error: unknown,
  source: string,
  socket: string | undefined,
  flags: readonly (readonly string[])[] | undefined,
): Problem {
  const exitCode = EXIT.noDaemon;
  if (flags !== undefined && (isKeychainAuthError(error, "permission") || !mayReadVariables())) {
    return {
      what: mayReadVariables()
        ? "Deno was not given the permission to reach the daemon"
        : "Deno was not given the permission to look for the daemon",
      commands: flags.map((set) => `deno run ${set.map((flag) => shellWord(flag)).join(" ")} …`),
      hint: mayReadVariables()
        ? "Any one of these is enough. FFI is the faster one, and amounts to full trust"
        : "FFI amounts to full trust. To do without it, run kca doctor again with these flags: it " +
          "then knows the socket and shows those for node:net",
      exitCode,
    };
  }
  if (isKeychainAuthError(error, "daemon_unavailable")) {
    return { ...unavailable(error as unknown as DaemonUnavailableError, source, socket), exitCode };
  }
  if (isKeychainAuthError(error, "untrusted_peer")) {
    const { endpoint } = error as unknown as UntrustedPeerError;
    return { what: messageOf(error), commands: look(endpoint), exitCode };
  }
  return { what: messageOf(error), commands: [], exitCode };
}

function unavailable(
  { tried }: DaemonUnavailableError,
  source: string,
  socket: string | undefined,
): Omit<Problem, "exitCode"> {
  const closed = tried.find(({ error }) => CLOSED.has(error));
  if (closed) {
    return {
      what: `${closed.endpoint} may not be opened by you`,
      commands: look(closed.endpoint),
      hint: "It, or its folder, belongs to somebody else: ask its owner",
    };
  }
  const other = tried.find(isNoSocket);
  if (other) {
    return {
      what: `${other.endpoint} is not a socket`,
      commands: [...(socket === undefined ? [] : [WITHOUT]), ...look(other.endpoint)],
      hint: `It is the endpoint ${source}`,
    };
  }
  const byVariable = source.endsWith("KEYCHAIN_AUTH_SOCKET");
  const named = byVariable || socket !== undefined;
  return {
    what: `No daemon answers ${named ? "there" : "anywhere"}`,
    commands: [
      ...(byVariable ? [UNSET] : socket !== undefined ? [WITHOUT] : []),
      "keychain-auth start",
    ],
    hint: named
      ? `It is the endpoint ${source}`
      : "Only to try things out: kca dev --seed FILE serves secrets from memory",
  };
}

/** What to do when the daemon was reached and then failed. */
export function failed(error: unknown): Problem {
  const lost = isKeychainAuthError(error, "connection_lost");
  return {
    what: messageOf(error),
    commands: lost ? ["keychain-auth start"] : [],
    ...(lost && { hint: "It has ended meanwhile, or closes connections: its log says why" }),
    exitCode: exitCodeOf(error),
  };
}

/** What to do when the daemon does not know this executable. */
export function unregistered(
  executable: Executable | undefined,
  services: readonly string[],
): Problem {
  return {
    what: "The daemon does not know this executable, so it answers nothing",
    commands: authorize(executable, services),
    ...shared(executable),
    exitCode: EXIT.denied,
  };
}

/** What to do when a service does not allow what is needed. */
export function forbidden(
  service: string,
  allowed: Allowed,
  needed: readonly Permission[],
  executable: Executable | undefined,
): Problem | undefined {
  const missing = needed.filter((permission) => allowed[permission] === "denied");
  if (missing.length === 0) return undefined;
  return {
    what: `This executable may not ${missing.join(", ")} in service ${JSON.stringify(service)}`,
    commands: authorize(executable, [service]),
    ...shared(executable),
    exitCode: EXIT.denied,
  };
}

function authorize(executable: Executable | undefined, services: readonly string[]): string[] {
  const program = executable === undefined ? WHICH : shellWord(executable.path);
  const names = services.length === 0 ? ["SERVICE"] : services.map((name) => shellWord(name));
  return names.map((name) => `keychain-auth authorize ${program} ${name}`);
}

const windows = runtime.system === "windows";

/** The real path of the runtime, found by the shell; of those on Windows, PowerShell. */
const WHICH = windows ? '"$((Get-Command deno).Source)"' : '"$(readlink -f "$(command -v deno)")"';

/** Without --socket. */
const WITHOUT = "kca doctor";

const CLOSED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ERROR_ACCESS_DENIED"]);

function look(path: string): string[] {
  return windows ? [] : [`ls -ln ${shellWord(path)}`];
}

const UNSET = windows ? "Remove-Item Env:KEYCHAIN_AUTH_SOCKET" : "unset KEYCHAIN_AUTH_SOCKET";

function shared(executable: Executable | undefined): { hint?: string } {
  if (executable !== undefined && !executable.shared) return {};
  return {
    hint: "This approves every script that the runtime runs. A program made by " +
      "`bun build --compile` or `deno compile` has an identity of its own",
  };
}
