/** The process that serves the fault table, and how a test tells it what to do. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { root, serverCommand } from "../harness.ts";

/** A process that serves cases by their names. One command at a time. */
export class ServerProcess implements AsyncDisposable {
  readonly #child = start();
  readonly #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  #last = 0;

  /** Starts the server of a case. */
  async start(name: string): Promise<{ id: number; endpoint: string }> {
    const id = ++this.#last;
    const { endpoint } = await this.#ask(id, "start", name) as { endpoint: string };
    return { id, endpoint };
  }

  /** @param command `seen`, `stop` (goes on for as long as it does), or `forget` (is over then). */
  async ask(id: number, command: "seen" | "stop" | "forget"): Promise<unknown> {
    return await this.#ask(id, command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    hold(this.#child, true);
    const exited = once(this.#child, "exit");
    this.#child.stdin.end();
    await exited;
  }

  async #ask(id: number, command: string, name?: string): Promise<unknown> {
    // Between two commands it does not keep this process alive: its input then ends, and so does it.
    hold(this.#child, true);
    this.#child.stdin.write(JSON.stringify({ id, command, name }) + "\n");
    const { value, done } = await this.#lines.next();
    hold(this.#child, false);
    if (done) throw new Error("The process that serves the fault table ended");
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
