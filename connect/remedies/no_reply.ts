/**
 * Finds the remedy for a daemon that runs and does not answer, or closes without a reply.
 *
 * @module
 */

import type { Executable } from "../../src/errors/denied.ts";
import type { Advice } from "./no_connection.ts";
import type { Destination } from "../../src/client/denial.ts";
import { isStopped, listenerOf } from "./listener.ts";
import { asRoot, type Machine } from "./machine.ts";

/** How many connections the daemon serves at once; a further one connects and waits. */
const MOST_CONNECTIONS = 64;

/** @returns Why the daemon does not answer, if this machine shows it. */
export function noReply({ endpoint, peer }: Destination, machine: Machine): Advice | undefined {
  const { pid, connections } = listenerOf(endpoint, peer?.pid, machine);
  if (pid !== undefined && isStopped(pid, machine)) {
    const owner = machine.files.look(`/proc/${pid}`)?.uid;
    const kill = `kill -CONT ${pid}`;
    const own = owner === undefined || owner === machine.uid;
    return {
      advice: `The daemon, process ${pid}, is stopped and answers nothing until it continues`,
      remedy: own ? kill : asRoot(kill, machine),
    };
  }
  if (connections >= MOST_CONNECTIONS) {
    return {
      advice: `The daemon serves ${MOST_CONNECTIONS} connections at once, and ${connections} are ` +
        "open. No command helps: try again when other programs have ended, or after 30 s, " +
        "when the daemon closes idle connections. Use one client for a whole program",
    };
  }
  return undefined;
}

/** @returns Why the daemon closed the connection, if this machine shows it. */
export function closedWithoutReply(
  { peer, answered }: Destination,
  { path, replaced }: Executable,
): Advice | undefined {
  if (replaced) {
    return {
      advice: `The executable ${path} was replaced or deleted while it runs, and the ` +
        "daemon closes such connections. Start the program again",
    };
  }
  // The process id is 0 for a process of another namespace.
  if (peer?.pid === 0) {
    return {
      advice:
        "The daemon runs outside of this container, where it cannot see the calling program. " +
        "No command helps: run the program outside, or start a daemon inside the container",
    };
  }
  if (answered === false) {
    return {
      advice:
        "The daemon closed the connection without a reply. It does so when it cannot see the calling " +
        "program: from a container or another namespace, or in a folder that its user may not " +
        "enter. No command helps here: read the daemon's log",
    };
  }
  return undefined;
}
