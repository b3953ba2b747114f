/**
 * Finds the file that the system would start, for a runtime whose own function does not report why
 * it failed, or cannot pass on the typed name.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { SpawnError } from "../../host/host.ts";
import { builtin } from "../../host/process.ts";
import type { Program } from "./become.ts";
import { isElf, loaderOf } from "./elf.ts";
import { candidates, isElsewhere } from "./paths.ts";

/** A file to start, with all arguments of the program. */
export interface Start {
  readonly file: string;
  readonly words: readonly string[];
  /** Whether the system certainly starts it. */
  readonly sure: boolean;
}

const SHELL = "/bin/sh";
/**
 * How many bytes are examined: the kernel uses 256 for `#!`, and ELF has its headers in one page.
 */
const BEGINNING = 4_096;

/**
 * @param program The program.
 * @param ignore Signals that must be ignored in the program. A shell sets them, which may add
 * variables such as `SHLVL`.
 * @throws {SpawnError} When the system would not start it.
 */
export function findProgram({ file, args, path }: Program, ignore: readonly number[]): Start {
  const decoder = new TextDecoder();
  const rest = args.map((arg) => decoder.decode(arg));
  const found = find(file, candidates(file, path).map((candidate) => decoder.decode(candidate)));
  const how = interpreted(found);
  if (ignore.length > 0) {
    const script = `trap '' ${ignore.join(" ")}; exec "$0" "$@"`;
    return { file: SHELL, words: [SHELL, "-c", script, found, ...rest], sure: true };
  }
  if (how === "shell") return { file: SHELL, words: [SHELL, found, ...rest], sure: true };
  // The first argument is the typed name.
  return { file: found, words: [decoder.decode(file), ...rest], sure: how === "sure" };
}

function find(typed: Uint8Array, files: readonly string[]): string {
  let failure = "ENOENT";
  for (const file of files) {
    const problem = problemOf(file);
    if (problem === undefined) return file;
    if (isElsewhere(problem, typed)) continue;
    failure = problem;
    if (problem !== "EACCES") break;
  }
  throw new SpawnError(failure);
}

/** @returns Why a file may not be executed, if so. */
function problemOf(file: string): string | undefined {
  const { accessSync, constants, statSync } = builtin("node:fs");
  try {
    if (!statSync(file).isFile()) return "EACCES";
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? "EACCES";
  }
}

function interpreted(file: string): "sure" | "perhaps" | "shell" {
  const start = beginning(file);
  // It can be executed but not read.
  if (start === undefined) return "perhaps";
  if (isElf(start)) {
    const loader = loaderOf(start, runtime.arch);
    if (loader !== undefined && loader !== "") checkInterpreter(loader);
    return loader === undefined ? "perhaps" : "sure";
  }
  const line = new TextDecoder("latin1").decode(start.subarray(0, 256)).split("\n", 1)[0]!;
  const [, interpreter] = /^#![ \t]*([^ \t]+)/.exec(line) ?? [];
  if (interpreter !== undefined) {
    checkInterpreter(interpreter);
    const program = beginning(interpreter);
    return program && isElf(program) && loaderOf(program, runtime.arch) ? "sure" : "perhaps";
  }
  // Includes Mach-O, which begins with bytes that do not occur in text.
  return line.slice(0, 80).includes("\0") || start[0]! >= 0x80 ? "perhaps" : "shell";
}

function checkInterpreter(file: string): void {
  const problem = problemOf(file);
  if (problem !== undefined) throw new SpawnError(problem);
}

function beginning(file: string): Uint8Array | undefined {
  const { closeSync, openSync, readSync } = builtin("node:fs");
  try {
    const fd = openSync(file, "r");
    try {
      const bytes = new Uint8Array(BEGINNING);
      return bytes.subarray(0, readSync(fd, bytes));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
