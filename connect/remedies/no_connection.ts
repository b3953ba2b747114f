/**
 * What to do when no endpoint could be connected to.
 *
 * @module
 */

import {
  chooseEndpoint,
  endpointCandidates,
  endpointVariables,
} from "../../src/client/endpoint.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import type { Attempt } from "../../src/errors/unavailable.ts";
import { env, granted, runtime } from "../../src/runtime.ts";
import {
  asRoot,
  barrierOf,
  hasCommand,
  hasSystemDaemon,
  isSystemEndpoint,
  isThere,
  type Machine,
} from "./machine.ts";

/** What is wrong, and the command that fixes it, if there is one. */
export interface Advice {
  readonly advice: string;
  readonly remedy?: string;
}

/** Where the endpoint was given: an option, the variable, or nowhere. */
export type NamedBy = "endpoint" | "KEYCHAIN_AUTH_SOCKET" | undefined;

/** Asks whether a daemon answers at an endpoint; the answer is `undefined` when it is unknown. */
export type Ask<T> = Generator<string | undefined, T, boolean | undefined>;

const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ERROR_ACCESS_DENIED"]);
const NO_SOCKET: ReadonlySet<string> = new Set([
  ...["ENOTSOCK", "EPROTOTYPE", "ENOTDIR", "ELOOP", "ERROR_BAD_PIPE"],
]);
const OWN_LIMIT: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
const windows = runtime.system === "windows";
const NOT_INSTALLED = ". PATH has no keychain-auth: install it first, as " +
  "https://github.com/The-17/keychain-auth describes, or type its path";

/** @returns The command that removes a variable from this shell, on Windows from PowerShell. */
export function unset(variable: string): string {
  return windows ? `Remove-Item Env:${variable}` : `unset ${variable}`;
}

/**
 * Examines each endpoint that was tried and, if the endpoint was given, the default endpoints too.
 */
export function* noConnection(
  tried: readonly Attempt[],
  named: NamedBy,
  machine: Machine,
): Ask<Advice> {
  const limit = tried.find(({ error }) => OWN_LIMIT.has(error));
  if (limit) return { advice: "Close files or connections, or raise the limit with `ulimit -n`" };
  for (const attempt of tried) {
    const wrong = wrongKind(attempt, machine);
    if (wrong !== undefined) return noSocket(attempt.endpoint, wrong, named);
  }
  const closed = tried.find(({ error }) => DENIED.has(error));
  if (closed) return noEntry(closed, named, machine);
  return yield* notRunning(tried, named, machine);
}

/** @returns What is at the socket's path, in words; `undefined` where a daemon may have been. */
export function wrongKind(
  { endpoint, error }: Omit<Attempt, "reason">,
  { files }: Machine,
): string | undefined {
  if (error === "ENOTDIR") return "inside something that is not a folder";
  const facts = windows ? undefined : files.look(endpoint);
  const end = facts?.kind === "link" ? files.look(endpoint, true) : facts;
  if (facts?.kind === "link" && end?.kind === "absent") return "a symbolic link to nothing";
  if (end?.kind === "file") return "a plain file, not a socket";
  if (end?.kind === "folder") return "a folder, not a socket";
  if (end?.kind === "other") return "not a socket";
  return NO_SOCKET.has(error) ? `not the ${windows ? "pipe" : "socket"} of a daemon` : undefined;
}

function noSocket(endpoint: string, what: string, named: NamedBy): Advice {
  const advice = `${endpoint} is ${what}`;
  if (named === "KEYCHAIN_AUTH_SOCKET") {
    return { advice: `${advice}. KEYCHAIN_AUTH_SOCKET points to it`, remedy: unset(named) };
  }
  if (named === "endpoint") {
    return { advice: `${advice}: pass the daemon's socket, or leave out the endpoint` };
  }
  // The daemon would delete it, so move it away.
  const word = shellWord(endpoint);
  return {
    advice: `${advice}. The daemon's socket belongs there`,
    remedy: `mv ${word} ${shellWord(`${endpoint}.old`)}`,
  };
}

