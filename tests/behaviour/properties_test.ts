/** What holds for any input and any order of events, tried with random ones. */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { InvalidRequestError } from "../../mod.ts";
import { runtime, test } from "../harness.ts";
import { descriptors, moves, play, type Tally } from "../support/chaos.ts";
import { type AnyClient, modes, startDaemonFor, startProcess } from "../support/clients.ts";
import { sleep, until } from "../support/raw_client.ts";

/** `KEYCHAIN_AUTH_TEST_SOAK=1000000` makes that many random calls, which takes minutes. */
const SOAK = Number(process.env.KEYCHAIN_AUTH_TEST_SOAK ?? 0);
const CALLS = SOAK || 3_000;
/** On Deno with `DENO_V8_FLAGS=--expose-gc` only. */
const collect = collector();

const text = fc.string({ unit: "binary", maxLength: 12 });
const name = fc.oneof(fc.constantFrom("a", "ab", "ab:c", "ä", "😀", "😀x", "\0"), text);

const command = fc.oneof(
  fc.record({
    do: fc.constant("write" as const),
    entries: fc.dictionary(name, text, { maxKeys: 6 }),
  }),
  fc.record({
    do: fc.constant("read" as const),
    names: fc.array(name, { minLength: 1, maxLength: 6 }),
  }),
  fc.record({
    do: fc.constant("delete" as const),
    names: fc.array(name, { minLength: 1, maxLength: 6 }),
  }),
  fc.record({
    do: fc.constant("prefix" as const),
    names: fc.array(name, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ do: fc.constant("search" as const), names: fc.array(name, { maxLength: 3 }) }),
  fc.record({
    do: fc.constant("deletePrefix" as const),
    names: fc.array(name, { minLength: 1, maxLength: 2 }),
  }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** Does the same to the client and to a model of the daemon, and compares what they give. */
async function obey(client: AnyClient, service: string, model: Map<string, string>, what: Command) {
  const secrets = client.service(service);
  const under = (prefixes: readonly string[]): string[] =>
    [...model.keys()].filter((key) => prefixes.some((prefix) => key.startsWith(prefix))).sort();
  switch (what.do) {
    case "write": {
      const entries = Object.entries(what.entries);
      if (entries.length === 0) return;
      await secrets.write(entries);
      for (const [key, value] of entries) model.set(key, value);
      return;
    }
    case "read": {
      const found = [...await secrets.read(what.names)].map((
        [key, value],
      ) => [key, value.reveal()]);
      const kept = [...new Set(what.names)].filter((key) => model.has(key));
      return assertEquals(found, kept.map((key) => [key, model.get(key)!]));
    }
    case "prefix": {
      const found = [...await secrets.readPrefix(what.names)].map(([k, v]) => [k, v.reveal()]);
      return assertEquals(found, under(what.names).map((key) => [key, model.get(key)!]));
    }
    case "search":
      return assertEquals(
        await secrets.search(what.names.length === 0 ? undefined : what.names),
        under(what.names.length === 0 ? [""] : what.names),
      );
    case "delete": {
      const names = [...new Set(what.names)];
      assertEquals(await secrets.delete(what.names), {
        deleted: names.filter((key) => model.has(key)),
        missing: names.filter((key) => !model.has(key)),
      });
      for (const key of names) model.delete(key);
      return;
    }
    case "deletePrefix":
      await secrets.deletePrefix(what.names, { all: true });
      for (const key of under(what.names)) model.delete(key);
  }
}

for (const mode of modes) {
  test(`[${mode.name}] batches of any Unicode behave like a Map`, async () => {
    await using daemon = await startDaemonFor(mode);
    const client = await mode.connect({ endpoint: daemon.endpoint });
    let run = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 15 }), async (commands) => {
          const service = `Model${run++}`;
          const model = new Map<string, string>();
          for (const what of commands) await obey(client, service, model, what);
        }),
        { numRuns: 40 },
      );
    } finally {
      await client.close();
    }
  }, { timeout: 300_000 });

  test(`[${mode.name}] any batch larger than a line arrives whole and in order`, async () => {
    await using daemon = await startDaemonFor(mode);
    const client = await mode.connect({ endpoint: daemon.endpoint });
    const piece = fc.tuple(
      fc.constantFrom("a", "€", "😀", "\n", '"', "\u0001", "\u2028"),
      fc.nat(9_000),
    );
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 25 }), async (pieces) => {
          const entries = pieces.map(([char, count], index) =>
            [`${char}${index}`, char.repeat(count)] as const
          );
          await client.service("Large").write(entries);
          const found = await client.service("Large").read(entries.map(([key]) => key));
          assertEquals(
            [...found].map(([key, value]) => [key, value.reveal()]),
            entries.map((e) => [...e]),
          );
        }),
        { numRuns: 12 },
      );
    } finally {
      await client.close();
    }
  }, { timeout: 300_000 });

  test(`[${mode.name}] no text with half a surrogate pair is sent`, async () => {
    await using daemon = await startDaemonFor(mode);
    const client = await mode.connect({ endpoint: daemon.endpoint });
    const half = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit));
    try {
      await fc.assert(
        fc.asyncProperty(text, half, text, async (before, half, after) => {
          const lone = before + half + after;
          await assertRejects(
            async () => await client.service("S").write({ A: lone }),
            InvalidRequestError,
          );
          await assertRejects(async () => await client.service("S").get(lone), InvalidRequestError);
        }),
        { numRuns: 100 },
      );
    } finally {
      await client.close();
    }
  }, { timeout: 300_000 });

  test(`[${mode.name}] whatever happens, no call hangs or gets another's value`, async () => {
    await using server = await startProcess("chaos_server");
    const warm = await mode.connect({ endpoint: server.endpoint });
    await play(warm, fc.sample(moves(20, 50, 50), 1)[0]!);
    await warm.close();
    await sleep(150);
    const before = { open: descriptors(), memory: memory() };
    // Synchronous calls run one after the other: fewer faults, or waiting is all that they do.
    const faults = mode.sync || SOAK ? 4 : 15;
    let calls = 0;
    const tally: Tally = new Map();
    const course: string[] = [];
    const budget = performance.now() + (SOAK ? Infinity : 6_000);
    const client = await mode.connect({ endpoint: server.endpoint });
    try {
      // A run each, so that the memory that the generator keeps for shrinking is not counted.
      while (calls < CALLS && performance.now() < budget) {
        const runs = Math.min(100, Math.ceil(CALLS / 200));
        await fc.assert(
          fc.asyncProperty(moves(faults, 100, 300), async (list) => {
            calls += list.length;
            await play(client, list, tally);
          }),
          { numRuns: runs, endOnFailure: SOAK > 0 },
        );
        if (SOAK && calls / CALLS > course.length / 10) course.push(megabytes(memory()));
      }
    } finally {
      await client.close();
    }
    await until("the descriptors are given back", () => (descriptors() ?? 0) <= (before.open ?? 0));
    const grown = memory() - before.memory;
    if (SOAK) {
      console.log(`${mode.name}: ${calls} calls, ${megabytes(grown)} MB grown`, tally);
      console.log(`MB in use on the way: ${megabytes(before.memory)}, then ${course.join(", ")}`);
    }
    assert((tally.get("success") ?? 0) > calls / 2, "Most calls succeed");
    assert(tally.size >= (mode.sync ? 2 : 4), "Too few faults happened to show anything");
    if (collect) assert(grown < 20e6, `${megabytes(grown)} MB more than before`);
  }, {
    timeout: SOAK ? 3_000_000 : 300_000,
  });
}

/** Frees what can be freed; `undefined` where a program cannot ask for that (Deno, unless told). */
function collector(): (() => void) | undefined {
  const { Bun, gc } = globalThis as unknown as { Bun?: { gc(full: boolean): void }; gc?(): void };
  if (Bun) return () => Bun.gc(true);
  if (gc || runtime === "deno") return gc;
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** Bytes in use after what can be freed was freed. */
function memory(): number {
  collect?.();
  return process.memoryUsage().heapUsed;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
