/**
 * Finds out what this caller may ask, as a client must: with requests for random names.
 *
 * @module
 */

import { runtime } from "../src/runtime.ts";
import { type Bench, joined } from "./bench.ts";
import { type Condition, otherCase } from "./table/exchange.ts";
import { ANP, SNA, UNREG } from "./table/replies.ts";
import type { ConformancePermission } from "./types.ts";
import { CLOSED } from "./wire.ts";

/** The findings. */
export interface Conditions {
  readonly holds: ReadonlySet<Condition>;
  readonly permissions: readonly ConformancePermission[];
  /** What was received instead of a reply; undefined when all requests were answered. */
  readonly unanswered?: string;
}

const READ = '"action":"read","targets":["@probe"]';
const DELETE = '"action":"delete","targets":["@probe"]';
const SEARCH = '"action":"search","targets":["@probe"]';

/** Why a check that needs this is skipped. */
export function missing(condition: Condition, service: string): string {
  const name = JSON.stringify(service);
  switch (condition) {
    case "read":
      return `this caller may not read ${name}`;
    case "write":
      return `this caller may not write ${name}`;
    case "search":
      return `this caller may not search ${name}`;
    case "no search":
      return "needs a caller that may read but not search";
    case "no read":
      return `this caller may read ${name}`;
    case "no write":
      return `this caller may write ${name}`;
    case "policy":
      return "this daemon has no policy: it allows a service with a random name";
    case "letters":
      return "the service's name has no letters";
    case "unregistered":
      return "the daemon knows this executable";
    case "unix":
      return "pipes cannot be half-closed, and have no idle timeout";
  }
}

/** A request on a closed connection would lose the denial that arrived before, so send nothing. */
async function isTurnedAway(bench: Bench): Promise<boolean> {
  const wire = await bench.open();
  const told = await wire.rest(Math.min(bench.settings.timeout, 5_000));
  await bench.tidy();
  return told === bench.reply(UNREG) + CLOSED;
}

/** Sends requests for random names. */
export async function findConditions(bench: Bench): Promise<Conditions> {
  const ask = (service: string, members: string): Uint8Array =>
    bench.line(`{"type":"REQUEST","service":"${service}",${members}}`);
  const probes = ["$", "~"].flatMap((service) =>
    [READ, DELETE, SEARCH].map((members) => ask(service, members))
  );
  const wire = await bench.shared();
  wire.send(joined(...probes));
  const replies: string[] = [];
  const holds = new Set<Condition>();
  if (runtime.system !== "windows") holds.add("unix");
  if (otherCase(bench.names.service) !== bench.names.service) holds.add("letters");
  for (let count = 0; count < probes.length; count++) {
    const reply = await wire.line();
    if (reply === `${UNREG}\n`) {
      await bench.drop();
      return { holds: new Set<Condition>(["unregistered", ...holds]), permissions: [] };
    }
    if (!reply.endsWith("\n")) {
      await bench.drop();
      if (replies.length === 0 && await isTurnedAway(bench)) {
        return { holds: new Set<Condition>(["unregistered", ...holds]), permissions: [] };
      }
      return { holds, permissions: [], unanswered: replies.join("") + reply };
    }
    replies.push(reply);
  }
  const [read, write, search, ...unlisted] = replies.map((reply) =>
    reply !== `${SNA}\n` && reply !== `${ANP}\n`
  ) as [boolean, boolean, boolean, ...boolean[]];
  // Without a policy all three are allowed; a daemon that allows only some is faulty.
  const policy = unlisted.some((allowed) => !allowed);
  const found: [Condition, boolean][] = [
    ["read", read],
    ["write", write],
    ["search", search],
    ["no search", read && !search],
    ["no read", !read],
    ["no write", !write],
    ["policy", policy],
  ];
  for (const [condition, held] of found) if (held) holds.add(condition);
  const permissions = (["read", "write", "search", "policy"] as const)
    .filter((permission) => holds.has(permission));
  return { holds, permissions };
}
