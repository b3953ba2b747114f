/** Types what is printed in a situation, in a shell, until the secret can be read. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runtime, test } from "../harness.ts";
import { generalize, type Situation } from "./situation.ts";
import { hasOthers, openStage, playable, type Stage } from "./stage.ts";

/** More than any way out has steps. */
const MOST = 4;

type Means = "connect()" | "connectSync()" | "kca doctor";

/** What somebody sees: everything, and the lines that are to be typed. */
interface Seen {
  readonly text: string;
  readonly lines: readonly string[];
}

async function play(situation: Situation, means: Means): Promise<void> {
  await using stage = openStage(situation.stage);
  await situation.arrange(stage);
  const { timeout = 0, typed: expected } = situation;
  const typed: string[] = [];
  let text = "";
  let read = await tryRead(stage, timeout, means);
  for (let round = 0; round < MOST && read.value === undefined; round++) {
    const seen = means === "kca doctor" ? await diagnose(stage, timeout) : read;
    text += generalize(seen.text, stage);
    let lines = seen.lines;
    if (typed.length > 0 && lines.some((line) => typed.includes(generalize(line, stage)))) {
      assert(situation.follow, `"${lines}" was typed, and the secret cannot be read:\n${text}`);
      lines = await situation.follow(stage, seen.text);
    }
    if (lines.length === 0) break;
    for (const line of lines) {
      typed.push(generalize(line, stage));
      if (/^keychain-auth start\b/.test(line)) await stage.start(line);
      // A check says by its code that something is wrong.
      else if (/ check /.test(line)) await stage.terminal.type(line);
      else await stage.type(line);
    }
    read = await tryRead(stage, expected.length > 0 ? 0 : timeout, means);
  }
  assertStringIncludes(text.toLowerCase(), situation.says.toLowerCase());
  assertEquals(typed, expected, text);
  assertEquals(read.value, expected.length > 0 ? 1 : undefined, text);
  // A daemon that lives would lose its socket.
  if (!expected.some((line) => line.startsWith("keychain-auth start"))) {
    assert(!text.includes("keychain-auth start"), text);
  }
}

async function tryRead(
  stage: Stage,
  timeout: number,
  means: Means,
): Promise<Seen & { readonly value?: number }> {
  // A busy machine hashes for longer than the client's own limit.
  const line = stage.read(timeout || 100_000, means === "connectSync()");
  const { stdout } = await stage.terminal.type(line);
  const { value, message = "", remedy } = JSON.parse(stdout);
  if (remedy !== undefined) assertStringIncludes(message, `Type: ${remedy}`);
  return { value, text: message, lines: remedy === undefined ? [] : [remedy] };
}

async function diagnose(stage: Stage, timeout: number): Promise<Seen> {
  // A busy machine hashes for longer than a user waits; a daemon that is stopped is not waited for.
  const flags = timeout > 0 ? [] : ["--timeout", "60s"];
  const { code, stdout } = await stage.terminal.type(stage.kca("doctor", ...flags));
  assert(code > 0, stdout);
  return {
    text: stdout,
    lines: [...stdout.matchAll(/^ {2}Type: (.*)$/gm)].map(([, line]) => line!),
  };
}

function meansFor({ only, sync }: Situation): readonly Means[] {
  if (only === "doctor") return ["kca doctor"];
  // What the doctor says takes minutes, and is code that asks no runtime anything: what it knows of
  // the system is what connect() knows, on each of them.
  const doctor = runtime === "bun" ? ["kca doctor"] as const : [];
  if (runtime === "node") return ["connect()"];
  return ["connect()", ...(sync ? ["connectSync()"] as const : []), ...doctor];
}

/** Registers the tests of a chapter. */
export function playAll(situations: readonly Situation[]): void {
  for (const situation of situations) {
    for (const means of meansFor(situation)) {
      const skip = !playable || (situation.others === true && !hasOthers);
      test(`${means}: ${situation.name}`, () => play(situation, means), {
        skip,
        timeout: 300_000,
        sanitize: false,
      });
    }
  }
}
