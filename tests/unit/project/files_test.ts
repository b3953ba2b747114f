/** What a project asks of files: whose they are, and where they stand. */
import { assertEquals, assertThrows } from "@std/assert";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  belongsToUser,
  below,
  exists,
  isAbsolute,
  isFolder,
  otherWriters,
  parentOf,
  readFile,
  reasonOf,
} from "../../../project/file/files.ts";
import { test } from "../../harness.ts";
import { posix, temporaryFolder } from "../../support/kca.ts";

const unix = { skip: !posix };
/** nobody's, on most systems. */
const OTHER = 65_534;

test("parentOf() goes up to the root and ends there", () => {
  const up: (string | undefined)[] = [];
  for (let at: string | undefined = "/a/b c"; at !== undefined; at = parentOf(at)) up.push(at);
  assertEquals(up, ["/a/b c", "/a", "/"]);
  assertEquals(below("/", "x"), "/x");
  assertEquals(below("/a", "x"), "/a/x");
  assertEquals([isAbsolute("/a"), isAbsolute("a/b")], [true, false]);
});

test("otherWriters() tells files that others own or may write from one's own", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, "");
  const withMode = (mode: number) => {
    chmodSync(path, mode);
    return otherWriters(path);
  };
  for (const mode of [0o600, 0o644, 0o755]) assertEquals(withMode(mode), undefined);
  for (const mode of [0o620, 0o602, 0o666]) assertEquals(withMode(mode), "mode");
  // Root could change it anyway.
  assertEquals(otherWriters("/etc/hosts"), undefined);
  assertEquals([belongsToUser(path), belongsToUser(join(folder.path, "none"))], [true, false]);
  assertEquals(belongsToUser("/etc/hosts"), process.getuid!() === 0);
  assertThrows(() => otherWriters(join(folder.path, "none")));
}, unix);

test("otherWriters() finds another owner, also that of a link", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  const link = join(folder.path, "link");
  writeFileSync(path, "", { mode: 0o600 });
  symlinkSync(path, link);
  assertEquals(otherWriters(link), undefined);
  chownSync(path, OTHER, OTHER);
  assertEquals([otherWriters(path), otherWriters(link)], ["owner", "owner"]);
  assertEquals(belongsToUser(path), false);
}, { skip: !posix || process.getuid!() !== 0 });

test("exists(), isFolder() and readFile() of files, folders and links", () => {
  using folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  writeFileSync(at("file"), "x");
  mkdirSync(at("folder"));
  assertEquals(["file", "folder", "none"].map((name) => exists(at(name))), [true, true, false]);
  const folders = ["file", "folder", "none"].map((name) => isFolder(at(name)));
  assertEquals(folders, [false, true, false]);
  assertEquals([...readFile(at("file"))!], [0x78]);
  assertEquals([readFile(at("none")), readFile(join(at("file"), "x"))], [undefined, undefined]);
  assertThrows(() => readFile(at("folder")));
  assertEquals(reasonOf(Object.assign(new TypeError(), { code: "EACCES" })), "EACCES");
  assertEquals([reasonOf(new TypeError()), reasonOf({})], ["TypeError", "unknown error"]);
  if (!posix) return;
  symlinkSync(at("gone"), at("link"));
  assertEquals(exists(at("link")), true);
  assertThrows(() => readFile("/dev/null"), Error, "not a regular file");
});
