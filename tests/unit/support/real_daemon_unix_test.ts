/** The lane that runs the tests against a real daemon, tried with a stand-in. */
import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { execPath, test } from "../../harness.ts";
import { identifies } from "../../support/identified.ts";
import { temporaryFolder } from "../../support/kca.ts";
import { RawClient } from "../../support/raw_client.ts";
import { runDaemonCommand, startRealDaemon } from "../../support/real_daemon.ts";
import { OK, UNREG } from "../../support/replies.ts";
import { installStandIn } from "../../support/stand_in.ts";

const read = { action: "read", service: "Lane", targets: ["A"] };

test("a real daemon sees nothing of the developer's home, bus or store", async () => {
  using folder = temporaryFolder();
  const seen = join(folder.path, "seen");
  const bin = installStandIn(folder.path, `env > '${seen}'`);
  const theirs = {
    HOME: "/developer",
    XDG_DATA_HOME: "/developer/data",
    XDG_CONFIG_DIRS: "/developer/dirs",
    XDG_RUNTIME_DIR: "/developer/run",
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/developer/bus",
    KEYCHAIN_AUTH_SOCKET: "/developer/agent.sock",
    GNOME_KEYRING_CONTROL: "/developer/keyring",
    KEYCHAIN_AUTH_PASSPHRASE: "/developer/passphrase",
  };
  const before = Object.keys(theirs).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, theirs);
  try {
    await using daemon = await startRealDaemon(bin, "Lane");
    const environment = readFileSync(seen, "utf8");
    assert(!environment.includes("/developer"), environment);
    assert(environment.includes(`KEYCHAIN_AUTH_SOCKET=${daemon.endpoint}\n`), environment);
    await using client = await RawClient.connect(daemon.endpoint);
    assertEquals(await client.ask(read), OK);
    runDaemonCommand(bin, ["approve", "none", execPath], daemon.env);
    const pending = runDaemonCommand(bin, ["list-pending"], daemon.env);
    assertEquals(pending, "No pending binaries waiting for authorization.\n");
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}, { skip: !identifies, timeout: 120_000 });

test("the stand-in follows the daemon's commands while it runs", async () => {
  using folder = temporaryFolder();
  const bin = installStandIn(folder.path);
  await using daemon = await startRealDaemon(bin, "Lane");
  const ask = async (): Promise<string> => {
    await using client = await RawClient.connect(daemon.endpoint);
    return await client.ask(read);
  };
  assertEquals(await ask(), OK);
  const [entry] = JSON.parse(
    readFileSync(join(daemon.env.XDG_CONFIG_HOME!, "keychain-auth", "config.json"), "utf8"),
  ).registered_binaries as { path: string }[];
  runDaemonCommand(bin, ["approve", "none", entry!.path], daemon.env);
  assertEquals(await ask(), UNREG);
  assert(runDaemonCommand(bin, ["list-pending"], daemon.env).includes(entry!.path));
  runDaemonCommand(bin, ["authorize", entry!.path, "Lane"], daemon.env);
  assertEquals(await ask(), OK);
}, { skip: !identifies, timeout: 120_000 });
