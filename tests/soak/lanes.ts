/** The lanes of the soak: one client each, for each transport, and one without promises. */
import { connect, type KeychainClient, type Service } from "../../mod.ts";
import { connectSync, type KeychainClientSync } from "../../sync.ts";
import { FIXED, SERVICE, valueOf } from "./secrets.ts";
import { tally } from "./tally.ts";
import { Written } from "./written.ts";

// Milliseconds for each call, and after how many more it counts as hanging.
const TIMEOUT = 2_500;
const GRACE = 15_000;
// After so many calls a lane closes its client and makes another.
const CALLS_PER_CLIENT = 100;

/** The running lanes. */
export interface Lanes {
  /** Milliseconds until every lane has had a right answer again. */
  recovered(): Promise<number>;
  end(): Promise<void>;
  /** What each lane waits for, and since when. */
  waiting(): string[];
}

type Asynchronous = "ffi" | "node" | "deno";

let over = false;
const steps = new Map<string, { what: string; since: number }>();

/** @param pace Milliseconds between two calls of a lane. */
export function startLanes(endpoint: string, transports: string[], pace: number): Lanes {
  const answered = new Map<string, number>();
  const done = transports.map((name) => {
    answered.set(name, 0);
    const answer = () => answered.set(name, performance.now());
    return name === "sync"
      ? runSync(endpoint, pace * 3, answer)
      : run(name, endpoint, pace, answer);
  });
  return {
    async recovered() {
      const started = performance.now();
      while ([...answered.values()].some((at) => at < started)) await sleep(20);
      return Math.round(performance.now() - started);
    },
    async end() {
      over = true;
      await Promise.all(done);
    },
    waiting() {
      return [...steps].map(([lane, { what, since }]) =>
        `${lane}: ${what} for ${Math.round(performance.now() - since)} ms`
      );
    },
  };
}

/** Makes a client of each transport, and closes it. */
export async function useOnce(endpoint: string, transports: readonly string[]): Promise<void> {
  for (const name of transports) {
    if (name === "sync") continue; // it uses what ffi uses
    const client = await connect({ endpoint, transport: name as Asynchronous });
    await client.service(SERVICE).get(FIXED[0]!);
    await client.close();
  }
}

async function run(name: string, endpoint: string, pace: number, answer: () => void) {
  const written = new Written(`lane ${name}`);
  let client: KeychainClient | undefined;
  const transport = name as Asynchronous;
  for (let call = 0; !over; call++) {
    tally.operation(name);
    try {
      if (client === undefined) step(name, "connect");
      client ??= await inTime(
        connect({ endpoint, transport, timeout: TIMEOUT, connectTimeout: TIMEOUT }),
      );
      step(name, `call ${call}`);
      await inTime(ask(client.service(SERVICE), written, call));
      answer();
    } catch (error) {
      tally.error(error);
    }
    if (call % CALLS_PER_CLIENT === CALLS_PER_CLIENT - 1) {
      step(name, "close");
      await client?.close();
      client = undefined;
    }
    step(name, "pause");
    // Now and then longer than the daemon's idle time.
    await sleep(call % 40 === 20 ? 2_000 : pace);
  }
  step(name, "last close");
  await client?.close();
  step(name, "nothing");
}

async function runSync(endpoint: string, pace: number, answer: () => void) {
  let client: KeychainClientSync | undefined;
  for (let call = 0; !over; call++) {
    tally.operation("sync");
    step("sync", `call ${call}`);
    try {
      client ??= connectSync({ endpoint, timeout: 300, connectTimeout: 300 });
      const name = FIXED[call % FIXED.length]!;
      same(name, client.service(SERVICE).get(name), valueOf(name));
      answer();
    } catch (error) {
      tally.error(error);
    }
    if (call % CALLS_PER_CLIENT === CALLS_PER_CLIENT - 1) {
      client?.close();
      client = undefined;
    }
    step("sync", "pause");
    await sleep(pace);
  }
  client?.close();
  step("sync", "nothing");
}

async function ask(service: Service, written: Written, call: number): Promise<void> {
  const name = FIXED[(call * 7) % FIXED.length]!;
  switch (call % 6) {
    case 0:
      return same(name, await service.get(name), valueOf(name));
    case 1: {
      const names = [name, "missing", FIXED[0]!, FIXED[49]!];
      const values = await Promise.all(names.map((each) => service.get(each)));
      names.forEach((each, at) =>
        same(each, values[at], each === "missing" ? undefined : valueOf(each))
      );
      return;
    }
    case 2: {
      const found = await service.readPrefix("FIXED_1");
      same("FIXED_1…", found.size, 11);
      for (const [each, secret] of found) same(each, secret.reveal(), valueOf(each));
      return;
    }
    case 3:
      return same("names", (await service.search("FIXED_")).length, FIXED.length);
    case 4:
      if (call % 5 === 0) return await remove(service, written);
      return await write(service, written);
    case 5: {
      const found = await service.read([written.key, "INCARNATION"]);
      const [value, incarnation] = [written.key, "INCARNATION"].map((each) =>
        found.get(each)?.reveal()
      );
      return tally.wrong(written.fault(value, incarnation));
    }
  }
}

async function write(service: Service, written: Written): Promise<void> {
  const { number, value } = written.next();
  try {
    await service.write({ [written.key]: value });
  } catch (error) {
    written.unknown(number);
    throw error;
  }
  written.acknowledged(number);
}

async function remove(service: Service, written: Written): Promise<void> {
  let surely = false;
  try {
    await service.delete(written.key);
    surely = true;
  } finally {
    written.deleted(surely);
  }
}

function step(lane: string, what: string): void {
  steps.set(lane, { what, since: performance.now() });
}

function same(what: string, seen: unknown, right: unknown): void {
  if (seen !== right) tally.wrong(`${what}: ${String(seen).slice(0, 60)}`);
}

/** Counts a call that has not ended long after its timeout. */
async function inTime<T>(call: Promise<T>): Promise<T> {
  const timer = setTimeout(() => tally.hang(), TIMEOUT * 2 + GRACE);
  try {
    return await call;
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
