/** Random calls against a server that misbehaves on request, and what must hold all the same. */
import { readdirSync } from "node:fs";
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { isKeychainAuthError, type KeychainClient } from "../../mod.ts";
import type { AnyClient } from "./clients.ts";

/** What the server gives for a name. Nobody else's. */
export function valueOf(target: string): string {
  return `value of ${target} ä€😀`;
}

/** One random call. */
export interface Move {
  readonly kind: "get" | "read" | "write" | "delete";
  readonly targets: readonly string[];
  /** Milliseconds for the call; all have one, so that none can hang unnoticed. */
  readonly timeout: number;
  /** After how many milliseconds it is aborted, if it is. */
  readonly abort: number | undefined;
  /** Whether the next call waits for this one. */
  readonly wait: boolean;
}

const FAULTS = ["close", "half", "echo", "extra", "noise", "late", "drip", "int"];

/** A name, sometimes one that asks for a fault. */
function target(faults: number): fc.Arbitrary<string> {
  const name = fc.nat(99_999).map((number) => `k${number}`);
  const missing = fc.nat(999).map((number) => `m${number}`);
  const fault = fc.tuple(name, fc.constantFrom(...FAULTS), fc.constantFrom("", "!once")).map(
    ([name, fault, once]) => `${name}!${fault}${once}`,
  );
  return fc.oneof(
    { arbitrary: name, weight: 1000 - 50 - faults },
    { arbitrary: missing, weight: 50 },
    { arbitrary: fault, weight: faults },
  );
}

/**
 * Random calls.
 *
 * @param faults How many names in a thousand ask for a fault.
 */
export function moves(faults: number, least: number, most: number): fc.Arbitrary<Move[]> {
  const move = fc.record({
    kind: fc.oneof(
      { arbitrary: fc.constant("get" as const), weight: 6 },
      {
        arbitrary: fc.constantFrom("read" as const, "write" as const, "delete" as const),
        weight: 4,
      },
    ),
    targets: fc.uniqueArray(target(faults), { minLength: 1, maxLength: 4 }),
    timeout: fc.oneof(
      { arbitrary: fc.constant(3_000), weight: 40 },
      { arbitrary: fc.integer({ min: 1, max: 15 }), weight: 1 },
    ),
    abort: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 40 },
      { arbitrary: fc.nat(12), weight: 1 },
    ),
    wait: fc.nat(9).map((number) => number === 0),
  });
  return fc.array(move, { minLength: least, maxLength: most });
}

/** How calls ended: how often by success, by abort, and by each code of an error. */
export type Tally = Map<string, number>;

/** Makes the calls. Fails when a caller gets a value that is not its own, or an odd error. */
export async function play(
  client: AnyClient,
  moves: readonly Move[],
  tally: Tally = new Map(),
): Promise<void> {
  const calls: Promise<string>[] = [];
  for (const move of moves) {
    const call = judge(client, move);
    call.catch(() => {}); // told below, when all have ended
    calls.push(call);
    if (move.wait) await Promise.allSettled([call]);
  }
  for (const ended of await Promise.allSettled(calls)) {
    if (ended.status === "rejected") throw ended.reason;
    tally.set(ended.value, (tally.get(ended.value) ?? 0) + 1);
  }
}

async function judge(client: AnyClient, move: Move): Promise<string> {
  const began = performance.now();
  const aborted = new Error("aborted by the test");
  const controller = new AbortController();
  const timer = move.abort === undefined
    ? undefined
    : setTimeout(() => controller.abort(aborted), move.abort);
  try {
    const sync = !(Symbol.asyncDispose in client);
    const signal = move.abort === undefined || sync ? undefined : controller.signal;
    await make(client as KeychainClient, move, {
      timeout: move.timeout,
      ...(signal && { signal }),
    });
    return "success";
  } catch (error) {
    if (error === aborted) return "abort";
    assert(isKeychainAuthError(error), String(error));
    assert(ALLOWED.has(error.code), `${error.code}: ${error.message}`);
    assert(!error.message.includes("value of"), error.message);
    return error.code;
  } finally {
    clearTimeout(timer);
    const took = performance.now() - began;
    assert(took < move.timeout + 60_000, `${took} ms for a call with ${move.timeout} ms`);
  }
}

const ALLOWED: ReadonlySet<string> = new Set([
  "connection_lost",
  "daemon_error",
  "partial_failure",
  "protocol",
  "timeout",
]);

async function make(
  client: KeychainClient,
  { kind, targets }: Move,
  options: { timeout: number; signal?: AbortSignal },
): Promise<void> {
  const service = client.service("Chaos");
  switch (kind) {
    case "get":
      assertEquals(await service.get(targets[0]!, options), expected(targets[0]!));
      return;
    case "read": {
      const found = await service.read(targets, options);
      for (const target of targets) {
        assertEquals(found.get(target)?.reveal(), expected(target));
      }
      return;
    }
    case "write":
      return await service.write(
        targets.map((target) => [target, valueOf(target)] as const),
        options,
      );
    case "delete":
      await service.delete(targets[0]!, options);
  }
}

function expected(target: string): string | undefined {
  return target.startsWith("k") ? valueOf(target) : undefined;
}

/** How many descriptors this process has; `undefined` where that cannot be seen. */
export function descriptors(): number | undefined {
  // Wine shows the folder of its own process.
  if (process.platform === "win32") return undefined;
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}
