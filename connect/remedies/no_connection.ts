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
  hasSystemDaemon,
  isSystemEndpoint,
  isThere,
  type Machine,
} from "./machine.ts";

/** What is wrong, and the command that mends it, where one does. */
export interface Advice {
  readonly advice: string;
  readonly remedy?: string;
}

/** Who named the endpoint: an option, the variable, or nobody. */
export type NamedBy = "endpoint" | "KEYCHAIN_AUTH_SOCKET" | undefined;

/** Asks whether somebody answers at an endpoint; the answer is missing where nobody can tell. */
export type Ask<T> = Generator<string | undefined, T, boolean | undefined>;

const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ERROR_ACCESS_DENIED"]);
const NO_SOCKET: ReadonlySet<string> = new Set([
  ...["ENOTSOCK", "EPROTOTYPE", "ENOTDIR", "ELOOP", "ERROR_BAD_PIPE"],
]);
const OWN_LIMIT: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
const windows = runtime.system === "windows";

/** @returns The command that takes a variable out of this shell: PowerShell's on Windows. */
export function unset(variable: string): string {
  return windows ? `Remove-Item Env:${variable}` : `unset ${variable}`;
}

/** Looks at each endpoint, and for an endpoint that was named at those that were not. */
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

/** @returns What is in the socket's place, in words; `undefined` where a daemon may have been. */
export function wrongKind(
  { endpoint, error }: Omit<Attempt, "reason">,
  { files }: Machine,
): string | undefined {
  if (error === "ENOTDIR") return "below something that is not a folder";
  const facts = windows ? undefined : files.look(endpoint);
  const end = facts?.kind === "link" ? files.look(endpoint, true) : facts;
  if (facts?.kind === "link" && end?.kind === "absent") return "a link that leads nowhere";
  if (end?.kind === "file") return "a plain file, not a socket";
  if (end?.kind === "folder") return "a folder, not a socket";
  if (end?.kind === "other") return "not a socket";
  return NO_SOCKET.has(error) ? `not the ${windows ? "pipe" : "socket"} of a daemon` : undefined;
}

function noSocket(endpoint: string, what: string, named: NamedBy): Advice {
  const advice = `${endpoint} is ${what}`;
  if (named === "KEYCHAIN_AUTH_SOCKET") {
    return { advice: `${advice}, and KEYCHAIN_AUTH_SOCKET names it`, remedy: unset(named) };
  }
  if (named === "endpoint") {
    return { advice: `${advice}: name the daemon's socket, or leave the endpoint out` };
  }
  // The daemon would remove it.
  const word = shellWord(endpoint);
  return {
    advice: `${advice}, and in the daemon's place`,
    remedy: `mv ${word} ${shellWord(`${endpoint}.old`)}`,
  };
}

function noEntry({ endpoint }: Attempt, named: NamedBy, machine: Machine): Advice {
  const barrier = windows ? undefined : barrierOf(endpoint, machine);
  const what = barrier?.path ?? endpoint;
  const isFolder = barrier?.kind === "folder";
  const advice = `${what} may not be ${isFolder ? "entered" : "opened"} by you`;
  const owner = barrier?.uid;
  if (owner !== undefined && owner === machine.uid) {
    const right = isFolder ? "u+rwx" : "u+rw";
    return { advice, remedy: `chmod ${right} ${shellWord(what)}` };
  }
  if (named === "KEYCHAIN_AUTH_SOCKET") {
    return { advice: `${advice}, and KEYCHAIN_AUTH_SOCKET leads there`, remedy: unset(named) };
  }
  if (named === undefined && isSystemEndpoint(endpoint)) {
    return {
      advice: `${advice}; everybody may, where the daemon's package has installed it`,
      remedy: asRoot(`chmod ${isFolder ? "755" : "666"} ${what}`, machine),
    };
  }
  const runtimeFolder = env("XDG_RUNTIME_DIR");
  if (named === undefined && runtimeFolder && endpoint.startsWith(`${runtimeFolder}/`)) {
    return {
      advice: `${advice}, and XDG_RUNTIME_DIR leads there: it is another user's`,
      remedy: unset("XDG_RUNTIME_DIR"),
    };
  }
  const whom = owner === undefined ? "its owner" : `user id ${owner}`;
  return {
    advice:
      `${advice}. The daemon there belongs to another user, or its folder is closed to you. ` +
      `There is no command for it: ask ${whom}`,
  };
}

function* notRunning(tried: readonly Attempt[], named: NamedBy, machine: Machine): Ask<Advice> {
  const stale = tried.some(({ error }) => error === "ECONNREFUSED");
  const ended = stale ? "The daemon was killed and has left its socket" : "No daemon is running";
  const other = named === undefined ? undefined : yield* answering(tried, machine);
  if (other !== undefined) {
    const advice = `Nobody listens at ${tried[0]!.endpoint}, and a daemon ` +
      (other.sure ? "answers" : "may be") + ` at ${other.endpoint}`;
    return named === "endpoint"
      ? { advice: `${advice}: leave the endpoint out` }
      : { advice, remedy: unset("KEYCHAIN_AUTH_SOCKET") };
  }
  // The daemon would listen where it was named, if it could.
  const folder = tried[0]?.endpoint.replace(/\/[^/]*$/, "") || "/";
  const lost = named !== undefined && !windows &&
    machine.files.look(folder, true)?.kind === "absent";
  if (named === "KEYCHAIN_AUTH_SOCKET" && (lost || hasSystemDaemon(machine))) {
    return { advice: `${ended} where KEYCHAIN_AUTH_SOCKET says`, remedy: unset(named) };
  }
  if (hasSystemDaemon(machine)) {
    return {
      advice: `${ended}. It is installed for the whole system`,
      remedy: asRoot("systemctl start keychain-auth", machine),
    };
  }
  // The other terminal may not have the variable.
  const own = "in a terminal of its own, because it stays in the foreground";
  if (named === "endpoint" && lost) {
    const advice = `${ended} at ${tried[0]!.endpoint}, and its folder does not exist. Leave the ` +
      `endpoint out, and start the daemon with \`keychain-auth start\` ${own}`;
    return { advice };
  }
  const where = named === "KEYCHAIN_AUTH_SOCKET"
    ? " where KEYCHAIN_AUTH_SOCKET says"
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

/** @returns Where a daemon answers by default, or where nobody can tell. */
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
