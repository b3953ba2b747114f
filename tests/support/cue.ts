/**
 * Cues that a test gives to the script of a server, so that neither counts on the time of the other:
 * bytes in a file, because a test may give one from a thread that waits for that very server.
 */
import { appendFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";

/** Where the cues for a server are: beside its socket. A pipe is in no folder. */
export function cueFile(endpoint: string): string {
  return process.platform === "win32"
    ? join(tmpdir(), `${basename(endpoint)}.cues`)
    : `${endpoint}.cues`;
}

/** Gives one cue more. */
export function giveCue(endpoint: string): void {
  appendFileSync(cueFile(endpoint), ".");
}

/** How many were given. */
export function cuesGiven(endpoint: string): number {
  return statSync(cueFile(endpoint), { throwIfNoEntry: false })?.size ?? 0;
}
