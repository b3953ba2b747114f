import { assertEquals } from "@std/assert";
import { startDaemon } from "../../../testing/mod.ts";
import { test } from "../../harness.ts";
import { real, SERVICE, startBench } from "../../support/endpoint.ts";
import { RawClient } from "../../support/raw_client.ts";
import { ANP, found, INT, MAL, OK, SNA, targetsOf } from "../../support/replies.ts";

// What needs a policy of its own is left out when a real daemon is tested.
const embedded = { skip: real };

const exact = (action: string, service?: string) => ({
  action,
  service,
  targets: ["t"],
  ...(action === "write" ? { values: ["v"] } : {}),
});
const prefix = (action: string, service: string) => ({
  action,
  service,
  match: "prefix",
  targets: ["t"],
});

test("daemon denies a service that is not listed", async () => {
  await using bench = await startBench();
  const { client } = bench;
  for (const action of ["read", "write", "delete"]) {
    assertEquals(await client.ask(exact(action, "Other")), SNA, action);
    assertEquals(await client.ask(exact(action, SERVICE.toLowerCase())), SNA, `${action} case`);
    assertEquals(await client.ask(exact(action)), SNA, `${action} without service`);
  }
  assertEquals(await client.ask(prefix("read", "Other")), SNA);
  assertEquals(await client.ask(prefix("delete", "Other")), SNA);
});

test("daemon denies the search of a service that is not listed as an action", async () => {
  await using bench = await startBench();
  assertEquals(await bench.client.ask({ action: "search", service: "Other" }), ANP);
});

test("daemon lets probes tell what a caller may do", async () => {
  await using bench = await startBench();
  const random = "zz9-plural";
  const probe = (action: string) => ({ action, service: SERVICE, targets: [random] });
  assertEquals(await bench.client.ask(probe("read")), OK);
  assertEquals(await bench.client.ask(probe("search")), OK);
  assertEquals(await bench.client.ask(probe("delete")), INT);
});

test("daemon finds a malformed request before it looks at the policy", async () => {
  await using bench = await startBench();
  assertEquals(await bench.client.ask({ action: "read", service: "Other" }), MAL);
  assertEquals(await bench.client.ask({ action: "nothing", service: "Other" }), MAL);
});

test("daemon without can_search allows exact operations only", async () => {
  await using daemon = await startDaemon({
    secrets: { S: { t: "1", u: "2" } },
    policy: { allowed_read_services: ["S"], allowed_write_services: ["S"], can_search: false },
  });
  await using client = await RawClient.connect(daemon.endpoint);
  assertEquals(await client.ask({ action: "search", service: "S" }), ANP);
  assertEquals(await client.ask(prefix("read", "S")), ANP);
  assertEquals(await client.ask(prefix("delete", "S")), ANP);
  assertEquals(await client.ask(prefix("read", "Other")), SNA);
  assertEquals(await client.ask(exact("read", "S")), found('{"target":"t","value":"1"}'));
  assertEquals(await client.ask(exact("write", "S")), OK);
  assertEquals(await client.ask(exact("delete", "S")), OK);
  assertEquals(daemon.secrets("S"), { u: "2" });
}, embedded);

test("daemon keeps reading and writing apart", async () => {
  await using daemon = await startDaemon({
    secrets: { R: { t: "r" }, W: { t: "w" } },
    policy: { allowed_read_services: ["R"], allowed_write_services: ["W"], can_search: true },
  });
  await using client = await RawClient.connect(daemon.endpoint);
  assertEquals(await client.ask(exact("read", "R")), found('{"target":"t","value":"r"}'));
  assertEquals(await client.ask(exact("write", "R")), SNA);
  assertEquals(await client.ask(exact("delete", "R")), SNA);
  assertEquals(await client.ask(exact("read", "W")), SNA);
  assertEquals(await client.ask({ action: "search", service: "W" }), ANP);
  assertEquals(await client.ask(prefix("delete", "W")), OK);
  assertEquals([daemon.secrets("R"), daemon.secrets("W")], [{ t: "r" }, {}]);
}, embedded);

test("daemon shows service T what is stored for a service T:x", async () => {
  await using daemon = await startDaemon({
    secrets: { "T:x": { y: "hidden" }, T: { a: "1" }, TT: { b: "2" } },
    policy: { allowed_read_services: ["T"], allowed_write_services: ["T"], can_search: true },
  });
  await using client = await RawClient.connect(daemon.endpoint);
  assertEquals(await client.ask(exact("read", "T:x")), SNA);
  const all = await client.ask({ action: "search", service: "T" });
  assertEquals(targetsOf(all).sort(), ["a", "x:y"]);
  assertEquals(
    await client.ask({ action: "read", service: "T", match: "prefix", targets: ["x"] }),
    found('{"target":"x:y","value":"hidden"}'),
  );
}, embedded);

test("daemon without a policy allows every service that has a name", async () => {
  await using daemon = await startDaemon({ secrets: { Any: { t: "1" } } });
  await using client = await RawClient.connect(daemon.endpoint);
  assertEquals(await client.ask(exact("read", "Any")), found('{"target":"t","value":"1"}'));
  assertEquals(await client.ask(exact("write", "Another")), OK);
  assertEquals(await client.ask(exact("read", "")), SNA);
  assertEquals(await client.ask({ action: "search" }), ANP);
}, embedded);
