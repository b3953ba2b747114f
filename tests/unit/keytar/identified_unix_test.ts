/** keytar's behaviours against the daemon that identifies its callers. */
import { assertEquals, assertRejects } from "@std/assert";
import keytar from "../../../keytar/mod.ts";
import { DeniedError } from "../../../mod.ts";
import type { RegisteredBinary } from "../../../testing/identify/config.ts";
import { hashFile } from "../../../testing/identify/program.ts";
import { test } from "../../harness.ts";
import { type Identified, identifies, self, startIdentified } from "../../support/identified.ts";
import behaviours from "./behaviours.cjs";

const linux = { skip: !identifies, timeout: 120_000 };

async function withIdentified(
  service: string | null,
  services: string[],
  body: (identified: Identified) => Promise<void>,
): Promise<void> {
  const registered: RegisteredBinary = {
    path: self,
    hash: await hashFile(self),
    registered_at: "2026-01-01T00:00:00Z",
    allowed_read_services: services,
    allowed_write_services: services,
    can_search: true,
  };
  await using identified = await startIdentified({ registered_binaries: [registered] });
  keytar.configure({ service, connect: { endpoint: identified.daemon.endpoint } });
  try {
    await body(identified);
  } finally {
    keytar.configure({ service: undefined, connect: undefined });
    await keytar.close();
  }
}

test(
  "keytar's behaviours hold for a registered program, its services listed",
  () =>
    withIdentified(null, behaviours.services, async ({ daemon }) => {
      for (const name of behaviours.names) await behaviours.run(name, keytar);
      assertEquals(daemon.connections, 1);
    }),
  linux,
);

test(
  "keytar's behaviours hold for a registered program, one service listed",
  () =>
    withIdentified("my-app", ["my-app"], async ({ daemon }) => {
      for (const name of behaviours.names) await behaviours.run(name, keytar);
      assertEquals(daemon.connections, 1);
    }),
  linux,
);

test(
  "keytar is denied a service that is not listed, with the command that lists it",
  () =>
    withIdentified(null, ["my-app"], async () => {
      const error = await assertRejects(() => keytar.getPassword("other", "a"), DeniedError);
      assertEquals(error.remedy, `keychain-auth authorize ${self} other`);
    }),
  linux,
);
