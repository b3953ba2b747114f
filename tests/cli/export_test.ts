import { assertEquals, assertStringIncludes } from "@std/assert";
import dotenv from "dotenv";
import fc from "fast-check";
import { formatVariables } from "../../cli/export/formats.ts";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kca, posix } from "../support/kca.ts";
import { NASTY } from "../support/nasty.ts";

test("kca export --format shell gives eval every byte back", async () => {
  await using daemon = await daemonWith(
    Object.fromEntries(Object.entries(NASTY).map(([name, value]) => [`p:${name}`, value])),
  );
  const { stdout: exported, code } = await kca(daemon, [
    ...["export", "--prefix", "p:", "--format", "shell"],
  ]);
  assertEquals(code, 0);
  const names = Object.keys(NASTY);
  const print = names.map((name) => `printf '%s\\0' "$${name}"`).join("; ");
  const { stdout } = await runCommand(["sh", "-c", `eval "$1"; ${print}`, "sh", exported]);
  assertEquals(stdout.split("\0").slice(0, -1), Object.values(NASTY));
}, { skip: !posix });

test("kca export --format json gives every byte back", async () => {
  const values = { ...NASTY, NUL: "a\0b" };
  await using daemon = await daemonWith(values);
  const { stdout } = await kca(daemon, ["export", "--format", "json"]);
  assertEquals(JSON.parse(stdout), values);
});

test("formatVariables() writes dotenv lines that read back as they were, or says why not", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom(..."a $'\"`\\\n\r#=é{}", "\t") }), {
        minLength: 1,
        maxLength: 4,
      }),
      (values) => {
        const variables = new Map(values.map((value, index) => [`V${index}`, value]));
        const { text, obstacles } = formatVariables(variables, "env", dotenv.parse);
        const read = dotenv.parse(text);
        const left = new Set(obstacles.map(({ name }) => name));
        for (const [name, value] of variables) {
          assertEquals(read[name], left.has(name) ? undefined : value);
        }
      },
    ),
    { numRuns: 5_000 },
  );
  const { obstacles } = formatVariables(new Map(Object.entries(NASTY)), "env", dotenv.parse);
  assertEquals(obstacles, []);
});

test("kca export --format docker says what its files cannot carry, and prints nothing", async () => {
  await using daemon = await daemonWith({ "p:A": "x", "p:KEY": "a\nb", "p:CR": "leaked\r" });
  const { code, stdout, stderr } = await kca(daemon, [
    ...["export", "--prefix", "p:", "--format", "docker"],
  ]);
  assertEquals([code, stdout], [5, ""]);
  assertStringIncludes(stderr, '"KEY": it contains a newline');
  assertStringIncludes(stderr, '"CR": it ends with a carriage return');
  assertEquals(stderr.includes("leaked"), false);
});

test("formatVariables() writes docker lines as docker reads them: whole, without quotes", () => {
  const { NEWLINES: _, CARRIAGE: __, ...rest } = NASTY;
  const { text, obstacles } = formatVariables(new Map(Object.entries(rest)), "docker", () => ({}));
  assertEquals(obstacles, []);
  const read = text.split("\n").slice(0, -1).map((line) => {
    const split = line.indexOf("=");
    return [line.slice(0, split), line.slice(split + 1)];
  });
  assertEquals(Object.fromEntries(read), rest);
});

test("formatVariables() refuses names that a format does not accept", () => {
  const refused = (format: "shell" | "docker" | "env", name: string): number =>
    formatVariables(new Map([[name, "x"]]), format, dotenv.parse).obstacles.length;
  assertEquals(refused("shell", "a:b"), 1);
  assertEquals(refused("shell", "A; rm -rf /"), 1);
  assertEquals(refused("docker", "A B"), 1);
  assertEquals(refused("docker", "#A"), 1);
  for (const blank of ["\t", "\u0085", "\u00a0", "\u2003", "\ufeff"]) {
    assertEquals(refused("docker", `${blank}A`), 1);
    assertEquals(refused("docker", `A${blank}`), 1);
  }
  assertEquals(refused("env", "A B"), 1);
  assertEquals(refused("docker", "a:b"), 0);
});
