/** What commands show of projects, imports and consents, to the letter. In this process: no start. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CommandError } from "../../cli/exit_codes.ts";
import { checkFree } from "../../cli/import/free_prefix.ts";
import type { ImportPlan } from "../../cli/import/plan.ts";
import { reportOf, screenOf } from "../../cli/import/plan_screen.ts";
import type { SecretState } from "../../cli/project/check.ts";
import { tableOf } from "../../cli/project/check_table.ts";
import { describe } from "../../cli/project/consent.ts";
import { DeniedError } from "../../mod.ts";
import type { Project } from "../../project/spec.ts";
import type { Service } from "../../src/client/service.ts";
import { test } from "../harness.ts";
import { playedContext } from "../support/in_process.ts";

test("the table of kca check has a column for each fact, and descriptions below", () => {
  const secret = (name: string, more: Partial<SecretState>): SecretState => ({
    name,
    target: `app:${name}`,
    set: false,
    required: false,
    from: undefined,
    description: undefined,
    generate: undefined,
    ...more,
  });
  const secrets = [
    secret("A_LONG_NAME", { set: true, required: true, from: "environment" }),
    secret("B", { required: true, description: "what it is for" }),
    secret("C", {}),
  ];
  const table = `NAME         STATE    FROM         TARGET
A_LONG_NAME  set      environment  app:A_LONG_NAME
B            missing               app:B
  what it is for
C            not set               app:C
`;
  assertEquals(tableOf([{ profile: undefined, secrets }]), table);
  assertEquals(
    tableOf([{ profile: "dev", secrets }, { profile: "live", secrets: [] }]),
    `Profile dev\n${table}\nProfile live\nNAME  STATE  FROM  TARGET\n`,
  );
  assertStringIncludes(tableOf([{ profile: undefined, secrets }], 10), "\n  what it\n  is for\n");
});

/** A plan with a step of each kind. */
function plan(source: object = {}, draft: object = {}, lost: string[] = []): ImportPlan {
  return {
    source: { label: '".env"', notes: ["one"], siblings: [], remove() {}, ...source },
    draft: {
      path: "/p/kca.json",
      before: undefined,
      text: "new",
      project: { service: "App", profiles: new Map([["dev", new Set()]]) },
      needs: { profile: "dev" },
      ...draft,
    },
    steps: [
      { name: "A", target: "app:A", action: "store" },
      { name: "BB", target: "app:BB", action: "replace" },
      { name: "C", target: "app:C", action: "same" },
      { name: "D", target: "app:D", action: "differs" },
      { name: "E", target: undefined, action: "differs" },
      { name: "F", target: undefined, action: "default" },
    ],
    lost,
  } as unknown as ImportPlan;
}

test("the plan of an import says of each variable what becomes of it", () => {
  assertEquals(
    screenOf(plan()),
    `Import ".env" into service App, profile dev
Project file "/p/kca.json" (new)
  store    A   app:A
  replace  BB  app:BB
  stored   C   app:C
  keep     D   app:D  has another value, which stays without --replace
  keep     E   the project file has another default, which stays without --replace
  default  F   in the project file, readable by everyone
Note: one
".env" is deleted after all values are stored and read back`,
  );
});

test("the plan of an import says what becomes of the files", () => {
  const lines = (...parts: Parameters<typeof plan>): string[] =>
    screenOf(plan(...parts)).split("\n");
  const [first, file] = lines({}, { before: "new", needs: {} });
  assertEquals(first, 'Import ".env" into service App');
  assertEquals(file, 'Project file "/p/kca.json" (unchanged)');
  assertEquals(lines({}, { before: "old" })[1], 'Project file "/p/kca.json" (edited)');
  assertEquals(lines({ remove: undefined }).at(-1), '".env" stays as it is');
  assertStringIncludes(
    lines({}, {}, ["D", "E"]).at(-1)!,
    '".env" stays, because it has the only copy of D, E.',
  );
  const siblings = [
    { path: ".env.local", profile: undefined },
    { path: ".env.dev", profile: "dev" },
    { path: ".env.live", profile: "live" },
  ];
  assertEquals(lines({ notes: [], siblings }).filter((line) => line.startsWith("Note: ")), [
    'Note: ".env.local" is in the same folder and is not imported; programs prefer it to .env',
    'Note: ".env.dev" is in the same folder and is not imported: kca import .env.dev --profile dev',
    'Note: ".env.live" is in the same folder and is not imported; kca.json has no profile live',
  ]);
});

