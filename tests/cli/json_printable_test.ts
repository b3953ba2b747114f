/** JSON goes to terminals, too: no character of it is one that a terminal obeys. */
import { assert, assertEquals } from "@std/assert";
import { unprintable } from "../../src/errors/unprintable.ts";
import { test } from "../harness.ts";
import { daemonWith, kca, SERVICE, temporaryFolder } from "../support/kca.ts";

/** CSI as one character, an override of the direction of text, and DEL. */
const NASTY = "p:\u009b2J\u202e\u007f";

/** Command lines, what they read, and what their output or error holds; `undefined` is not looked at. */
const lines: readonly (readonly [args: string[], stdin: string, holds: unknown])[] = [
  [["list"], "", [NASTY]],
  [["get", NASTY], "", { [NASTY]: NASTY }],
  [["export", "--prefix", "p:", "--format", "json"], "", undefined],
  [["export", "--prefix", ""], "", undefined],
  [["doctor", "--service", `S${NASTY.slice(2)}`], "", undefined],
  [["check"], "", undefined],
  [["get", `${NASTY}nope`], "", undefined],
  [["list", `--${NASTY}`], "", undefined],
  [["identity", NASTY], "", undefined],
  [["scan", NASTY], "", undefined],
  [["allow", NASTY], "", undefined],
  [["init", NASTY], "", undefined],
  [["import", NASTY], "", undefined],
  [["inject", NASTY], "", undefined],
  [["set", NASTY], NASTY, [NASTY]],
  [["delete", "--yes", NASTY, `${NASTY}nope`], "", { deleted: [NASTY], missing: [`${NASTY}nope`] }],
];

test("JSON output never contains characters that a terminal obeys", async () => {
  await using daemon = await daemonWith({ [NASTY]: NASTY });
  using folder = temporaryFolder();
  for (const [args, stdin, holds] of lines) {
    const options = { stdin, cwd: folder.path };
    const { stdout, stderr } = await kca(daemon, [...args, "--json"], options);
    const what = `kca ${args[0]}: ${JSON.stringify(stdout + stderr)}`;
    const shown = `${stdout}${stderr}`.replaceAll("\r\n", "\n");
    assert(shown.length > 0, what);
    assertEquals(shown.replaceAll("\n", "").match(unprintable()), null, what);
    if (holds !== undefined) assertEquals(JSON.parse(stdout || "null"), holds, what);
  }
  assertEquals(daemon.secrets(SERVICE), {});
}, { timeout: 120_000 });
