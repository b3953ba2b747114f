/** What takes none of the time of a call. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { DeniedError } from "../../mod.ts";
import { explain } from "../../connect/remedies/explain.ts";
import { runtimeSystem } from "../../net/system.ts";
import { KeychainClient } from "../../src/client/client.ts";
import { settingsOf } from "../../src/client/options.ts";
import type { SessionHost } from "../../src/client/session.ts";
import { test } from "../harness.ts";
import { NOWHERE, Played } from "../support/played.ts";
import { sleep } from "../support/raw_client.ts";
import { SNA } from "../support/replies.ts";
import { withoutRemedies } from "../support/without_remedies.ts";

for (const together of [false, true]) {
  const what = together ? "two reads of one turn" : "a read";
  test(`explaining the denial of ${what} does not use up their time`, async () => {
    const transport = new Played(() => SNA);
    const route = { transport, system: runtimeSystem, candidates: [NOWHERE] };
    const host: SessionHost = {
      ...withoutRemedies,
      route,
      explain: (problem, place) => sleep(900).then(() => explain(problem, place, route)),
    };
    const client = await KeychainClient.open(host, settingsOf({ timeout: 600 }));
    const service = client.service("S");
    const names = together ? ["A", "B"] : ["A"];
    for (
      const { status, reason } of await Promise.allSettled(names.map((n) => service.get(n))) as {
        status: string;
        reason?: unknown;
      }[]
    ) {
      assertEquals(status, "rejected");
      assertInstanceOf(reason, DeniedError);
    }
    await client.close();
  });
}
