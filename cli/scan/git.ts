/**
 * Asking git.
 *
 * @module
 */

import { spawn, spawnSync } from "node:child_process";
import process from "node:process";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { codeOf } from "./files.ts";

/** What git has answered. */
export interface GitAnswer {
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** What git sets for a hook. */
const LOCAL = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/**
 * Has git tell of each folder the repository that it is in, whichever one this process is a hook of.
 * Not by what a program is started with: Deno adds all that this process has.
 */
function forgetRepository(): void {
  for (const name of LOCAL) delete process.env[name];
}

/**
 * Runs git.
 *
 * @param args Its arguments.
 * @param folder Where; a folder is asked about for itself. By default here, in the repository and with
 * the index that a hook is run for.
 * @returns `undefined` when there is no git.
 * @throws {CommandError} When it cannot be started.
 */
export function askGit(args: readonly string[], folder?: string): GitAnswer | undefined {
  if (folder !== undefined) forgetRepository();
  const result = spawnSync("git", [...CALM, ...args], {
    ...(folder !== undefined && { cwd: folder }),
    env: { ...process.env, LC_ALL: "C" } as Record<string, string>,
    maxBuffer: Infinity,
  });
  if (result.error !== undefined) {
    if (codeOf(result.error) === "ENOENT") return undefined;
    throw new CommandError(EXIT.failed, `Cannot start git: ${codeOf(result.error)}`);
  }
  return { status: result.status, stdout: result.stdout, stderr: result.stderr.toString() };
}

/** Without what a repository can have git start, and as git is without a user's settings. */
const CALM = ["core.fsmonitor=false", "log.showSignature=false", "log.diffMerges=separate"]
  .flatMap((setting) => ["-c", setting]);

/** @throws {CommandError} With what git says, when it fails or is not there. */
export function mustAskGit(args: readonly string[]): string {
  const answer = askGit(args);
  if (answer === undefined) {
    throw usageError("There is no git, so its index and history cannot be read");
  }
  if (answer.status === 0) return new TextDecoder().decode(answer.stdout);
  throw new CommandError(EXIT.failed, `git ${args[0]} failed: ${answer.stderr.trim()}`);
}

/**
 * Reads objects of git.
 *
 * @param ids What they are called.
 * @returns Each with its content, in the same order.
 * @throws {CommandError} When there is no such object.
 */
export async function* readObjects(
  ids: readonly string[],
): AsyncGenerator<{ id: string; content: Uint8Array }> {
  const child = spawn("git", [...CALM, "cat-file", "--batch"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  // It has ended before it took all; what it has written tells.
  child.stdin.on("error", () => {});
  child.stdin.end(ids.map((id) => `${id}\n`).join(""));
  const output = new Output(child.stdout);
  try {
    for (const id of ids) {
      const [, type, size] = (await output.line()).split(" ");
      if (size === undefined) {
        throw new CommandError(
          EXIT.failed,
          `git cat-file has no object ${id}: ${type ?? "it ended"}`,
        );
      }
      const content = await output.take(Number(size));
      // A newline ends it.
      await output.take(1);
      yield { id, content };
    }
  } finally {
    child.kill();
  }
}

/** What a program writes, taken in parts of any length. */
class Output {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** @returns Bytes; fewer of them when it has ended. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let length = 0;
    while (length < count && await this.#fill()) {
      const part = this.#chunk.subarray(0, count - length);
      bytes.set(part, length);
      length += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return bytes.subarray(0, length);
  }

  /** @returns A line without the newline. */
  async line(): Promise<string> {
    let text = "";
    while (await this.#fill()) {
      const end = this.#chunk.indexOf(0x0a);
      const part = this.#chunk.subarray(0, end < 0 ? undefined : end);
      text += String.fromCharCode(...part);
      this.#chunk = this.#chunk.subarray(end < 0 ? part.length : end + 1);
      if (end >= 0) break;
    }
    return text;
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#chunk = value;
    }
    return true;
  }
}
