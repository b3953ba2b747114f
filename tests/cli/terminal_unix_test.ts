import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { test } from "../harness.ts";
import {
  daemonWith,
  DOCTOR,
  kca,
  kcaCommand,
  kcaEnv,
  SERVICE,
  temporaryFolder,
} from "../support/kca.ts";
import { stage, STORED } from "../support/kca_project.ts";
import { hasTerminal, runInTerminal, type Step } from "../support/terminal.ts";
import type { TestDaemon } from "../../testing/mod.ts";

const skip = !hasTerminal;

async function type(daemon: TestDaemon, args: string[], steps: Step[], variables = {}) {
  const result = await runInTerminal(kcaCommand(args), steps, { ...kcaEnv(daemon), ...variables });
  assertEquals(result.missing, null, result.output);
  return result;
}

test("kca set asks without showing what is typed", async () => {
  await using daemon = await daemonWith({});
  const { output, code } = await type(daemon, ["set", "NAME"], [
    { expect: "Value of NAME" },
    { pause: 0.2 },
    { send: "s3cr3t value\r" },
  ]);
  assertEquals(daemon.secrets(SERVICE), { NAME: "s3cr3t value" });
  assertEquals(code, 0);
  for (const part of ["s3cr3t", "value", "s3", "***"]) assert(!output.includes(part), output);
}, { skip });

for (
  const [what, end, code] of [
    ["Ctrl-C", { send: "half\x03" }, 130],
    ["Ctrl-D", { send: "half\x04" }, 130],
    ["SIGTERM", { kill: 15 }, 143],
    ["SIGHUP", { kill: 1 }, 129],
    ["SIGINT", { kill: 2 }, 130],
    ["SIGQUIT", { kill: 3 }, 131],
    ["SIGUSR1", { kill: constants.signals.SIGUSR1 }, 128 + constants.signals.SIGUSR1],
    ["SIGALRM", { kill: 14 }, 142],
  ] as const
) {
  test(`kca set ends at ${what} with ${code}, sets nothing and restores the terminal`, async () => {
    await using daemon = await daemonWith({});
    const result = await type(daemon, ["set", "NAME"], [
      { expect: "Value of NAME" },
      { pause: 0.2 },
      end,
    ]);
    assertEquals(result.code, code, result.output);
    assertEquals(daemon.secrets(SERVICE), {});
    assert(result.echo !== false);
    // The cursor is shown again.
    assertStringIncludes(result.output, "\x1b[?25h");
    assert(result.output.endsWith("kca: Cancelled\r\n"), result.output);
  }, { skip });
}

test("kca set has no key that shows the value", async () => {
  await using daemon = await daemonWith({});
  const { output, code } = await type(daemon, ["set", "NAME"], [
    { expect: "Value of NAME" },
    { pause: 0.2 },
    { send: "s3cr3t\x14" },
    { pause: 0.2 },
    { send: "\r" },
  ]);
  assertEquals(code, 0);
  assert(!output.includes("s3cr3t"), output);
  assert(!output.includes("ctrl"), output);
}, { skip });

test("kca set --file shows its progress", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const path = join(folder.path, "many.json");
  const entries = Array.from({ length: 60 }, (_, index) => [`N${index}`, "hidden"]);
  writeFileSync(path, JSON.stringify(Object.fromEntries(entries)));
  const { output, code } = await type(daemon, ["set", "--file", path], [{ expect: "Setting" }]);
  assertEquals(code, 0, output);
  assertStringIncludes(output, "/60");
  assert(!output.includes("hidden"));
  assertEquals(Object.keys(daemon.secrets(SERVICE)).length, 60);
}, { skip });

test("kca delete asks, and deletes only after a yes", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `p:${index}`);
  await using daemon = await daemonWith(Object.fromEntries(names.map((name) => [name, "1"])));
  const question = { expect: "Delete 20 of" };
  const no = await type(daemon, ["delete", "--prefix", "p:"], [
    question,
    { pause: 0.2 },
    { send: "n\r" },
  ]);
  assertEquals(no.code, 5);
  assert(!no.output.includes("more"), no.output);
  assertEquals(Object.keys(daemon.secrets(SERVICE)).length, 20);
  const end = await type(daemon, ["delete", "--prefix", "p:"], [
    question,
    { pause: 0.2 },
    { send: "\x04" },
  ]);
  assertEquals([end.code, end.echo !== false], [130, true], end.output);
  assertEquals(Object.keys(daemon.secrets(SERVICE)).length, 20);
  const yes = await type(daemon, ["delete", "--prefix", "p:"], [
    question,
    { pause: 0.2 },
    // What is shown is what was typed, also after a correction.
    { send: "n" },
    { expect: "(y/N) n" },
    { send: "x" },
    { expect: "x" },
    { send: "\x7f\x7fyes" },
    { expect: "\b \b\b \byes" },
    { send: "\r" },
  ]);
  assertEquals(yes.code, 0, yes.output);
  assertStringIncludes(yes.output, "(y/N) nx\b \b\b \byes");
  assertEquals(daemon.secrets(SERVICE), {});
}, { skip });

