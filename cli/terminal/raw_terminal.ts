/**
 * The terminal during a question: it passes on each key, shows none, and marks pastes. However the
 * question ends, the terminal is restored, and no typed or pasted text is left for the shell to
 * run.
 *
 * @module
 */

import process from "node:process";
import { runtime } from "../../src/runtime.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import type { Host } from "../host/host.ts";
import { signalCode } from "../host/process.ts";
import { LineEditor } from "./line_editor.ts";

/** Milliseconds between two checks whether input has ended. */
const TICK = 50;
/** Consecutive checks without input that end it, after a key press. */
const SOON = 3;
/** The same after a paste, whose lines may arrive separately. */
const LATE = 14;

/** Signals that would end this process without restoring the terminal. */
const SIGNALS = runtime.system === "windows" ? ["SIGINT"] as const : [
  ...["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const,
  ...["SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGSYS"] as const,
];

/** Requests marks around pastes, and hides the cursor, which would never move. */
const BEGIN = "\x1b[?2004h\x1b[?25l";
const END = "\x1b[?2004l\x1b[?25h";

/** A question. */
export interface Question {
  /** Shown before the answer. */
  readonly text: string;
  /** The longest answer in bytes. */
  readonly most: number;
  /** Called after each key with the text so far. Without it nothing is shown. */
  readonly onInput?: (editor: LineEditor, show: (text: string) => void) => void;
}

/**
 * Asks one question.
 *
 * @returns The answer's bytes.
 * @throws {CommandError} When it is cancelled by a key or a signal, or when the input is not a
 * single answer.
 */
export async function askTerminal(host: Host, question: Question): Promise<Uint8Array> {
  for (;;) {
    const { editor, code } = await readLine(host, question);
    if (code !== undefined) throw new CommandError(code, "Cancelled");
    if (editor.ending === "suspend" && !editor.followed) {
      await suspend();
      continue;
    }
    if (editor.ending !== "enter" || editor.followed) {
      throw new CommandError(
        EXIT.usage,
        "More text followed the first line, as when you paste several lines in a terminal that does " +
          "not mark pastes. All of it was discarded and nothing was done. Give a value of " +
          "several lines with --file FILE",
      );
    }
    if (editor.unclear) {
      throw new CommandError(
        EXIT.usage,
        "The terminal sent control characters within the text, and nothing was done. Give such a " +
          "value with --file FILE",
      );
    }
    if (editor.tooLong) {
      throw new CommandError(EXIT.usage, `This is longer than ${question.most} bytes`);
    }
    return editor.bytes;
  }
}

interface Line {
  readonly editor: LineEditor;
  /** The exit code when it was cancelled. */
  readonly code: number | undefined;
}

async function readLine(host: Host, { text, most, onInput }: Question): Promise<Line> {
  const { stdin } = process;
  const stream = !host.isTerminal(2) && host.isTerminal(1) ? 1 : 2;
  const show = (shown: string): void => host.writeSync(stream, shown.replaceAll("\n", "\r\n"));
  const editor = new LineEditor(most);
  let code: number | undefined;
  let inputs = 0;
  let gone = false;
  let ended = (): void => {};
  const end = new Promise<void>((resolve) => ended = resolve);

  const onData = (chunk: Uint8Array): void => {
    inputs++;
    editor.push(chunk, performance.now());
    if (editor.ending === "cancel") code ??= signalCode("SIGINT");
    if (editor.ending === "quit") code ??= signalCode("SIGQUIT");
    if (editor.ending !== undefined) ended();
    else onInput?.(editor, show);
  };
  const onGone = (): void => {
    gone = true;
    code ??= signalCode("SIGINT");
    ended();
  };
  const onSignal = (signal: string): void => {
    code ??= signalCode(signal);
    ended();
  };
  const begin = (): void => {
    // Set again, because a shell may have changed it while this process was stopped.
    stdin.setRawMode(false);
    stdin.setRawMode(true);
    show(BEGIN + text);
  };

  stdin.on("data", onData).on("end", onGone).on("error", onGone);
  // On Node there is a listener that ends this process at once: see no_inspector.ts.
  const others = process.listeners("SIGUSR1");
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const other of others) process.off("SIGUSR1", other);
  if (runtime.system !== "windows") process.on("SIGCONT", begin);
  try {
    begin();
    stdin.resume();
    await end;
    // In a terminal that does not mark pastes, a paste continues after its first line. None of it
    // may be left to the shell, which would run it.
    const pasted = (): boolean => inputs > 0 && !(editor.ending !== undefined && editor.human);
    let seen = inputs;
    for (let quiet = 0; !gone && quiet < (pasted() ? LATE : SOON); quiet++) {
      await new Promise((resolve) => setTimeout(resolve, TICK));
      if (inputs !== seen) quiet = -1;
      seen = inputs;
    }
  } finally {
    stdin.off("data", onData).off("end", onGone).off("error", onGone);
    for (const other of others) process.on("SIGUSR1", other);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    if (runtime.system !== "windows") process.off("SIGCONT", begin);
    if (!gone) giveBack(show);
    stdin.pause();
  }
  return { editor, code };
}

function giveBack(show: (text: string) => void): void {
  try {
    show(`${END}\n`);
    process.stdin.setRawMode(false);
  } catch {
    // The terminal is gone, together with its input.
  }
}

/** Stops this process and its group, as the key would; returns when it continues. */
async function suspend(): Promise<void> {
  if (runtime.system === "windows") return;
  process.kill(0, "SIGTSTP");
  // The signal may arrive later.
  await new Promise((resolve) => setTimeout(resolve, TICK));
}
