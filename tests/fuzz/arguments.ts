/** Calls every public function with arguments of which one is hostile, and judges what comes back. */
import process from "node:process";
import type { TestDaemon } from "../../testing/mod.ts";
import { spoil, Thrown } from "./hostile_values.ts";
import { type PublicFunction, publicFunctions, type Stage } from "./public_functions.ts";
import { Random } from "./random.ts";
import { MARK } from "./reply_grammar.ts";

/** What a run showed. */
export interface FuzzedArguments {
  calls: number;
  /** How calls ended, and how often. */
  ends: Record<string, number>;
  discrepancies: number;
  /** The first of them. */
  examples: string[];
}

/** Milliseconds until a call counts as hanging. */
const HANGS = 20_000;
/** A call may fail with these when its arguments are sound by themselves: a short timeout, a long name. */
const POSSIBLE = ["timeout", "request_too_large", "queue_full"];

/**
 * Makes calls `from` to `from + calls - 1` of the seed.
 *
 * @param daemon Asked by the stage's client. Its service S holds a secret called `keep`, which no
 * sound call changes.
 */
export async function fuzzArguments(
  stage: Stage,
  daemon: TestDaemon,
  seed: number,
  from: number,
  calls: number,
): Promise<FuzzedArguments> {
  const functions = publicFunctions(stage);
  const random = new Random();
  const fuzzed: FuzzedArguments = { calls, ends: {}, discrepancies: 0, examples: [] };
  const escaped: unknown[] = [];
  const escape = (error: unknown) => void escaped.push(error);
  process.on("uncaughtException", escape).on("unhandledRejection", escape);
  try {
    for (let number = from; number < from + calls; number++) {
      random.restart(seed, number);
      const called = random.pick(functions);
      const before = daemon.requests;
      const { end, error } = await ending(called, random);
      fuzzed.ends[end] = (fuzzed.ends[end] ?? 0) + 1;
      const problems = [
        fault(called, end, error),
        end === "refused" && !called.asksFirst && daemon.requests !== before && "sent before",
        shows(error) && "shows a value",
        escaped.length > 0 && `uncaught ${describe(escaped.pop())}`,
        daemon.secrets("S").keep !== "1" && "took what nobody asked for",
        number % 20 === 0 && await spoiledFor(stage),
      ].filter((problem) => problem);
      if (problems.length === 0) continue;
      fuzzed.discrepancies += problems.length;
      fuzzed.examples.push(
        `call ${number} of seed ${seed}, ${called.name}: ${problems.join("; ")}`,
      );
    }
  } finally {
    process.off("uncaughtException", escape).off("unhandledRejection", escape);
  }
  return fuzzed;
}

/** How a call ended, in one word. */
async function ending(
  { call, sound }: PublicFunction,
  random: Random,
): Promise<{ end: string; error?: unknown }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"hangs">((resolve) => timer = setTimeout(resolve, HANGS, "hangs"));
  try {
    const done = (async () => await call(...spoil(random, sound())))().then(() =>
      "resolves" as const
    );
    return { end: await Promise.race([done, late]) };
  } catch (error) {
    if (error instanceof Thrown) return { end: "thrown by the argument", error };
    const code = (error as { code?: unknown } | null)?.code;
    // keytar's own words for an empty text.
    const empty = error instanceof Error && / is required\.$/.test(error.message);
    if (empty || error instanceof TypeError || code === "invalid_request") {
      return { end: "refused", error };
    }
    if (error instanceof RangeError) return { end: "RangeError", error };
    return { end: typeof code === "string" ? code : "foreign", error };
  } finally {
    clearTimeout(timer);
  }
}

function fault({ fails = [] }: PublicFunction, end: string, error: unknown): string | undefined {
  const ends = ["resolves", "refused", "thrown by the argument", ...POSSIBLE, ...fails];
  return ends.includes(end) ? undefined : `${end} ${describe(error)}`;
}

/** Whether another call of the same client is worse off. */
async function spoiledFor({ client }: Stage): Promise<string | undefined> {
  const value = await Promise.race([
    client.service("S").get("keep"),
    new Promise((resolve) => setTimeout(resolve, HANGS, "nothing").unref?.()),
  ]);
  return value === "1" ? undefined : `another call got ${value}`;
}

function shows(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return `${error.message} ${error.stack} ${JSON.stringify(error)}`.includes(MARK) ||
    shows(error.cause);
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.stack ?? error.message : typeof error).slice(0, 600);
}
