/** Folders on the way to a repository that other users may not enter. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { test } from "../../harness.ts";
import { closedFolder } from "../../launcher/reachable.ts";
import { temporaryFolder } from "../../support/kca.ts";

test("closedFolder() finds the nearest folder that other users may not enter", () => {
  using folder = temporaryFolder();
  const outer = join(folder.path, "outer");
  const inner = join(outer, "inner");
  mkdirSync(inner, { recursive: true });
  for (const open of [folder.path, outer, inner]) chmodSync(open, 0o755);
  assertEquals(closedFolder(inner), undefined);
  chmodSync(outer, 0o754);
  assertEquals(closedFolder(inner), outer);
  assertEquals(closedFolder(folder.path), undefined);
}, { skip: process.getuid?.() !== 0 });
