/** The completion scripts in the shells that they are for. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kcaCommand, kcaEnv, temporaryFolder } from "../support/kca.ts";
import { hang, request } from "../support/steps.ts";
import { startScripted } from "../support/scripted_server.ts";
import { hasTerminal, runInTerminal } from "../support/terminal.ts";

/** How each is started without anybody's settings, and what it needs before a script. */
const SHELLS = [
  ["bash", ["--norc", "--noprofile", "-i"], ":"],
  ["zsh", ["-f", "-i"], "autoload -Uz compinit; compinit -D -u"],
  ["fish", ["--no-config", "-i"], "true"],
] as const;

const CLEAR = { send: "\x15" };

test("kca completes nothing, and does not wait, when the daemon does not answer", async () => {
  await using silent = await startScripted([[request(), hang()]]);
  // The first one may be over before a slow machine has asked.
  for (const timeout of [[], ["--timeout", "never"], ["--timeout", "3s"]]) {
    const words = ["get", ...timeout, "--service", "s", "--socket", silent.endpoint, ""];
    const { stdout, stderr, code } = await runCommand(kcaCommand(["complete", "--", ...words]));
    assertEquals([stdout, stderr, code], ["", "", 0]);
  }
  assert(silent.lines.length > 0);
});

for (const [shell, flags, prepare] of SHELLS) {
  const there = hasTerminal && spawnSync(shell, ["-c", ":"]).status === 0;
  test(`kca completion ${shell} completes, and runs nothing of the typed text`, async () => {
    await using daemon = await daemonWith({ "proj_1:dev:SECRET_NAME": "1" });
    using folder = temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    const command = kcaCommand([]).map((word) => `'${word}'`).join(" ");
    writeFileSync(at("kca"), `#!/bin/sh\nexec ${command} "$@"\n`);
    chmodSync(at("kca"), 0o755);
    const { stdout: script } = await runCommand(kcaCommand(["completion", shell]));
    writeFileSync(at("script"), script);
    const load = `${prepare}; source ${at("script")}; source ${at("script")}; echo lo''aded\r`;
    const evil = `kca run $(touch ${at("a")}) \`touch ${at("b")}\` --p=$(touch\${IFS}${at("c")})=`;
    const { output, missing } = await runInTerminal([shell, ...flags], [
      { pause: 0.5 },
      { send: load },
      { expect: "loaded" },
      { pause: 0.5 },
      { send: "kca run --dot\t" },
      { expect: "env" },
      CLEAR,
      { send: "kca export --format=do\t" },
      { expect: "cker" },
      CLEAR,
      { send: "kca get --timeout 60s proj_1:de\t" },
      { expect: "v:SECRET_NAME" },
      CLEAR,
      { send: "kca run --timeout 60s --prefix=pro\t" },
      { expect: "j_1:" },
      { send: "\t" },
      { expect: "dev:" },
      CLEAR,
      { send: `${evil}\t\t` },
      { pause: 1 },
      CLEAR,
      // It answers when it is done with the keys before.
      { send: "echo fir''st\r" },
      { expect: "first" },
      { send: `kca run > ${at("d")} --dot\t` },
      { pause: 1 },
      CLEAR,
      { send: "echo sec''ond\r" },
      { expect: "second" },
      { send: `kca set --file ${at("scr")}\t` },
      { expect: "ipt" },
      CLEAR,
      { send: "exit\r" },
    ], {
      ...kcaEnv(daemon),
      PATH: `${folder.path}:${process.env.PATH}`,
      TERM: "xterm",
      HOME: folder.path,
      PS1: "> ",
    }, { timeout: 60 });
    assertEquals(missing, null, output);
    for (const name of ["a", "b", "c", "d"]) assert(!existsSync(at(name)), name);
    assertStringIncludes(output, "loaded");
    assert(!/readonly|error/i.test(output), output);
  }, { skip: !there, timeout: 90_000 });
}
