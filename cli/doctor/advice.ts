/**
 * From what was found to what to type.
 *
 * @module
 */

import { isKeychainAuthError } from "../../src/errors/base.ts";
import type { DeniedError, Executable } from "../../src/errors/denied.ts";
import type { UntrustedPeerError } from "../../src/errors/unavailable.ts";
import { messageOf } from "../exit_codes.ts";
import type { Allowed, Permission, Problem } from "./types.ts";
import { mayReadVariables } from "./way.ts";

/** What to do when no endpoint could be connected to. */
export function unreachable(
  error: unknown,
  source: string,
  socket: string | undefined,
  flags: readonly (readonly string[])[] | undefined,
): Problem {
  if (flags !== undefined && (isKeychainAuthError(error, "permission") || !mayReadVariables())) {
    return {
      what: mayReadVariables()
        ? "Deno was not given the permission to reach the daemon"
        : "Deno was not given the permission to look for the daemon",
      commands: flags.map((set) => `deno run ${set.map(quoted).join(" ")} …`),
      hint: mayReadVariables()
        ? "Any one of these is enough. FFI is the faster one, and amounts to full trust"
        : "FFI amounts to full trust. To do without it, run kca doctor again with these flags: it " +
          "then knows the socket and shows those for node:net",
    };
  }
  if (isKeychainAuthError(error, "daemon_unavailable")) {
    const named = source.endsWith("KEYCHAIN_AUTH_SOCKET");
    return {
      what: `No daemon answers ${named || socket !== undefined ? "there" : "anywhere"}`,
      commands: [...(named ? ["unset KEYCHAIN_AUTH_SOCKET"] : []), "keychain-auth start"],
      hint: named
        ? "The endpoint is the one that KEYCHAIN_AUTH_SOCKET names"
        : "Only to try things out: kca dev --seed FILE serves secrets from memory",
    };
  }
  if (isKeychainAuthError(error, "untrusted_peer")) {
    const { endpoint } = error as unknown as UntrustedPeerError;
    return { what: messageOf(error), commands: [`ls -ln ${quoted(endpoint)}`] };
  }
  return { what: messageOf(error), commands: [] };
}

/** What to do when the daemon does not know this executable. */
export function unregistered(
  denied: DeniedError,
  executable: Executable | undefined,
  services: readonly string[],
): Problem {
  return {
    what: "The daemon does not know this executable, so it answers nothing",
    commands: authorize(denied, executable, services),
    ...shared(executable),
  };
}

/** What to do when a service does not allow what is needed. */
export function forbidden(
  service: string,
  allowed: Allowed,
  needed: readonly Permission[],
  denied: DeniedError,
  executable: Executable | undefined,
): Problem | undefined {
  const missing = needed.filter((permission) => allowed[permission] === "denied");
  if (missing.length === 0) return undefined;
  return {
    what: `This executable may not ${missing.join(", ")} in service ${JSON.stringify(service)}`,
    commands: authorize(denied, executable, [service]),
    ...shared(executable),
  };
}

function authorize(
  { remedy, service }: DeniedError,
  executable: Executable | undefined,
  services: readonly string[],
): string[] {
  // The remedy quotes path and service for the shell; the path is all that is missing to it.
  const command = executable === undefined ? remedy.replace("PATH", WHICH) : remedy;
  if (services.length === 0) return [command.replace(service, "SERVICE")];
  return services.map((name) => command.replace(quoted(service), quoted(name)));
}

/** The real path of the runtime, found by the shell. */
const WHICH = '"$(readlink -f "$(command -v deno)")"';

function shared(executable: Executable | undefined): { hint?: string } {
  if (executable !== undefined && !executable.shared) return {};
  return {
    hint: "This approves every script that the runtime runs. A program made by " +
      "`bun build --compile` or `deno compile` has an identity of its own",
  };
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
