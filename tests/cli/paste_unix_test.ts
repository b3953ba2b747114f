/**
 * Values that are pasted into the hidden prompt, typed into a shell as a person does: what is stored
 * is what was pasted or nothing, nothing of it is shown, and nothing of it reaches the shell.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "../harness.ts";
import { daemonWith, kcaCommand, kcaEnv, SERVICE, temporaryFolder } from "../support/kca.ts";
import { hasTerminal, runInTerminal, type Step } from "../support/terminal.ts";

/** Each line would leave a file behind if the shell ran it. */
const line = (index: number): string => `touch ran-${index} s3cr3t ${"x".repeat(60)}`;
const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => line(at));
const SHORT = lines(3);
const LONG = lines(76);

/** As terminals send it: each end of a line is a carriage return. */
const marked = (text: string): string => `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`;
const ENTER: Step[] = [{ pause: 0.3 }, { send: "\r" }];
/** 20 ms between two parts. */
const slowly = (parts: readonly string[]): Step[] =>
  parts.flatMap((part): Step[] => [{ send: part }, { pause: 0.02 }]);
const unmarked = (all: readonly string[]): string[] => all.map((text) => `${text}\r`);

interface Way {
  readonly steps: Step[];
  /** What is stored; nothing unless given. */
  readonly stored?: string;
  readonly code: number;
}

const WAYS: Readonly<Record<string, Way>> = {
  "one line, marked": { steps: [{ send: marked(line(0)) }, ...ENTER], stored: line(0), code: 0 },
  "one line with its end, marked": {
    steps: [{ send: marked(`${line(0)}\n`) }, ...ENTER],
    stored: line(0),
    code: 0,
  },
  "several lines, marked": {
    steps: [{ send: marked(`${SHORT.join("\n")}\n`) }, ...ENTER],
    stored: `${SHORT.join("\n")}\n`,
    code: 0,
  },
  "6 kB, marked": {
    steps: [{ send: marked(LONG.join("\n")) }, ...ENTER],
    stored: LONG.join("\n"),
    code: 0,
  },
  "6 kB slowly, marked": {
    steps: [...slowly(marked(LONG.join("\n")).split(/(?<=\r)/)), ...ENTER],
    stored: LONG.join("\n"),
    code: 0,
  },
  "marks that come in pieces": {
    steps: [...slowly(marked(SHORT.join("\n")).match(/[^]{1,3}/g)!), ...ENTER],
    stored: SHORT.join("\n"),
    code: 0,
  },
  "several lines and Enter at once, marked": {
    steps: [{ send: `${marked(SHORT.join("\n"))}\r` }],
    stored: SHORT.join("\n"),
    code: 0,
  },
  "lines with escape sequences and tabs, marked": {
    steps: [{ send: marked("a\x1b[31m\tb\nc\x04\x1a\x15d") }, ...ENTER],
    stored: "a\x1b[31m\tb\nc\x04\x1a\x15d",
    code: 0,
  },
  "a resize in the middle, marked": {
    steps: [
      { send: `\x1b[200~${SHORT[0]}\r` },
      { columns: 50 },
      { pause: 0.3 },
      { send: `${SHORT[1]}\x1b[201~` },
      ...ENTER,
    ],
    stored: `${SHORT[0]}\n${SHORT[1]}`,
    code: 0,
  },
  "one line, not marked": { steps: [{ send: `${line(0)}\r` }], stored: line(0), code: 0 },
  "one line of Windows, not marked": {
    steps: [{ send: `${line(0)}\r\n` }],
    stored: line(0),
    code: 0,
  },
  "several lines at once, not marked": { steps: [{ send: unmarked(SHORT).join("") }], code: 2 },
  "several lines slowly, not marked": { steps: slowly(unmarked(LONG)), code: 2 },
  "6 kB at once, not marked": { steps: [{ send: unmarked(LONG).join("") }], code: 2 },
  "commands behind a false end": {
    steps: [{ send: marked(`a\x1b[201~\r${unmarked(SHORT).join("")}`) }],
    code: 2,
  },
  "Ctrl-C in the middle, marked": {
    steps: [
      ...slowly([`\x1b[200~${line(0)}\r`, "\x03", ...unmarked(SHORT)]),
      { send: "\x1b[201~" },
    ],
    code: 130,
  },
  "Ctrl-C in the middle, not marked": {
    steps: slowly([line(0), "\x03", ...unmarked(SHORT)]),
    code: 130,
  },
  "Ctrl-Z in the middle, not marked": {
    steps: slowly([line(0), "\x1a", ...unmarked(SHORT)]),
    code: 2,
  },
  "Ctrl-Z, and again after fg": {
    steps: [
      { send: "half" },
      { pause: 0.3 },
      { send: "\x1a" },
      { expect: "Stopped" },
      { pause: 0.2 },
      { send: "fg\r" },
      { expect: "Value of NAME" },
      { pause: 0.2 },
      { send: marked(SHORT.join("\n")) },
      ...ENTER,
    ],
    stored: SHORT.join("\n"),
    code: 0,
  },
};

for (const [way, { steps, stored, code }] of Object.entries(WAYS)) {
  test(`kca set keeps or refuses what is pasted: ${way}`, async () => {
    await using daemon = await daemonWith({});
    using folder = temporaryFolder();
    const command = kcaCommand(["set", "NAME"]).map((word) => `'${word}'`).join(" ");
    writeFileSync(join(folder.path, "ask"), `exec ${command}\n`);
    chmodSync(join(folder.path, "ask"), 0o755);
    const { output, missing } = await runInTerminal(
      ["bash", "--norc", "--noprofile", "-i"],
      [
        { pause: 0.2 },
        { send: `cd ${folder.path}; set +o history; PS1='$ '; sh ./ask\r` },
        { expect: "Value of NAME" },
        { pause: 0.2 },
        ...steps,
        { expect: "\x1b[?2004l" },
        { expect: "$ " },
        { send: "echo co''de $?\r" },
        { expect: `code ${code}` },
        { pause: 0.3 },
        { send: "exit\r" },
      ],
      { ...kcaEnv(daemon), PATH: process.env.PATH, HOME: folder.path },
      { timeout: 25 },
    );
    assertEquals(missing, null, output);
    assertEquals(daemon.secrets(SERVICE), stored === undefined ? {} : { NAME: stored });
    const ran = readdirSync(folder.path).filter((name) => name.startsWith("ran"));
    assertEquals(ran, [], output);
    for (const part of ["s3cr3t", "touch", "ran-", "half", "command not found"]) {
      assert(!output.includes(part), output);
    }
    if (code === 2) assertStringIncludes(output, "nothing was done");
  }, { skip: !hasTerminal, timeout: 45_000 });
}
