/** What `kca run` does between a program and its own streams and signals, without either. */
import { assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { passOn } from "../../cli/run/between/pass_on.ts";
import { Self } from "../../cli/run/between/self.ts";
import { passedSignals } from "../../cli/run/between/signal_numbers.ts";
import { ignoredIn, passSignals, type Ways } from "../../cli/run/between/signals.ts";
import { untilEnd } from "../../cli/run/between/until_end.ts";
import type { Libc } from "../../cli/libc/libc.ts";
import { runtime, test } from "../harness.ts";
import { withClock } from "../support/played_clock.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const linux = process.platform === "linux";
const never = new Promise<never>(() => {});

/** Plays signals, in front of a terminal or behind it. */
function signals(ways: Partial<Ways>, front = false) {
  const handlers = new Map<string, () => void>();
  const log: string[] = [];
  let end = (): void => {};
  const ended = new Promise<never>((resolve) => end = () => resolve(undefined as never));
  const started = passSignals({
    isTerminal: () => front,
    readFile: () => encode(`1 (kca) S 1 40 40 34816 ${front ? 40 : 50} 0`),
  }, {
    ignored: () => false,
    unheeded: [],
    seesStops: true,
    endBy: (signal) => log.push(`ended by ${signal}`),
    listen: (name, handler) => void handlers.set(name, handler),
    ...ways,
  });
  return {
    log,
    heard: handlers,
    get: (name: string) => handlers.get(name)!(),
    start: () => started({ kill: (signal) => log.push(`passed ${signal}`), ended }),
    async end() {
      end();
      await ended;
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

test("passSignals() passes signals on, including those from before the start", () => {
  const at = signals({});
  assertEquals(at.heard.size, passedSignals(linux ? "linux" : "darwin").length);
  at.get("SIGTERM");
  assertEquals(at.log, []);
  at.start();
  at.get("SIGHUP");
  at.get("SIGINT");
  assertEquals(at.log, ["passed 15", "passed 1", "passed 2"]);
});

test("passSignals() leaves a terminal's signals to the terminal, and does not repeat them", () => {
  const at = signals({}, true);
  at.start();
  for (const name of ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGWINCH"]) at.get(name);
  assertEquals(at.log, []);
  at.get("SIGTERM");
  assertEquals(at.log, ["passed 15"]);
});

test("passSignals() does not listen to ignored signals, and ignores some itself", () => {
  const at = signals({ ignored: (signal) => signal === 1, unheeded: [15] });
  at.start();
  assertEquals([at.heard.has("SIGHUP"), at.heard.has("SIGTERM")], [false, true]);
  at.get("SIGTERM");
  assertEquals(at.log, []);
  // Where a stopped program is not noticed, its terminal stops both.
  const blind = signals({ seesStops: false });
  for (const name of ["SIGTSTP", "SIGTTIN", "SIGTTOU"]) {
    assertEquals([at.heard.has(name), blind.heard.has(name)], [true, false]);
  }
  assertEquals(blind.heard.has("SIGINT"), true);
});

test("passSignals() ends this process by a signal after the end of the program", async () => {
  let clock = 1_000;
  await withClock(() => clock, async () => {
    const at = signals({});
    at.start();
    await at.end();
    // It may have got the same one.
    clock += 100;
    at.get("SIGTERM");
    clock += 1;
    at.get("SIGTERM");
    assertEquals(at.log, ["passed 15", "ended by 15"]);
  });
});

test("ignoredIn() reads the signals that a process ignores", () => {
  const ignored = ignoredIn("Name:\tx\nSigIgn:\t8000000000005005\nSigCgt:\t0000000000000002\n");
  const found = Array.from({ length: 64 }, (_, index) => index + 1).filter(ignored);
  assertEquals(found, [1, 3, 13, 15, 64]);
  assertEquals([1, 15].map(ignoredIn("Name:\tx\n")), [false, false]);
});

async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield encode(text);
}

test("passOn() masks values in both streams, however they are cut", async () => {
  const written: Record<number, string> = { 1: "", 2: "" };
  const host = {
    // deno-lint-ignore require-await
    async write(stream: 1 | 2, data: Uint8Array) {
      written[stream] += new TextDecoder().decode(data);
    },
  };
  const output = [
    { stream: 1, chunks: chunksOf("a hunt", "er2-hunter2 b hun") },
    { stream: 2, chunks: chunksOf("hunter2-hunter2") },
  ] as const;
  await passOn(host, { output, ended: never }, ["hunter2-hunter2"]);
  assertEquals(/hunter2/.test(written[1]! + written[2]!), false);
  assertEquals([written[1]!.startsWith("a "), written[1]!.endsWith(" b hun")], [true, true]);
  // Nobody reads it any more: that is the program's affair; other failures are not.
  const failing = (code: string) => ({
    write: () => Promise.reject(Object.assign(new Error(code), { code })),
  });
  const one = () => [{ stream: 1, chunks: chunksOf("x") }] as const;
  await passOn(failing("EPIPE"), { output: one(), ended: never }, []);
  // They are told when the program has ended.
  await assertRejects(
    () => passOn(failing("EIO"), { output: one(), ended: Promise.resolve({ code: 0 }) }, []),
    Error,
    "EIO",
  );
});

test("untilEnd() yields all output of a program, and does not wait for its background processes", async () => {
  const all = async (stream: AsyncIterable<Uint8Array>, ended: Promise<unknown>) => {
    const texts: string[] = [];
    for await (const chunk of untilEnd(stream, ended)) texts.push(new TextDecoder().decode(chunk));
    return texts.join("|");
  };
  assertEquals(await all(chunksOf("a", "", "b"), never), "a||b");
  assertEquals(await all(chunksOf("a", "b"), Promise.resolve()), "a|b");
  // The machine stands still for longer than it waits, and then reads what has come.
  const late = {
    async *[Symbol.asyncIterator]() {
      yield encode("a");
      // From here on, timers ring before anything is read.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const read = new Promise<void>((resolve) => setImmediate(resolve));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
      await read;
      yield encode("b");
    },
  };
  assertEquals(await all(late, Promise.resolve()), "a|b");
  // A program in the background that writes for ever: no more than a pipe holds.
  const closed: string[] = [];
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(300_000);
    } finally {
      closed.push("closed");
    }
  }
  let length = 0;
  const ended = Promise.resolve();
  await ended;
  for await (const chunk of untilEnd(endless(), ended)) length += chunk.length;
  assertEquals([length, closed], [1_200_000, ["closed"]]);
});

test("Self.endWith() does not wait for the threads of Node, which may wait for it in turn", () => {
  const calls: unknown[] = [];
  const libc = { call: (...call: unknown[]) => (calls.push(call), 0) } as unknown as Libc;
  assertEquals(new Self(libc).endWith(7), 7);
  assertEquals(calls, runtime === "node" ? [["_exit", 7]] : []);
});
