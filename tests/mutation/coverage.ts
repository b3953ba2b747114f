/** Finds out which test file runs which block, so that a mutant meets only the tests that can see it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sideBySide } from "../launcher/side_by_side.ts";
import type { Copy } from "./copy.ts";
import type { Mutant } from "./mutants.ts";
import { type Block, blockAt, withProbes } from "./probes.ts";

/** What one test file runs, when all is well. */
export interface Covered {
  test: string;
  /** Of the test file: what it runs holds until it changes. */
  digest: string;
  milliseconds: number;
  /** Where the blocks start that ran, for each source, by its path below the root. */
  blocks: Record<string, number[]>;
}

/**
 * Runs each test file alone, on sources with probes, and notes its time and the blocks that it
 * reached.
 *
 * @param copies In which they run, one in each at a time. The sources are as before at the end.
 * @param sources What gets probes.
 * @param store Keeps what is known, for the next run.
 */
export async function coverTests(
  options: {
    bun: string;
    copies: readonly Copy[];
    sources: string[];
    tests: string[];
    store: string;
  },
): Promise<Covered[]> {
  const { bun, copies, sources, tests, store } = options;
  const known: Record<string, Covered> = existsSync(store)
    ? JSON.parse(readFileSync(store, "utf8"))
    : {};
  const digests = new Map(tests.map((test) => [test, digestOf(copies[0]!.read(test))]));
  const waiting = tests.filter((test) => known[test]?.digest !== digests.get(test));
  const broken: string[] = [];
  await sideBySide(
    copies.map((copy) => async () => {
      const notes = join(copy.path, "notes");
      const originals = sources.map((file) => [file, copy.read(file)] as const);
      const instrument = (): void => {
        for (const [file, text] of originals) copy.write(file, withProbes(file, text, notes));
      };
      const restore = (): void => originals.forEach(([file, text]) => copy.write(file, text));
      if (waiting.length > 0) instrument();
      for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
        rmSync(notes, { force: true });
        let { passed, milliseconds } = await copy.test(bun, test);
        const blocks = existsSync(notes) ? blocksIn(readFileSync(notes, "utf8")) : {};
        if (!passed) {
          // It may look at the sources itself, or at what a process has open.
          restore();
          let output: string;
          ({ passed, milliseconds, output } = await copy.test(bun, test));
          instrument();
          if (!passed) broken.push(`${test} fails before anything is changed:\n${output}`);
          if (!passed) continue;
        }
        known[test] = { test, digest: digests.get(test)!, milliseconds, blocks };
        writeFileSync(store, JSON.stringify(known));
      }
      restore();
    }),
    copies.length,
  );
  if (broken.length > 0) throw new Error(broken.join("\n"));
  return tests.map((test) => known[test]!);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The blocks that ran at least once, from the lines that the probes wrote. */
function blocksIn(notes: string): Record<string, number[]> {
  const blocks: Record<string, Set<number>> = {};
  for (const note of notes.trimEnd().split("\n")) {
    const [file, start] = note.split(":") as [string, string];
    (blocks[file] ??= new Set()).add(Number(start));
  }
  return Object.fromEntries(Object.entries(blocks).map(([file, starts]) => [file, [...starts]]));
}

/**
 * The tests that reach a mutant's block, those of its room first, then those named as its file or
 * folder is, then the shortest; those that load its file when none does.
 */
export function testsFor(
  covered: readonly Covered[],
  blocks: readonly Block[],
  { file, start }: Mutant,
): Covered[] {
  const [room] = file.replace(/^src\//, "").split("/");
  const away = ({ test }: Covered): number => test.split("/").includes(room!) ? 0 : 1;
  const words = new Set(file.split(/[/_.]/));
  const unlike = ({ test }: Covered): number =>
    -test.split("/").at(-1)!.split(/[_.]/).filter((word) => words.has(word)).length;
  const loading = covered.filter((test) => test.blocks[file] !== undefined);
  const block = blockAt(blocks, start);
  const reaching = loading.filter((test) => test.blocks[file]!.includes(block));
  return (reaching.length > 0 ? reaching : loading)
    .toSorted((a, b) =>
      away(a) - away(b) || unlike(a) - unlike(b) || a.milliseconds - b.milliseconds
    );
}
