import { assertEquals, assertStringIncludes } from "@std/assert";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, SERVICE, temporaryFolder } from "../support/kca.ts";

test("kca get --out-file refuses anything but a file, and does not change it", async () => {
  await using daemon = await daemonWith({ A: "alpha" });
  using folder = temporaryFolder();
  const [target, link] = ["target", "link"].map((name) => join(folder.path, name)) as [
    string,
    string,
  ];
  writeFileSync(target, "before");
  symlinkSync(target, link);
  for (
    const [path, what] of [
      [link, "a symbolic link"],
      [folder.path, "a folder"],
      ["/dev/null", "not a regular file"],
    ] as const
  ) {
    const { code, stderr } = await kca(daemon, ["get", "A", "--out-file", path]);
    assertEquals([code, stderr], [5, `kca: Cannot write ${JSON.stringify(path)}: it is ${what}\n`]);
  }
  assertEquals(readFileSync(target, "utf8"), "before");
  const nowhere = await kca(daemon, ["get", "A", "--out-file", join(target, "x")]);
  assertEquals(nowhere.code, 5);
  assertStringIncludes(nowhere.stderr, "a part of its path is not a folder (ENOTDIR)");
  const unread = await kca(daemon, ["set", "A", "--file", join(folder.path, "absent")]);
  assertEquals(unread.code, 2);
  assertStringIncludes(unread.stderr, "there is no such file or folder (ENOENT)");
  assertEquals(readdirSync(folder.path).sort(), ["link", "target"]);
});

test("kca set reads no more of stdin than fits into a request", async () => {
  await using daemon = await daemonWith({});
  const { code, stderr } = await runCommand(
    ["sh", "-c", 'yes | "$@"', "sh", ...kcaCommand(["set", "NAME"])],
    { env: kcaEnv(daemon) },
  );
  assertEquals(code, 2);
  assertStringIncludes(stderr, "The value on stdin is longer than 65535 bytes");
  assertEquals(daemon.secrets(SERVICE), {});
});
