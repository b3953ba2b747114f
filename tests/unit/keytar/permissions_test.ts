/** The table of docs/migration/keytar.md that says which permission each call needs. */
import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import * as bun from "../../../bun_secrets/mod.ts";
import * as keytar from "../../../keytar/mod.ts";
import { isKeychainAuthError } from "../../../mod.ts";
import { startDaemon } from "../../../testing/mod.ts";
import { repoPath, test } from "../../harness.ts";

/** Read, write, search. */
type Permissions = readonly [boolean, boolean, boolean];

const ALL: Permissions[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
  [(bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0] as const
);

const CALLS: Record<string, () => Promise<unknown>> = {
  "`getPassword`": () => keytar.getPassword("S", "A"),
  "`setPassword`": () => keytar.setPassword("S", "A", "v"),
  "`deletePassword`, there is one": () => keytar.deletePassword("S", "A"),
  "`deletePassword`, there is none": () => keytar.deletePassword("S", "B"),
  "`findPassword`": () => keytar.findPassword("S"),
  "`findCredentials`": () => keytar.findCredentials("S"),
  "`secrets.get`": () => bun.secrets.get("S", "A"),
  "`secrets.set`": () => bun.secrets.set("S", "A", "v"),
  "`secrets.set` to an empty value, or `secrets.delete`, there is one": () =>
    bun.secrets.set("S", "A", ""),
  "`secrets.set` to an empty value, or `secrets.delete`, there is none": () =>
    bun.secrets.delete("S", "B", ""),
};

/** The rows of a page's table: what a call needs of read, write and search. */
function rowsOf(page: string): [call: string, needs: string[]][] {
  const text = readFileSync(repoPath("docs", "migration", page), "utf8");
  const lines = text.split("\n").filter((line) => /^\| `/.test(line) && CALLS[cells(line)[0]!]);
  return lines.map((line) => [cells(line)[0]!, cells(line).slice(1)]);
}

function cells(line: string): string[] {
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

/** What the table promises for a policy. */
function works(needs: readonly string[], has: Permissions): boolean {
  return needs.every((need, index) => need === "" || has[index]);
}

for (const service of [null, "one"]) {
  for (const [page, count] of [["keytar.md", 6], ["bun-secrets.md", 4]] as const) {
    const rows = rowsOf(page);
    const mode = service === null ? "as they are" : "in one daemon service";
    test(`the permissions in ${page} are those that the calls need, services ${mode}`, async () => {
      assertEquals(rows.length, count);
      for (const [call, needs] of rows) {
        assert(needs.every((need) => ["yes", ""].includes(need)), call);
        for (const has of ALL) {
          assertEquals(
            await succeeds(CALLS[call]!, has, service),
            works(needs, has),
            `${call} with read, write, search: ${has.join(", ")}`,
          );
        }
      }
    });
  }
}

async function succeeds(
  call: () => Promise<unknown>,
  [read, write, can_search]: Permissions,
  service: string | null,
): Promise<boolean> {
  const own = service ?? "S";
  await using daemon = await startDaemon({
    secrets: { [own]: { [service === null ? "A" : "S:A"]: "v" } },
    policy: {
      allowed_read_services: read ? [own] : [],
      allowed_write_services: write ? [own] : [],
      can_search,
    },
  });
  for (const { configure } of [keytar, bun]) {
    configure({ service, connect: { endpoint: daemon.endpoint } });
  }
  try {
    await call();
    return true;
  } catch (thrown) {
    const error = isKeychainAuthError(thrown) ? thrown : (thrown as Error).cause;
    assert(
      isKeychainAuthError(error, "denied") || isKeychainAuthError(error, "partial_failure"),
      String(thrown),
    );
    return false;
  } finally {
    await keytar.close();
    for (const { configure } of [keytar, bun]) {
      configure({ service: undefined, connect: undefined });
    }
  }
}
