/** A contender as a process of its own, kept waiting between its tasks. */
import { TextLineStream } from "deno-std/streams/text_line_stream.js";

/** How to start a contender. */
export interface Contender {
  /** Unique within a figure, for example `ours sync ffi, deno`. */
  readonly name: string;
  /** `c`, `go`, `python`, or the runtime's name. */
  readonly runtime: string;
  readonly command: readonly string[];
}

/** Nanoseconds of a task's samples. Wrong answers have been thrown out as {@linkcode WrongAnswer}. */
export type Samples = number[];

/** A contender gave an answer that is not right: the run is invalid. */
export class WrongAnswer extends Error {
  override name = "WrongAnswer";
}

/** A started contender. */
export class Worker {
  readonly contender: Contender;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** Starts a contender, on one core when `core` is given. */
  constructor(contender: Contender, core?: number) {
    this.contender = contender;
    const pinned = core === undefined ? [] : ["taskset", "-c", String(core)];
    const [program, ...args] = [...pinned, ...contender.command];
    this.#child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      env: { NODE_NO_WARNINGS: "1", NO_COLOR: "1" },
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Has a task done; throws when an answer was wrong or the process ended. */
  async run(task: string, count: number): Promise<Samples> {
    await this.#input.write(new TextEncoder().encode(`${task} ${count}\n`));
    const { value } = await this.#lines.read();
    if (value === undefined) throw new Error(`${this.contender.name} ended during "${task}"`);
    const { ns, wrong } = JSON.parse(value) as { ns: number[]; wrong: number };
    if (wrong > 0) {
      throw new WrongAnswer(`${this.contender.name}: ${wrong} wrong answers in "${task} ${count}"`);
    }
    return ns;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#input.close().catch(() => {});
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    await this.#lines.cancel();
    await this.#child.status;
    clearTimeout(late);
  }
}
