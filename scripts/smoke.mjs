// Uses the built package as a user of npm would: by its name, in plain JavaScript.
import { connect, connectSync } from "@keychain-auth/client";
import * as core from "@keychain-auth/client/core";
import { startDaemon } from "@keychain-auth/client/testing";

const daemon = await startDaemon({ secrets: { app: { KEY: "from the daemon" } } });
const client = await connect({ endpoint: daemon.endpoint });
try {
  if (Object.keys(core).length === 0) throw new Error("The core exports nothing");
  const value = await client.service("app").get("KEY");
  if (value !== "from the daemon") throw new Error("The secret was not read");
  await client.service("app").write({ OTHER: "2" });
  if (typeof connectSync !== "function") throw new Error("There is no connectSync");
  const version = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.version}`;
  console.log(`ok   the built package works on ${version} over ${client.transport}`);
} finally {
  await client.close();
  await daemon.close();
}
