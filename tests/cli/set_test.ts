import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../../cli/exit_codes.ts";
import { newValue, type ValueFlags } from "../../cli/new_value.ts";
import { test } from "../harness.ts";
import { type Around, inProcess, playedContext } from "../support/in_process.ts";
import { daemonWith, kca, SERVICE, temporaryFolder } from "../support/kca.ts";
import { hasTerminal, runInTerminal } from "../support/terminal.ts";
import { kcaCommand, kcaEnv } from "../support/kca.ts";

/** Many starts of a runtime. */
const slow = { timeout: 120_000 };

test(
  "kca set NAME --file stores what the file holds, less the newline of a single line",
  async () => {
    await using daemon = await daemonWith({});
    using folder = temporaryFolder();
    const file = join(folder.path, "key.pem");
    const pem = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n";
    const utf16 = (text: string, swap: boolean): Uint8Array => {
      const bytes = new Uint8Array(
        new Uint16Array([...`\uFEFF${text}`].map((c) => c.charCodeAt(0))).buffer,
      );
      if (!swap) return bytes;
      for (let at = 0; at < bytes.length; at += 2) bytes.subarray(at, at + 2).reverse();
      return bytes;
    };
    for (
      const [content, stored] of [
        ["token\n", "token"],
        ["token\r\n", "token"],
        ["token", "token"],
        ["  token ", "  token "],
        [pem, pem],
        [pem.replaceAll("\n", "\r\n"), pem.replaceAll("\n", "\r\n")],
        ["two\n\n", "two\n\n"],
        ["\uFEFFtoken\n", "token"],
        [utf16("tökén\r\n", false), "tökén"],
        [utf16("tökén\r\n", true), "tökén"],
      ] as const
    ) {
      writeFileSync(file, content);
      const { code, stdout, stderr } = await kca(daemon, ["set", "NAME", "--file", file]);
      assertEquals([code, stdout, stderr], [0, "NAME\n", ""]);
      assertEquals(daemon.secrets(SERVICE), { NAME: stored });
    }
    for (const bytes of [[0xff, 0x00, 0x80], [0x74, 0x00, 0x6f, 0x00], [0xff, 0xfe, 0x00, 0xd8]]) {
      writeFileSync(file, new Uint8Array(bytes));
      const { code, stderr } = await kca(daemon, ["set", "NAME", "--file", file]);
      assertEquals(code, 2, `${bytes}`);
      assertStringIncludes(stderr, "base64");
    }
    assertEquals((await kca(daemon, ["set", "NAME", "--file", join(folder.path, "none")])).code, 2);
    writeFileSync(file, "");
    const empty = await kca(daemon, ["set", "NAME", "--file", file]);
    assertEquals(empty.code, 2);
    assertStringIncludes(empty.stderr, "--allow-empty");
  },
  slow,
);

test("kca set --generate stores a random value that it shows nowhere", async () => {
  await using daemon = await daemonWith({});
  const values = new Set<string>();
  for (
    const [flag, length, bits] of [["--generate", 32, 190], ["--generate=100", 100, 595]] as const
  ) {
    for (let turn = 0; turn < 2; turn++) {
      const { code, stdout, stderr } = await kca(daemon, ["set", "NAME", flag]);
      const value = daemon.secrets(SERVICE).NAME!;
      assertEquals([code, stdout], [0, "NAME\n"]);
      assertMatch(value, new RegExp(`^[A-Za-z0-9]{${length}}$`));
      assertStringIncludes(stderr, `${length} characters out of A-Z, a-z and 0-9 (${bits} bits)`);
      assert(!stderr.includes(value));
      values.add(value);
    }
  }
  assertEquals(values.size, 4);
  for (const wrong of ["--generate=0", "--generate=7", "--generate=99999", "--generate=x"]) {
    const { code, stderr } = await kca(daemon, ["set", "OTHER", wrong]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "--generate: give a number of characters from 8 to 4096");
  }
  const apart = await kca(daemon, ["set", "NAME", "--generate", "40"]);
  assertEquals([apart.code, apart.stdout], [2, ""]);
  assertStringIncludes(apart.stderr, "--generate=LENGTH");
  // Only behind =: what follows is the name.
  assertEquals((await kca(daemon, ["set", "--generate", "40"])).stdout, "40\n");
}, slow);

