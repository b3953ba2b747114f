/** A shell that lines are typed into, as a user does, and that keeps what they change. */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";

/** What a line printed and how it ended. */
export interface Typed {
  readonly code: number;
  readonly stdout: string;
}

/** How long one line may take, in milliseconds: longer than `kca doctor --timeout 60s` does. */
const LONGEST = 120_000;

/** One open shell, in a process group of its own. */
export class Terminal implements AsyncDisposable {
  readonly #shell: ChildProcess;
  readonly #exited: Promise<void>;
  #output = "";
  #wake: (() => void) | undefined;
  #count = 0;

  /**
   * @param command The shell, and what it is started through.
   * @param env Its whole environment.
   */
  constructor(command: readonly string[], cwd: string, env: Record<string, string>) {
    const [file, ...args] = command;
    this.#shell = spawn(file!, args, {
      cwd,
      env,
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#shell.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
      this.#wake?.();
    });
    this.#exited = new Promise((resolve) =>
      this.#shell.once("exit", () => {
        resolve();
        this.#wake?.();
      })
    );
  }

  /** Types a line and waits until it has ended. */
  async type(line: string): Promise<Typed> {
    const mark = `--typed-${++this.#count}-`;
    this.#output = "";
    this.#shell.stdin!.write(`${line}\necho "${mark}$?"\n`);
    const end = new RegExp(`${mark}(\\d+)\n`);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake?.();
    }, LONGEST);
    try {
      return await this.#until(() => end.exec(this.#output), () => late, line);
    } finally {
      clearTimeout(timer);
    }
  }

  async #until(
    ended: () => RegExpExecArray | null,
    late: () => boolean,
    line: string,
  ): Promise<Typed> {
    for (;;) {
      const found = ended();
      if (found !== null) {
        return { code: Number(found[1]), stdout: this.#output.slice(0, found.index) };
      }
      if (late()) throw new Error(`Still not ended: ${line}\n${this.#output}`);
      if (this.#shell.exitCode !== null) throw new Error(`The shell has ended at: ${line}`);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends it and all that was started in it, stopped processes too. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      process.kill(-this.#shell.pid!, "SIGKILL");
    } catch {
      // All of it has ended.
    }
    await this.#exited;
    this.#shell.stdout!.destroy();
  }
}
