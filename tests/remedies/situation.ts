/** One situation in which no secret can be read, and what leads out of it. */
import { dirname, join } from "node:path";
import { shellWord } from "../../src/errors/shell_word.ts";
import type { Stage, StageOptions } from "./stage.ts";

/** A row of docs/doctor.md, and a test. */
export interface Situation {
  /** What has happened. */
  readonly name: string;
  /** Makes it happen, by what people really type. */
  arrange(stage: Stage): Promise<void>;
  /** A part of the verdict. */
  readonly says: string;
  /** The lines that are printed and typed, one after the other; none where nothing can be typed. */
  readonly typed: readonly string[];
  readonly stage?: StageOptions;
  /** Milliseconds for the first read, where the daemon does not answer. */
  readonly timeout?: number;
  /** Needs files of another user: only root's tests have them. */
  readonly others?: boolean;
  /** Played with the synchronous client, too: it has its own way through some of the code. */
  readonly sync?: true;
  /** Told by `kca doctor` only. */
  readonly only?: "doctor";
  /** The lines that the words of the message give, where the printed line was not enough. */
  follow?(stage: Stage, message: string): Promise<readonly string[]>;
}

/** What paths and numbers of a stage are called on the page. */
export function generalize(text: string, stage: Stage): string {
  const { home, program, service, socket } = stage;
  const names: [string, string][] = [
    [program, "PROGRAM"],
    [socket, "SOCKET"],
    [dirname(socket), "FOLDER"],
    [join(home, "link"), "LINK"],
    [join(home, "hard-link"), "HARDLINK"],
    [join(home, "copy"), "COPY"],
    [join(home, "named.sock"), "NAMED"],
    [join(home, "config.json"), "FILE"],
  ];
  let general = text;
  for (const [path, name] of names) {
    general = general.replaceAll(shellWord(path), name).replaceAll(path, name);
  }
  return general
    .replaceAll(` ${shellWord(service)}`, " SERVICE")
    .replace(/kill -CONT \d+/g, "kill -CONT PID");
}
