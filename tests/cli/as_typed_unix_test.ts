import { assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runtime } from "../../src/runtime.ts";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kcaCommand, SERVICE, temporaryFolder } from "../support/kca.ts";
import { stage } from "../support/kca_project.ts";

test("kca shows commands as its shell finds them", async () => {
  using folder = temporaryFolder();
  const withKca = (...parts: string[]): string => {
    const path = join(folder.path, ...parts);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "kca"), "");
    return path;
  };
  const project = withKca("app", "node_modules", ".bin");
  const cache = runtime.name === "bun" ? "bunx-1000-kca" : "_npx";
  const temporary = withKca(cache, "1f", "node_modules", ".bin");
  const everywhere = withKca("bin");
  const [first, second] = runtime.name === "bun"
    ? ["bunx --bun kca", "bunx --bun @keychain-auth/client"]
    : ["npx kca", "npx @keychain-auth/client"];
  for (
    const [folders, kca] of [
      [[], "kca"],
      [[project], first],
      [[temporary], second],
      [[project, everywhere], "kca"],
    ] as const
  ) {
    const PATH = [...folders, process.env.PATH].join(":");
    const { stdout } = await runCommand(kcaCommand([]), { env: { PATH } });
    assertStringIncludes(stdout, `\n    ${kca} doctor\n`);
    const { stderr, code } = await runCommand(kcaCommand(["check"]), {
      cwd: folder.path,
      env: { PATH },
    });
    assertEquals([code, stderr.includes(`${kca} init`)], [2, true], stderr);
  }
}, { timeout: 180_000 });

test("kca says how to store each missing secret, with a command that the shell finds", async () => {
  await using daemon = await daemonWith({});
  using at = stage(daemon, {
    service: SERVICE,
    secrets: { A: {}, B: { description: "kca set B" } },
  });
  const bin = join(at.home, "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "kca"), "");
  await at.run(["allow"]);
  const PATH = `${bin}:${process.env.PATH}`;
  const { stderr, code } = await at.run(["run", "--", "true"], { env: { PATH } });
  const launcher = runtime.name === "bun" ? "bunx --bun" : "npx";
  const set = (name: string): string => `    ${launcher} kca set --service ${SERVICE} ${name}`;
  assertEquals([code, stderr.split("\n").slice(1, -1)], [
    1,
    ["  A", set("A"), "  B: kca set B", set("B")],
  ]);
}, { timeout: 180_000 });
