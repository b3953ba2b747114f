/** A process that plays servers, and how a test tells it what to do. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Seen } from "../faults/fault.ts";
import { root, serverCommand } from "../harness.ts";
import { until } from "./raw_client.ts";
import type { NamedStep } from "./steps.ts";

/** A process that plays servers. One command at a time. */
export class ServerProcess implements AsyncDisposable {
  readonly #child = start();
  readonly #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  #last = 0;

  /**
   * Starts a server.
   *
   * @param what The name of a case of the fault table, of a path of the marked values, or scripts.
   */
  async start(
    what: string | readonly (readonly NamedStep[])[],
  ): Promise<{ id: number; endpoint: string }> {
    const id = ++this.#last;
    const name = typeof what === "string" ? what : undefined;
    const scripts = name === undefined
      ? (what as readonly NamedStep[][]).map((steps) => steps.map(({ words }) => words))
      : undefined;
    const { endpoint } = await this.#ask(id, "start", { name, scripts }) as { endpoint: string };
    return { id, endpoint };
  }

  /** What a server saw up to now. */
  async seen(id: number): Promise<Seen> {
    return await this.#ask(id, "seen") as Seen;
  }

  /** Waits until so many steps of a server's scripts are done. */
  async done(id: number, steps: number): Promise<void> {
    await until(`${steps} steps are done`, async () => (await this.seen(id)).steps! >= steps);
  }

  /** @param command `stop` (goes on for as long as it does), or `forget` (is over then). */
  async ask(id: number, command: "stop" | "forget"): Promise<void> {
    await this.#ask(id, command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    hold(this.#child, true);
    const exited = once(this.#child, "exit");
    this.#child.stdin.end();
    await exited;
  }

  async #ask(id: number, command: string, what: object = {}): Promise<unknown> {
    // Between two commands it does not keep this process alive: its input then ends, and so does it.
    hold(this.#child, true);
    this.#child.stdin.write(JSON.stringify({ id, command, ...what }) + "\n");
    const { value, done } = await this.#lines.next();
    hold(this.#child, false);
    if (done) throw new Error("The process that plays servers ended");
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }
}

function start(): Child {
  const [command, ...args] = serverCommand("fault_server");
  return spawn(command!, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function hold(child: Child, held: boolean): void {
  for (const part of [child, child.stdin, child.stdout]) {
    const { ref, unref } = part as { ref?(): void; unref?(): void };
    (held ? ref : unref)?.call(part);
  }
}
