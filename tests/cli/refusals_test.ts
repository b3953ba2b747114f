/** What `kca` refuses before anything is done, and what it says of it. In this process: no start. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Command, Flags } from "../../cli/command_line/command.ts";
import { parse } from "../../cli/command_line/parse.ts";
import { nearest } from "../../cli/command_line/suggest.ts";
import type { CommandName } from "../../cli/commands/table.ts";
import { CommandError, exitCodeOf, messageOf } from "../../cli/exit_codes.ts";
import { reportError } from "../../cli/report_error.ts";
import { systemReason } from "../../cli/system_reason.ts";
import { oddNames, refusePower } from "../../cli/variable_names.ts";
import { PartialFailureError, QueueFullError } from "../../mod.ts";
import { test } from "../harness.ts";
import { inProcess, playedContext } from "../support/in_process.ts";
import { daemonWith, SERVICE } from "../support/kca.ts";

test("kca refuses flags that contradict each other, and says which", async () => {
  const of = ["--service", "App"];
  const cases: [args: [CommandName, ...string[]], message: string, remedy?: string][] = [
    [["allow", "--list", "--forget"], "Give --list or --forget, not both"],
    [["check", "--profile", "x", "--all-profiles"], "Give --profile or --all-profiles, not both"],
    [["check", "--fill", "--source", "env"], "--fill stores values with the daemon"],
    [["delete", ...of], "Give names, or --prefix P"],
    [["delete", ...of, "--prefix", "p", "A"], "Give names, or --prefix P"],
    [["delete", ...of, "A"], "Cannot ask for confirmation without a terminal: give -y"],
    [["import", "no-such.env"], 'Cannot read "no-such.env"'],
    [["export", ...of], "--format is missing: --format env|", "kca export --help"],
    [["set", ...of], "Give a NAME, or --file FILE", "kca set --help"],
    [["set", ...of, "--file", "x", "--generate"], "--generate needs a NAME"],
    [["set", ...of, "--file", "x", "--value", "x"], "--value needs a NAME"],
    [["set", ...of, "A", "--stdin", "--value", "x"], "Give one of --value and --stdin, not both"],
    [
      ["set", ...of, "A", "--generate", "64"],
      "Too many arguments. Is one the value of a flag: --generate=LENGTH?",
    ],
    [["verify", "--key", "a", "--config", "b", "x"], "Give one of --public-key, --key and"],
    [["sign", "x"], "--key is missing: --key FILE"],
    [["import", "-y", "--from", "keytar"], "--from keytar needs the SERVICE"],
  ];
  for (const [args, message, remedy] of cases) {
    const { code, stdout, stderr } = await inProcess(args);
    assertEquals([code, stdout], [2, ""], `${args.join(" ")}: ${stderr}`);
    assertStringIncludes(stderr, `kca: ${message}`);
    if (remedy !== undefined) assertStringIncludes(stderr, `  Type: ${remedy}\n`);
  }
});

test("kca set --generate takes lengths from 8 to 4096, of letters and digits", async () => {
  await using daemon = await daemonWith({});
  const set = async (length: string) =>
    await inProcess([
      ...["set", "--service", SERVICE, "--socket", daemon.endpoint, "A"] as const,
      `--generate=${length}`,
    ]);
  for (const length of ["7", "4097", "x", "8.5", "-9", "100000"]) {
    const { code, stderr } = await set(length);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "give a number of characters from 8 to 4096");
  }
  const seen = new Set<string>();
  for (const [length, bits] of [[8, 47], [64, 381], [4096, 24388]] as const) {
    const { code, stderr } = await set(String(length));
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, `A random value of ${length} characters`);
    assertStringIncludes(stderr, `(${bits} bits)`);
    const { A = "" } = daemon.secrets(SERVICE);
    assertEquals(A.length, length);
    assert(/^[A-Za-z0-9]+$/.test(A), "other characters");
    for (const character of A) seen.add(character);
  }
  // Each of them is missing once in 10^29.
  assertEquals(seen.size, 62);
});

test("kca export prints all requested variables or nothing", async () => {
  await using daemon = await daemonWith({ "p:A": "1", "p:B": "2" });
  const from = async (service: string, ...args: string[]) =>
    await inProcess([
      ...["export", "--service", service, "--socket", daemon.endpoint, "--json"] as const,
      ...args,
    ]);
  const of = (...args: string[]) => from(SERVICE, ...args);
  const none = await of("--prefix", "q:");
  assertEquals([none.code, none.stdout], [1, ""]);
  assertStringIncludes(none.stderr, 'has no name that begins with \\"q:\\"');
  const empty = await from("Nothing");
  assertEquals([empty.code, empty.stdout], [1, ""]);
  assertStringIncludes(empty.stderr, 'Service \\"Nothing\\" has no secrets');
  const one = await of("--prefix", "p:", "--only", "A,C,D");
  assertEquals([one.code, one.stdout], [1, ""]);
  assertStringIncludes(one.stderr, 'Missing: \\"C\\", \\"D\\"');
  assertEquals(JSON.parse((await of("--prefix", "p:", "--only", "B")).stdout), { B: "2" });
  assertEquals(JSON.parse((await of("--prefix", "p:")).stdout), { A: "1", B: "2" });
  assertEquals(JSON.parse((await of()).stdout), { "p:A": "1", "p:B": "2" });
});

test("parse() says which value a flag lacks, and refuses a former name", () => {
  const value = { kind: "value", value: "X", about: "" } as const;
  const of = (flags: Flags): Command => ({ flags, docs: {} } as unknown as Command);
  const refused = (flags: Flags, ...args: string[]): string =>
    assertThrows(() => parse("x", of(flags), args), CommandError).message;
  assertEquals(refused({ toDo: { ...value, required: true } }), "--to-do is missing: --to-do X");
  const choices = ["a", "b"];
  assertEquals(
    refused({ one: { ...value, required: true, choices } }),
    "--one is missing: --one a|b",
  );
  const needs = "--one needs a value: --one X";
  assertEquals(refused({ one: value }, "--one"), needs);
  assertEquals(refused({ one: value }, "--one", "--"), needs);
  const begins = `${needs}. Write a value that begins with - after =: --one=-x`;
  assertEquals(refused({ one: value }, "--one", "-5"), begins);
  assertEquals(parse("x", of({ one: value }), ["--one", "-"]).flags.one, "-");
  const former = { name: "old", refused: "type --one" };
  assertEquals(refused({ one: { ...value, former } }, "--old", "x"), "type --one");
  assertEquals(parse("x", of({ one: { ...value, former } }), ["--one", "x"]).flags.one, "x");
  const renamed = of({ one: { ...value, former: { name: "old" } } });
  assertEquals(parse("x", renamed, ["--old", "x"]).flags.one, "x");
});

test("nearest() finds words that are begun or one typing error away", () => {
  const known = ["export", "exports", "list", "ab"];
  for (
    const [typed, found] of [
      ["exp", ["export", "exports"]],
      ["export", ["export", "exports"]],
      ["exprot", ["export"]],
      ["expor7", ["export"]],
      ["xport", ["export"]],
      ["eexport", ["export"]],
      ["exportz", ["export", "exports"]],
      ["lsit", ["list"]],
      ["lis", ["list"]],
      ["lits", ["list"]],
      ["tsil", []],
      ["lxxt", []],
      ["listed", []],
      ["ab", []],
    ] as const
  ) assertEquals(nearest(typed, known), [...found], typed);
});

test("refusePower() names variables that change programs, and the flag that allows them", () => {
  refusePower(["A", "B"], [], "");
  refusePower(["A", "PATH"], ["PATH"], "");
  const refused = (names: string[], allowed: string[] = []) =>
    assertThrows(() => refusePower(names, allowed, "Nothing"), CommandError);
  // What is advised can be typed as it stands, whatever is in the names.
  refusePower(
    ["PATH", "BASH_FUNC_a,b%%", "LD_PRELOAD"],
    ["PATH,BASH_FUNC_a,b%%", "LD_PRELOAD"],
    "",
  );
  assertEquals(refused(["LD_a"], ["LD_ab", "xLD_a"]).exitCode, 5);
  const one = refused(["A", "PATH"]);
  assertStringIncludes(one.message, '"PATH" changes what programs run');
  assertStringIncludes(one.message, "accept it anyway: `--allow-name PATH`. Nothing");
  const two = refused(["PATH", "LD_PRELOAD", "BASH_ENV"], ["BASH_ENV"]);
  assertStringIncludes(two.message, '"PATH", "LD_PRELOAD" change what programs run');
  // A flag is no command, which a remedy is.
  assertEquals([two.remedy, two.exitCode], [undefined, 5]);
  assertStringIncludes(two.message, "`--allow-name PATH,LD_PRELOAD`");
});

test("oddNames() finds names that cannot be shell variables, and the probable prefix", () => {
  assertEquals(oddNames(["p:"], ["A", "b_1"]), undefined);
  // Not even an environment holds these: others refuse them.
  assertEquals(oddNames(["p:"], ["A", "", "B=C", "D\0"]), undefined);
  const said = (prefixes: string[], names: string[]) => oddNames(prefixes, names)!;
  const some = said(["p:"], ["A", "dev:B"]);
  assertEquals(some, {
    message: 'A shell cannot have a variable called "dev:B": did you mean `--prefix p:dev:`?',
    all: false,
  });
  assertEquals(said([], ["dev/B"]).message.split(": ")[1], "did you mean `--prefix dev/`?");
  for (
    const [prefixes, names] of [
      [["p:", "q:"], ["dev:B"]],
      [["p:"], ["dev-B"]],
      [["p:"], ["dev:1"]],
      [["p:"], ["a b"]],
    ] as const
  ) {
    const { message, all } = said([...prefixes], [...names]);
    assert(all && !message.includes("did you mean"), message);
  }
  const many = said(["p:"], ["1", "2", "3", "4", "5", "6", "7"]);
  assertStringIncludes(many.message, '"5" and 2 more');
});

test("reportError() puts a command on its own line, from which it can be copied", () => {
  const report = (error: unknown, json = false, columns?: number): string => {
    const { context, written } = playedContext({ ...(columns !== undefined && { columns }) });
    reportError(context, error, json);
    assertEquals(written[1], "");
    return written[2];
  };
  const said = new CommandError(2, "It is so. Type: kca x --y", "kca x --y");
  assertEquals(report(said), "kca: It is so\n  Type: kca x --y\n");
  assertEquals(report(new CommandError(2, "It is so", "kca x")), "kca: It is so\n  Type: kca x\n");
  // Said already.
  assertEquals(report(new CommandError(2, "Try `kca x`", "kca x")), "kca: Try `kca x`\n");
  // Of another command.
  const other = new CommandError(2, "So. Type: sudo kca x", "kca x");
  assertEquals(report(other), "kca: So. Type: sudo kca x\n");
  const full = new QueueFullError(1);
  assertEquals(report(full), `kca: ${full.message}\n  Type: kca doctor\n`);
  assertEquals(report(new TypeError("Odd\x1b")), "kca: Odd\\u001b\n");
  assertEquals(report("text"), "kca: text\n");
  const long = new CommandError(5, `${"word ".repeat(9)}end\n  a list ${"word ".repeat(9)}end`);
  const wrapped = report(long, false, 30).split("\n");
  assertEquals(wrapped.length, 4);
  assertEquals(wrapped[2], `  a list ${"word ".repeat(9)}end`);
  assertEquals(report(long).split("\n").length, 3);
  assertEquals(JSON.parse(report(said, true)).error, {
    code: "usage",
    message: "It is so. Type: kca x --y",
    remedy: "kca x --y",
    exitCode: 2,
  });
  assertEquals(JSON.parse(report(full, true)).error.code, "queue_full");
  assertEquals(JSON.parse(report(new Error("Odd"), true)).error, {
    code: "failed",
    message: "Odd",
    exitCode: 5,
  });
  assertEquals(JSON.parse(report(new CommandError(126, "x"), true)).error.code, "not_executable");
});

test("messageOf() adds why a batch failed, and exitCodeOf() knows each kind of failure", () => {
  const cause = new Error("why");
  const parts = { applied: ["A"], failed: [], unknown: [] };
  const partial = new PartialFailureError("write", parts, cause);
  assertEquals(messageOf(partial), `${partial.message}\nwhy`);
  assertEquals(messageOf(new Error("what", { cause })), "what");
  assertEquals(exitCodeOf(new CommandError(7, "x")), 7);
  assertEquals([exitCodeOf(new QueueFullError(1)), exitCodeOf("x")], [5, 5]);
});

test("systemReason() says in words why the system refused a file", () => {
  const error = (code: unknown) => Object.assign(new RangeError("x"), { code });
  assertEquals(systemReason(error("EISDIR")), "it is a folder (EISDIR)");
  assertEquals(systemReason(error("EODD")), "EODD");
  assertEquals(systemReason(error(7)), "RangeError");
});