test("kca set refuses two sources of a value, and a source without a name", async () => {
  await using daemon = await daemonWith({});
  for (
    const args of [
      ["NAME", "--stdin", "--generate"],
      ["NAME", "--file", "f", "--stdin"],
      ["NAME", "--file", "f", "--value", "x"],
      ["--generate"],
      ["--stdin"],
      ["--file", "f", "--stdin"],
      [],
    ]
  ) {
    const { code, stdout } = await kca(daemon, ["set", ...args], { stdin: "x" });
    assertEquals([code, stdout], [2, ""], args.join(" "));
  }
  assertEquals(daemon.secrets(SERVICE), {});
  assertEquals((await kca(daemon, ["set", "N", "--stdin"], { stdin: "x\n" })).stdout, "N\n");
  assertEquals(daemon.secrets(SERVICE), { N: "x" });
}, slow);

test("kca set --stdin does not let a terminal show the value", async () => {
  await using daemon = await daemonWith({});
  const { output, code } = await runInTerminal(
    kcaCommand(["set", "NAME", "--stdin"]),
    [{ expect: "leave out --stdin" }],
    kcaEnv(daemon),
  );
  assertEquals(code, 2, output);
}, { skip: !hasTerminal });

test("newValue() takes a value from one place, and says what is wrong with it", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "value");
  const take = async (flags: Partial<ValueFlags>, around: Around = {}) => {
    const { context, written } = playedContext(around);
    const all = { quiet: false, stdin: false, allowEmpty: false, ...flags };
    const value = await newValue(context, all, "NAME");
    assertEquals(written[1], "");
    return [value, written[2].split(" ")[0]] as const;
  };
  const refused = async (flags: Partial<ValueFlags>, around?: Around): Promise<string> => {
    const { message } = await assertRejects(() => take(flags, around), CommandError);
    assert(!message.includes("hunter2"), message);
    return message;
  };
  assertEquals(await take({ value: "hunter2" }), ["hunter2", "Warning:"]);
  assertEquals(await take({ value: "", quiet: true }), ["", ""]);
  for (const stdin of [true, false]) {
    assertEquals(await take({ stdin }, { stdin: "a\n\n" }), ["a\n", ""]);
    assertEquals(await take({ stdin }, { stdin: "a" }), ["a", ""]);
  }
  const most = "x".repeat(65_536);
  assertEquals((await take({}, { stdin: most }))[0].length, 65_536);
  assertStringIncludes(await refused({}, { stdin: `${most}y` }), "longer than 65535 bytes");
  assertStringIncludes(await refused({}, { stdin: Uint8Array.of(0xff) }), "is not UTF-8");
  assertStringIncludes(await refused({}, { stdin: "\n" }), "--allow-empty");
  assertEquals(await take({ allowEmpty: true }, { stdin: "\n" }), ["", ""]);
  assertStringIncludes(await refused({ stdin: true }, { typed: true }), "leave out --stdin");
  writeFileSync(file, "\n");
  assertStringIncludes(await refused({ file }), "The value is empty");
  assertStringIncludes(await refused({ file, value: "hunter2" }), "--value and --file, not both");
  assertEquals(await take({ file, allowEmpty: true }), ["", ""]);
});

test("kca set shows progress at a terminal, and clears that line", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const file = join(folder.path, "many.json");
  const set = async (count: number, ...flags: string[]): Promise<string> => {
    const names = Array.from({ length: count }, (_, index) => [`N${index}`, "x"]);
    writeFileSync(file, JSON.stringify(Object.fromEntries(names)));
    const args = [
      "set",
      "--service",
      SERVICE,
      "--socket",
      daemon.endpoint,
      "--file",
      file,
    ] as const;
    const { code, stdout, stderr } = await inProcess([...args, ...flags], { columns: 80 });
    assertEquals([code, stdout.split("\n").length], [0, count + 1], stderr);
    return stderr;
  };
  assertEquals(await set(25), "\rSetting 0/25\rSetting 20/25\rSetting 25/25\r\x1b[K");
  assertEquals(await set(20), "");
  assertEquals(await set(25, "--quiet"), "");
  assertEquals(Object.keys(daemon.secrets(SERVICE)).length, 25);
});