function noEntry({ endpoint }: Attempt, named: NamedBy, machine: Machine): Advice {
  const barrier = windows ? undefined : barrierOf(endpoint, machine);
  const what = barrier?.path ?? endpoint;
  const isFolder = barrier?.kind === "folder";
  const advice = `You may not ${isFolder ? "enter the folder" : "open"} ${what}`;
  const owner = barrier?.uid;
  if (owner !== undefined && owner === machine.uid) {
    const right = isFolder ? "u+rwx" : "u+rw";
    return { advice, remedy: `chmod ${right} ${shellWord(what)}` };
  }
  if (named === "KEYCHAIN_AUTH_SOCKET") {
    return { advice: `${advice}. KEYCHAIN_AUTH_SOCKET points there`, remedy: unset(named) };
  }
  if (named === undefined && isSystemEndpoint(endpoint)) {
    return {
      advice: `${advice}. As the daemon's package installs it, everybody may`,
      remedy: asRoot(`chmod ${isFolder ? "755" : "666"} ${what}`, machine),
    };
  }
  const runtimeFolder = env("XDG_RUNTIME_DIR");
  if (named === undefined && runtimeFolder && endpoint.startsWith(`${runtimeFolder}/`)) {
    return {
      advice: `${advice}. XDG_RUNTIME_DIR points there and belongs to another user`,
      remedy: unset("XDG_RUNTIME_DIR"),
    };
  }
  const whom = owner === undefined ? "its owner" : `user id ${owner}`;
  return {
    advice: `${advice}. The daemon there belongs to another user, or you have no access to its ` +
      `folder. No command helps: ask ${whom}`,
  };
}

function* notRunning(tried: readonly Attempt[], named: NamedBy, machine: Machine): Ask<Advice> {
  const stale = tried.some(({ error }) => error === "ECONNREFUSED");
  const ended = stale ? "The daemon was killed and left its socket behind" : "No daemon is running";
  const other = named === undefined ? undefined : yield* answering(tried, machine);
  if (other !== undefined) {
    const advice = `No daemon listens at ${tried[0]!.endpoint}, but one ` +
      (other.sure ? "answers" : "may listen") + ` at ${other.endpoint}`;
    return named === "endpoint"
      ? { advice: `${advice}: leave out the endpoint` }
      : { advice, remedy: unset("KEYCHAIN_AUTH_SOCKET") };
  }
  // The daemon cannot listen at the given path without its folder.
  const folder = folderOf(tried[0]?.endpoint ?? "/");
  const lost = named !== undefined && !windows &&
    machine.files.look(folder, true)?.kind === "absent";
  if (named === "KEYCHAIN_AUTH_SOCKET" && (lost || hasSystemDaemon(machine))) {
    return { advice: `${ended} at the path in KEYCHAIN_AUTH_SOCKET`, remedy: unset(named) };
  }
  if (hasSystemDaemon(machine)) {
    return {
      advice: `${ended}. It is installed as a system service`,
      remedy: asRoot("systemctl start keychain-auth", machine),
    };
  }
  // The other terminal may not have the variable.
  const own = "in its own terminal, because it stays in the foreground" +
    (hasCommand("keychain-auth", machine) === false ? NOT_INSTALLED : "");
  if (named === "endpoint" && lost) {
    const advice =
      `${ended} at ${tried[0]!.endpoint}, and its folder does not exist. Leave out the ` +
      `endpoint, and start the daemon with \`keychain-auth start\` ${own}`;
    return { advice };
  }
  const where = named === "KEYCHAIN_AUTH_SOCKET"
    ? " at the path in KEYCHAIN_AUTH_SOCKET"
    : named === "endpoint"
    ? ` at ${tried[0]!.endpoint}`
    : "";
  return {
    advice: `${ended}${where}. Start it ${own}`,
    // The other terminal may not have the variable.
    remedy: named === undefined || windows
      ? "keychain-auth start"
      : `keychain-auth start --socket ${shellWord(tried[0]!.endpoint)}`,
  };
}

function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, Math.max(1, end));
}

/** @returns The default endpoint at which a daemon answers, or may answer. */
function* answering(
  tried: readonly Attempt[],
  machine: Machine,
): Ask<{ endpoint: string; sure: boolean } | undefined> {
  const unnamed = (name: string): string | undefined =>
    name === "KEYCHAIN_AUTH_SOCKET" ? undefined : env(name);
  const variables = endpointVariables(runtime.system);
  if (!variables.every((variable) => granted({ name: "env", variable }))) return undefined;
  const candidates = endpointCandidates(undefined, { system: runtime.system, env: unnamed });
  const list = chooseEndpoint(candidates, (path) => isThere(path, machine));
  for (const endpoint of list.filter((other) => other !== tried[0]?.endpoint)) {
    if (!windows && machine.files.look(endpoint)?.kind === "absent") continue;
    const answers = yield endpoint;
    if (answers !== false) return { endpoint, sure: answers === true };
  }
  return undefined;
}
