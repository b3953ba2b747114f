/**
 * Deletes the names that a run has written.
 *
 * @module
 */

import type { Bench } from "./bench.ts";
import { INT, OK, SNA } from "./table/replies.ts";
import { Wire } from "./wire.ts";

/**
 * Replies after which a name does not exist: deleted, missing, or in a service that could not be
 * written to.
 */
const GONE = new Set([OK, INT, SNA].map((reply) => `${reply}\n`));

/**
 * Deletes every name that may have been written: by the prefix where that is allowed, else one by
 * one. Uses a separate connection, even when the run was stopped.
 *
 * @param services Where it may have been written.
 * @returns The names that could not be deleted.
 */
export async function cleanUp(bench: Bench, services: readonly string[]): Promise<string[]> {
  const { written, settings: { endpoint, timeout } } = bench;
  if (written.size === 0) return [];
  let wire: Wire | undefined;
  const left = new Set<string>();
  try {
    wire = await Wire.open(endpoint, timeout);
    for (const service of services) {
      for (const name of await removeFrom(wire, service, bench)) left.add(name);
    }
  } catch {
    return [...written];
  } finally {
    await wire?.close();
  }
  return [...left];
}

async function removeFrom(wire: Wire, service: string, bench: Bench): Promise<string[]> {
  const { written, root } = bench;
  const ask = async (members: object): Promise<string> => {
    wire.send(`${JSON.stringify({ type: "REQUEST", service, ...members })}\n`);
    return await wire.line();
  };
  const list = () => ask({ action: "search", targets: [root] });
  await ask({ action: "delete", match: "prefix", targets: [root] });
  const listed = await list();
  if (listed === `${OK}\n`) return [];
  const left: string[] = [];
  for (const name of written) {
    const reply = await ask({ action: "delete", targets: [name] });
    if (!GONE.has(reply)) left.push(name);
  }
  const names = namesIn(await list(), root);
  return names ?? left;
}

/** The names in a reply to a search; undefined when it is not such a reply. */
function namesIn(reply: string, root: string): string[] | undefined {
  try {
    const { status, results = [] } = JSON.parse(reply) as {
      status?: unknown;
      results?: { target: string }[];
    };
    if (status !== "success") return undefined;
    return results.map(({ target }) => target).filter((name) => name.startsWith(root));
  } catch {
    return undefined;
  }
}