test("kca uses a project that is not allowed only after a yes", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  const variables = { ...kcaEnv(daemon), HOME: at.home, XDG_CONFIG_HOME: undefined };
  for (const [answer, code] of [["n", 5], ["y", 0], [undefined, 0]] as const) {
    const steps = [{ expect: "Allow it?" }, { pause: 0.2 }, { send: `${answer}\r` }];
    const { output, missing, ...ended } = await runInTerminal(
      kcaCommand(["run", "--", "echo", "started"]),
      answer === undefined ? [] : steps,
      variables,
      { cwd: at.repository },
    );
    assertEquals([missing, ended.code], [null, code], output);
    assertEquals(output.includes("started"), code === 0, output);
  }
}, { skip });

test("kca escapes names for a terminal", async () => {
  const name = "a\x1b]0;pwned\x07\u009b31m\u202eb";
  await using daemon = await daemonWith({ [name]: "1" });
  const shown = "a\\u001b]0;pwned\\u0007\\u009b31m\\u202eb";
  const end: Step[] = [{ expect: shown }];
  for (
    const [args, steps] of [
      [["list"], end],
      [["get", `${name}!`], end],
      [["set", name, "--value", "2"], end],
      [["set", name], [...end, { send: "3\r" }, ...end]],
      [["delete", name], [...end, { send: "y\r" }, ...end]],
    ] as [string[], Step[]][]
  ) {
    const { output } = await type(daemon, args, steps);
    for (const obeyed of ["\x1b]", "\x07", "\u009b", "\u202e"]) {
      assert(!output.includes(obeyed), JSON.stringify(output));
    }
  }
  assertEquals(daemon.secrets(SERVICE), {});
}, { skip });

test("kca doctor has colours in a terminal only, and none with NO_COLOR", async () => {
  await using daemon = await daemonWith({});
  const end: Step[] = [{ expect: "All is well" }];
  assertStringIncludes((await type(daemon, [...DOCTOR], end)).output, "\x1b[32m");
  assert(!(await type(daemon, [...DOCTOR], end, { NO_COLOR: "1" })).output.includes("\x1b[32m"));
  const piped = await kca(daemon, [...DOCTOR], { env: { NO_COLOR: undefined } });
  assert(!piped.stdout.includes("\x1b"), piped.stdout);
}, { skip });

test("kca run leaves Ctrl-C to the terminal, so that the program gets it once", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const script = 'n=0; trap "n=\\$((n+1)); echo interrupt \\$n" INT; echo ready; ' +
    // Until it got one, and then long enough for a second one.
    "until [ $n -gt 0 ]; do sleep 0.1; done; " +
    "i=0; while [ $i -lt 8 ]; do sleep 0.1; i=$((i+1)); done; exit $((n+20))";
  const { output, code } = await type(daemon, [
    ...["run", "--prefix", "p:", "--", "sh", "-c", script],
  ], [{ expect: "ready" }, { pause: 0.2 }, { send: "\x03" }]);
  assertEquals(code, 21, output);
  assertStringIncludes(output, "interrupt 1");
  assert(!output.includes("interrupt 2"), output);
}, { skip });

test("kca run passes SIGTERM on in a terminal too", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const script = 'trap "echo got; exit 9" TERM; echo ready; ' +
    "i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done";
  const { code } = await type(daemon, ["run", "--prefix", "p:", "--", "sh", "-c", script], [
    { expect: "ready" },
    { kill: 15 },
  ]);
  assertEquals(code, 9);
}, { skip });

test("kca run --redact leaves a terminal to the program", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha" });
  const { output, code } = await type(daemon, [
    ...["run", "--prefix", "p:", "--redact", "--", "sh", "-c", "test -t 1 && echo $A"],
  ], [{ expect: "alpha" }]);
  assertEquals(code, 0, output);
}, { skip });
