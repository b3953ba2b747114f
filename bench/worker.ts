/** A contender as a process of its own, kept waiting between its tasks. */

/** How to start a contender. */
export interface Contender {
  /** Unique within a figure, for example `deno, sync ffi`. */
  readonly name: string;
  readonly command: readonly string[];
}

/** A contender gave an answer that is not right: the run is invalid. */
export class WrongAnswer extends Error {
  override name = "WrongAnswer";
}

/** A started contender. */
export class Worker {
  readonly contender: Contender;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<string>;
  #held = "";

  /** Starts a contender. */
  constructor(contender: Contender, cwd: string) {
    this.contender = contender;
    const [program, ...args] = contender.command;
    this.#child = new Deno.Command(program, {
      args,
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      env: { NODE_NO_WARNINGS: "1", NO_COLOR: "1" },
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Has a task done and gives the nanoseconds of each repetition; throws at a wrong answer. */
  async run(task: string, count: number): Promise<number[]> {
    const { name } = this.contender;
    await this.#input.write(new TextEncoder().encode(`${task} ${count}\n`));
    const { ns, wrong } = JSON.parse(await this.#line());
    if (wrong > 0) throw new WrongAnswer(`${name}: ${wrong} wrong answers in "${task} ${count}"`);
    return ns;
  }

  async #line(): Promise<string> {
    let end: number;
    while ((end = this.#held.indexOf("\n")) === -1) {
      const { value } = await this.#output.read();
      if (value === undefined) throw new Error(`${this.contender.name} ended before its answer`);
      this.#held += value;
    }
    const line = this.#held.slice(0, end);
    this.#held = this.#held.slice(end + 1);
    return line;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#input.close().catch(() => {});
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    await this.#output.cancel();
    await this.#child.status;
    clearTimeout(late);
  }
}
