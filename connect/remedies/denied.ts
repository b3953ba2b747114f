/**
 * Finds the remedy for a denial.
 *
 * @module
 */

import type { Destination } from "../../src/client/denial.ts";
import { DeniedError, type Executable } from "../../src/errors/denied.ts";
import type { Action } from "../../src/errors/reasons.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { UNREGISTERED } from "../../src/errors/reasons.ts";
import { runtime } from "../../src/runtime.ts";
import { approvalCommands, oneLine } from "./approve.ts";
import { configPath, othersWithHash, readEntries } from "./entries.ts";
import { devDaemon, listenerOf } from "./listener.ts";
import { asRoot, isSystemEndpoint, type Machine } from "./machine.ts";

/** What was denied. */
export interface Denied {
  readonly reason: string;
  readonly service: string;
  readonly action: Action;
}

/** @returns The error for the caller. */
export function denied(
  { reason, service, action }: Denied,
  executable: Executable,
  place: Destination,
  machine: Machine,
): DeniedError {
  const { path, sha256 } = executable;
  const { pid } = listenerOf(place.endpoint, place.peer?.pid, machine);
  const dev = devDaemon(pid, machine);
  const system = isSystemEndpoint(place.endpoint);
  const daemon = dev?.command ?? (system ? asRoot("keychain-auth", machine) : "keychain-auth");
  const entries = system || dev ? undefined : readEntries(configPath(), machine);
  const blocked = reason === UNREGISTERED && sha256 !== undefined;
  const others = blocked && entries ? othersWithHash(entries, path, sha256) : [];
  const remedy = oneLine(approvalCommands({ path, service, daemon, others }), path);
  const check = `\`${daemon} check ${shellWord(path)} ${shellWord(service)}\``;
  const known = (...advice: (string | undefined)[]): DeniedError => {
    const text = advice.filter((line) => line !== undefined).join("\n");
    return new DeniedError(reason, service, action, executable, {
      remedy,
      ...(text !== "" && { advice: text }),
    });
  };
  if (dev !== undefined && dev.command === undefined) {
    return known(
      "This `kca dev` runs without a configuration and denies this: start it with --config FILE, or " +
        "without --policy and --unregistered",
    );
  }
  if (others.length > 0) {
    return known(
      `The daemon knows this file by another path, ${
        others.map((o) => JSON.stringify(o)).join(", ")
      }, ` +
        `and only the first entry with its hash counts: ${check} shows it. The remedy removes the ` +
        "hash from that entry",
    );
  }
  return known(
    foreignOwner(place, machine),
    reason === UNREGISTERED && entries === undefined
      ? `If the daemon still denies it, another entry has this file's hash: ${check} shows the path ` +
        `of that entry ("expected …"). Type \`${daemon} approve none\` with that path`
      : undefined,
  );
}

/** A daemon of another user reads that user's configuration. */
function foreignOwner(
  { endpoint, peer }: Destination,
  { uid, files }: Machine,
): string | undefined {
  if (runtime.system === "windows" || isSystemEndpoint(endpoint)) return undefined;
  const owner = peer?.uid ?? files.look(endpoint)?.uid;
  if (owner === undefined || uid === undefined || owner === uid) return undefined;
  return `The daemon runs as user id ${owner}: type the command as that user`;
}
