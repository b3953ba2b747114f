/**
 * The terminal while a question is asked: it hands keys over one by one, shows none of them, and
 * marks what is pasted. However the question ends, the terminal is given back as it was, and nothing
 * that was typed or pasted is left in it for the shell to run.
 *
 * @module
 */

import process from "node:process";
import { runtime } from "../../src/runtime.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import type { Host } from "../host/host.ts";
import { signalCode } from "../host/process.ts";
import { LineEditor } from "./line_editor.ts";

/** Milliseconds between two looks at whether input has ended. */
const TICK = 50;
/** Looks in a row that find nothing, after a key that a person pressed. */
const SOON = 3;
/** The same after a paste, whose lines may come one by one. */
const LATE = 14;

/** Those that would end this process and leave the terminal as it is. */
const SIGNALS = runtime.system === "windows" ? ["SIGINT"] as const : [
  ...["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const,
  ...["SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGSYS"] as const,
];

/** Asks for marks around what is pasted, and hides the cursor, which would never move. */
const BEGIN = "\x1b[?2004h\x1b[?25l";
const END = "\x1b[?2004l\x1b[?25h";

/** What is asked. */
export interface Question {
  /** Shown before the answer. */
  readonly text: string;
  /** Bytes that an answer may have. */
  readonly most: number;
  /** Called after each key, with what has come so far. Nothing is shown without it. */
  readonly onInput?: (editor: LineEditor, show: (text: string) => void) => void;
}

/**
 * Asks one question.
 *
 * @returns The answer's bytes.
 * @throws {CommandError} When it is cancelled by a key or a signal, or when what came is not the
 * one answer of a person.
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
        "More came behind the first line, as from a paste of several lines in a terminal that does " +
          "not mark pastes. All of it was thrown away and nothing was done. Give a value of " +
          "several lines by --file FILE",
      );
    }
    if (editor.unclear) {
      throw new CommandError(
        EXIT.usage,
        "The terminal sent control characters among the text, and nothing was done. Give such a " +
          "value by --file FILE",
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
    // Anew, because a shell may have changed it while this process was stopped.
    stdin.setRawMode(false);
    stdin.setRawMode(true);
    show(BEGIN + text);
  };

  stdin.on("data", onData).on("end", onGone).on("error", onGone);
  // On Node there is one that ends this process at once: see no_inspector.ts.
  const others = process.listeners("SIGUSR1");
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const other of others) process.off("SIGUSR1", other);
  if (runtime.system !== "windows") process.on("SIGCONT", begin);
  try {
    begin();
    stdin.resume();
    await end;
    // A paste in a terminal that does not mark it goes on behind its first line: none of it may be
    // left to the shell, which would run it.
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
    // The terminal has gone with whatever was in it.
  }
}

/** Stops this process and what runs with it, as the key would have; comes back when it goes on. */
async function suspend(): Promise<void> {
  if (runtime.system === "windows") return;
  process.kill(0, "SIGTSTP");
  // The signal may take its time.
  await new Promise((resolve) => setTimeout(resolve, TICK));
}
