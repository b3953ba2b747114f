import { assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runtime } from "../../src/runtime.ts";
import { runCommand, test } from "../harness.ts";
import { kcaCommand, temporaryFolder } from "../support/kca.ts";

test("kca shows commands as the shell that started it finds them", async () => {
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
