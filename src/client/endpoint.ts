/**
 * Where the daemon listens, by its rule for each system.
 *
 * @module
 */

import { InvalidRequestError } from "../errors/request.ts";
import { utf8Length } from "../protocol/encode.ts";
import type { OperatingSystem } from "../runtime.ts";

/** The folder of a daemon that runs for the whole system (Linux). */
export const SYSTEM_FOLDER = "/run/keychain-auth";
/** The pipe (Windows). */
export const PIPE = "\\\\.\\pipe\\keychain-auth";

/** What the choice depends on. */
export interface EndpointSurroundings {
  /** Whose rule is followed. */
  readonly system: OperatingSystem;
  /** A variable of the environment; `undefined` when it is unset or empty. */
  env(name: string): string | undefined;
}

/**
 * Where the daemon may listen: one endpoint, or two on Linux, of which a client uses one.
 *
 * 1. `endpoint`, alone, when it is given
 * 2. `KEYCHAIN_AUTH_SOCKET`, alone, when it is set and not empty
 * 3. Linux: `/run/keychain-auth/agent.sock`, where that folder exists (a daemon for the whole
 *    system); else `$XDG_RUNTIME_DIR/keychain-auth/agent.sock`, and where that variable is not an
 *    absolute path, `~/.cache/keychain-auth/agent.sock`;
 *    macOS: `~/Library/Application Support/keychain-auth/agent.sock`;
 *    Windows: `\\.\pipe\keychain-auth`
 *
 * @param endpoint What the caller named.
 * @param surroundings System and environment.
 * @throws {InvalidRequestError} When a name cannot be an endpoint: empty, too long for the
 * system's `sun_path`, or not a pipe's name on Windows.
 *
 * @example
 * ```ts
 * import { endpointCandidates } from "@keychain-auth/client/core";
 *
 * const variables: Record<string, string> = { XDG_RUNTIME_DIR: "/run/user/1000", HOME: "/home/me" };
 * const env = (name: string) => variables[name];
 * console.log(endpointCandidates(undefined, { system: "linux", env }));
 * // [ "/run/keychain-auth/agent.sock", "/run/user/1000/keychain-auth/agent.sock" ]
 * ```
 */
export function endpointCandidates(
  endpoint: string | undefined,
  { system, env }: EndpointSurroundings,
): readonly string[] {
  const argument = endpoint === undefined ? "KEYCHAIN_AUTH_SOCKET" : "endpoint";
  const named = endpoint ?? env("KEYCHAIN_AUTH_SOCKET");
  if (named !== undefined) return [checkEndpoint(named, system, argument)];
  if (system === "windows") return [PIPE];
  const home = env("HOME");
  const candidates: string[] = [];
  if (system === "darwin") {
    if (home) candidates.push(`${home}/Library/Application Support/keychain-auth/agent.sock`);
  } else {
    candidates.push(`${SYSTEM_FOLDER}/agent.sock`);
    const runtimeFolder = env("XDG_RUNTIME_DIR");
    // By its specification a relative path is invalid and counts as unset.
    const folder = runtimeFolder?.startsWith("/") ? runtimeFolder : home && `${home}/.cache`;
    if (folder) candidates.push(`${folder}/keychain-auth/agent.sock`);
  }
  return candidates;
}

/**
 * The daemon's own rule: where the folder of a daemon for the whole system exists, that daemon and
 * no other, even if it is not running.
 *
 * @param candidates What {@linkcode endpointCandidates} returned.
 * @param exists Whether a path exists; `undefined` when the runtime does not permit the check.
 * @returns The endpoint to use. Where the runtime does not permit the check, both, in the order in
 * which to try them.
 */
export function chooseEndpoint(
  candidates: readonly string[],
  exists: (path: string) => boolean | undefined,
): readonly string[] {
  if (candidates.length < 2) return candidates;
  const there = exists(SYSTEM_FOLDER);
  return there === undefined ? candidates : candidates.slice(there ? 0 : 1, there ? 1 : 2);
}

/** Whether a path is longer than the name of a socket may be. */
export function isTooLong(path: string, system: OperatingSystem): boolean {
  return system !== "windows" && utf8Length(path) >= maxPath(system);
}

/** @returns The environment variables that say where the daemon is. */
export function endpointVariables(system: OperatingSystem): readonly string[] {
  if (system === "windows") return ["KEYCHAIN_AUTH_SOCKET"];
  if (system === "darwin") return ["KEYCHAIN_AUTH_SOCKET", "HOME"];
  return ["KEYCHAIN_AUTH_SOCKET", "XDG_RUNTIME_DIR", "HOME"];
}

/**
 * Bytes of a socket path with its terminating NUL: `sun_path` of unix(7) on Linux, `<sys/un.h>` on
 * macOS.
 */
function maxPath(system: OperatingSystem): number {
  return system === "darwin" ? 104 : 108;
}

/**
 * Checks a name and brings a pipe's name into the form that Windows documents.
 *
 * @returns The endpoint to connect to.
 * @throws {InvalidRequestError} When it cannot be one.
 */
function checkEndpoint(endpoint: string, system: OperatingSystem, argument: string): string {
  const problem = problemOf(endpoint, system);
  if (problem !== undefined) throw new InvalidRequestError(argument, problem);
  return system === "windows" ? endpoint.replaceAll("/", "\\") : endpoint;
}

/** @returns Why it cannot be an endpoint, if it cannot. */
function problemOf(endpoint: unknown, system: OperatingSystem): string | undefined {
  if (typeof endpoint !== "string") return "expected a string";
  if (endpoint === "") return "expected a path, got an empty string";
  if (endpoint.includes("\0")) return "it contains a NUL character";
  if (system === "windows") {
    return isLocalPipe(endpoint)
      ? undefined
      : `a pipe name has the form ${PIPE}, and none of its parts may be "." or ".."`;
  }
  const [, path] = /^(?:unix|file):(?:\/\/)?(\/.*)/s.exec(endpoint) ?? [];
  if (path !== undefined) return `pass the path alone: ${JSON.stringify(path)}`;
  const size = utf8Length(endpoint) + 1;
  const most = maxPath(system);
  return size > most
    ? `the path takes ${size} bytes with its NUL, and a socket's path may take ${most}`
    : undefined;
}

/**
 * True for the name of a pipe on this machine. False for a file, and for a pipe of another machine,
 * which would make the client send its requests over the network. `..` is refused: Windows takes
 * `\\.\pipe\..\C:\file` for the file and `\\.\pipe\..\UNC\host\pipe\x` for the host's pipe.
 *
 * @param name With `\` or `/`.
 */
export function isLocalPipe(name: string): boolean {
  // Windows drops blanks and dots at the end of a name.
  return /^[\\/]{2}[.?][\\/]pipe[\\/]./is.test(name) &&
    !/[\\/][. ]+(?:[\\/]|$)/.test(name.slice("//./".length));
}
