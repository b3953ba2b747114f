/** The command loop of a contender: one task a line on standard input, one JSON line out for each. */
import { writeSync } from "node:fs";
import process from "node:process";

/** What a task measured: nanoseconds, and how many answers were wrong. */
export interface Outcome {
  ns: number[];
  wrong: number;
}

/** A task of a contender, done `count` times. */
export type Task = (count: number) => Outcome | Promise<Outcome>;

/** Nanoseconds on a clock that never goes back. */
export function now(): number {
  return performance.now() * 1e6;
}

/** Runs `each` count times and takes the time of each; it tells whether its answer was right. */
export async function timed(
  count: number,
  each: (i: number) => Promise<boolean>,
): Promise<Outcome> {
  const ns: number[] = [];
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    const start = now();
    const right = await each(i);
    ns.push(now() - start);
    if (!right) wrong++;
  }
  return { ns, wrong };
}

/** The same for a task with no promise in it. */
export function timedSync(count: number, each: (i: number) => boolean): Outcome {
  const ns: number[] = [];
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    const start = now();
    const right = each(i);
    ns.push(now() - start);
    if (!right) wrong++;
  }
  return { ns, wrong };
}

async function* lines(): AsyncGenerator<string> {
  let held = "";
  for await (const piece of process.stdin) {
    const parts = (held + piece).split("\n");
    held = parts.pop() ?? "";
    yield* parts;
  }
}

/** Does the tasks that arrive until standard input ends. */
export async function serve(tasks: Record<string, Task>): Promise<void> {
  for await (const line of lines()) {
    const [name, count] = line.split(" ");
    const task = tasks[name];
    if (!task) throw new TypeError(`Unknown task "${name}"`);
    const { ns, wrong } = await task(Number(count));
    const reply = JSON.stringify({ wrong, ns: ns.map(Math.round) }) + "\n";
    const bytes = new TextEncoder().encode(reply);
    for (let at = 0; at < bytes.length;) at += writeSync(1, bytes.subarray(at));
  }
}
