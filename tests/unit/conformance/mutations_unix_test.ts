/** The conformance kit finds each single thing that a daemon does otherwise, by the right name. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import process from "node:process";
import { listChecks, runConformance } from "../../../conformance/mod.ts";
import type { DaemonOptions } from "../../../testing/mod.ts";
import { startWith } from "../../../testing/start.ts";
import { runtime, test } from "../../harness.ts";
import { type Meddling, startMeddler } from "../../support/meddler.ts";
import { mutations, restricted } from "../../support/mutants.ts";
import { MAL } from "../../support/replies.ts";

const SERVICE = "FactsTest";
const policy = {
  allowed_read_services: [SERVICE],
  allowed_write_services: [SERVICE],
  can_search: true,
};
const windows = process.platform === "win32";

async function failedChecks(endpoint: string, options = {}): Promise<string[]> {
  const report = await runConformance({ endpoint, service: SERVICE, timeout: 10_000, ...options });
  assertEquals(report.ok, report.failed === 0, "ok");
  return report.checks.filter(({ status }) => status === "failed").map(({ name }) => name);
}

test("every mutation names a check that exists", () => {
  const names = new Set(listChecks().map(({ name }) => name));
  const unknown = [...mutations, ...restricted].flatMap(({ found, also = [] }) => [found, ...also])
    .filter((name) => !names.has(name));
  assertEquals(unknown, []);
  assert(mutations.length > 60, `${mutations.length}`);
});

for (const { does, found, also = [], wrap } of mutations) {
  test(`a daemon that ${does} fails "${found}"`, async () => {
    await using daemon = await startWith({ policy }, wrap);
    assertEquals((await failedChecks(daemon.endpoint)).sort(), [found, ...also].sort());
    // Every check takes minutes for all mutations: one runtime is enough for that.
  }, { skip: runtime !== "bun", timeout: 60_000 });
}

for (const { does, found, also = [], wrap, policy: other } of restricted) {
  test(`a daemon that ${does} fails "${found}"`, async () => {
    await using daemon = await startWith({ policy: { ...policy, ...other } }, wrap);
    const failed = await failedChecks(daemon.endpoint, { groups: ["policy"] });
    assertEquals(failed.sort(), [found, ...also].sort());
  }, { timeout: 60_000 });
}

/** Of what is sent: [what the connection does, the check that finds it, how]. */
const meddled: [does: string, found: string, meddling: () => Meddling][] = [
  [
    "greets",
    "a silent connection receives nothing",
    () => ({ begin: (client) => client.write("hello\n") }),
  ],
  [
    "answers a line that is too long",
    "a line of 65,536 bytes gets no reply and ends the connection",
    () => {
      let length = 0;
      return {
        request(bytes, client) {
          length = bytes.includes(10)
            ? bytes.length - bytes.lastIndexOf(10) - 1
            : length + bytes.length;
          if (length > 65_000 || bytes.length > 65_536) client.write(`${MAL}\n`);
          return bytes;
        },
      };
    },
  ],
  [
    "does not answer a last line without its end",
    "after a half-close, a last line without a line feed is answered",
    () => ({ last: Buffer.from("\0".repeat(65_536)) }),
  ],
  [
    "does not close after a half-close",
    "after a half-close without a request, the connection is closed silently",
    () => ({ halfClose: false }),
  ],
];
for (const [does, found, meddling] of meddled) {
  test(`a connection that ${does} fails "${found}"`, async () => {
    await using daemon = await startWith({ policy });
    await using meddler = await startMeddler(daemon.endpoint, meddling);
    const failed = await failedChecks(meddler.endpoint, { only: found, timeout: 2_000 });
    assertEquals(failed, [found]);
    await using honest = await startMeddler(daemon.endpoint, () => ({}));
    assertEquals(await failedChecks(honest.endpoint, { only: found }), []);
  }, { skip: windows, timeout: 60_000 });
}

const configured: [does: string, found: string, options: DaemonOptions, told?: object][] = [
  [
    "serves one connection too few",
    "connections beyond the limit are accepted and served when another one ends",
    { maxConnections: 7 },
    { maxConnections: 8, timeout: 2_000 },
  ],
  [
    "serves one connection too many",
    "connections beyond the limit are accepted and served when another one ends",
    { maxConnections: 9 },
    { maxConnections: 8 },
  ],
  [
    "closes idle connections early",
    "an idle connection is closed silently after its time",
    { idleTimeout: 200 },
    { idleTimeout: 5_000 },
  ],
  [
    "keeps idle connections",
    "an idle connection is closed silently after its time",
    { idleTimeout: Infinity },
    { idleTimeout: 200, timeout: 1_000 },
  ],
  [
    "keeps connections that send parts of a line",
    "incomplete lines do not keep a connection open",
    { idleTimeout: Infinity },
    { idleTimeout: 200, timeout: 1_000 },
  ],
  [
    "closes connections that send complete lines",
    "a complete line keeps a connection open",
    { idleTimeout: 50 },
    { idleTimeout: 5_000 },
  ],
  [
    "answers nobody",
    "the daemon answers this caller",
    { faults: ["reset"] },
  ],
  [
    "sends half a reply",
    "the daemon answers this caller",
    { faults: ["half-line"] },
  ],
];
for (const [does, found, options, told] of configured) {
  test(`a daemon that ${does} fails "${found}"`, async () => {
    await using daemon = await startWith({ policy, ...options });
    const failed = await failedChecks(daemon.endpoint, { only: found, slow: true, ...told });
    assertEquals(failed, [found]);
  }, { skip: windows, timeout: 60_000 });
}