test("the report of an import says to programs what was done, and whether the file is gone", () => {
  assertEquals(reportOf(plan(), false), {
    project: "/p/kca.json",
    service: "App",
    profile: "dev",
    stored: ["A"],
    replaced: ["BB"],
    same: ["C"],
    kept: ["D", "E"],
    defaults: ["F"],
    deleted: true,
    notes: ["one"],
    dryRun: false,
  });
  const deleted = (dryRun: boolean, ...parts: Parameters<typeof plan>): unknown =>
    (reportOf(plan(...parts), dryRun) as { deleted: boolean }).deleted;
  assertEquals(deleted(true), false);
  assertEquals(deleted(false, { remove: undefined }), false);
  assertEquals(deleted(false, {}, {}, ["D"]), false);
  assertEquals((reportOf(plan({}, { needs: {} }), false) as { profile: unknown }).profile, null);
});

test("a consent is asked for by all that the project may read, in a terminal's safe letters", () => {
  const consent = { path: "/p", service: "App", prefix: "app:", targets: ["shared", "a\x1b[2J"] };
  const text = describe(consent as never);
  assertStringIncludes(text, "  service App\n  names that begin with app:\n  also: shared\n");
  assertEquals(text.includes("\x1b"), false);
  assertEquals(
    describe({ ...consent, prefix: "", targets: [] } as never),
    "  service App\n  names without a prefix",
  );
});

test("checkFree() refuses a prefix below which another project may have secrets", async () => {
  const { context, written } = playedContext();
  const check = async (
    stored: string[] | Error,
    { prefix = "app:", profile, quiet = false, ...exceptions }: {
      prefix?: string;
      profile?: string;
      quiet?: boolean;
      own?: Set<string>;
      known?: string[];
    } = {},
  ): Promise<string> => {
    let asked = "";
    const service = {
      name: "App",
      search: (prefix: string) => {
        asked = prefix;
        return stored instanceof Error ? Promise.reject(stored) : Promise.resolve(stored);
      },
    } as unknown as Service;
    const more = exceptions.own || exceptions.known
      ? [{ own: new Set<string>(), known: [], advice: "Look", ...exceptions }] as const
      : [];
    await checkFree(context, { quiet }, service, { prefix, profile } as Project, ...more);
    return asked;
  };
  assertEquals(await check([]), "app:");
  assertEquals(await check([], { prefix: "app:{profile}:x" }), "app:");
  // Everything is below a prefix that begins with the profile.
  assertEquals(await check([], { prefix: "{profile}:{profile}", profile: "dev" }), "dev:dev");
  assertEquals(await check([], { prefix: "{profile}:" }), ":");
  assertEquals(await check(["app:A"], { own: new Set(["app:A"]) }), "app:");
  const error = await assertRejects(
    () => check(["app:A", "app:B"], { own: new Set(["app:A"]) }),
    CommandError,
  );
  assertStringIncludes(error.message, 'begin with "app:": "app:B". They may be');
  assertStringIncludes(error.message, "nothing was done. Look");
  assertEquals(error.exitCode, 5);
  const advice = await assertRejects(() => check(["app:B"]), CommandError);
  assertStringIncludes(advice.message, "Choose another prefix with --prefix");
  // Where nobody may search, what is known by name counts.
  const denied = new DeniedError("action_not_in_policy", "App", "search", {
    path: "/x",
    shared: false,
  });
  assertEquals(written[2], "");
  await check(denied);
  assertStringIncludes(written[2], 'cannot see other secrets that begin with "app:"');
  const before = written[2];
  await check(denied, { quiet: true });
  assertEquals(written[2], before);
  await assertRejects(() => check(denied, { known: ["app:K"] }), CommandError, '"app:K"');
  await assertRejects(() => check(new Error("lost")), Error, "lost");
});
