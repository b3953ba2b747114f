/** The flags that Deno's users are told: those that help beside the flags that were given. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fixtureCommand, runCommand, runtime, test } from "../harness.ts";
import { daemonWith, DOCTOR, kcaEnv, SERVICE } from "../support/kca.ts";

const deno = { skip: runtime !== "deno" };

test("Deno that denies FFI is told the flags for the socket, and they are enough", async () => {
  await using daemon = await daemonWith({ A: "1" });
  const env = { ...kcaEnv(daemon), SECRET_SERVICE: SERVICE };
  const run = async (permissions: string[]) => {
    const command = fixtureCommand("read_secret", { permissions });
    const { stdout } = await runCommand(command, { env });
    return JSON.parse(stdout);
  };
  const { message, flags } = await run(["--deny-ffi", "--allow-env"]);
  assert(!message.includes("--allow-ffi"), message);
  assertEquals(flags.length, 1);
  assertEquals((await run(["--deny-ffi", "--allow-env", ...flags[0]])).value, 1);
  const neither = await run(["--deny-ffi", "--deny-net", "--allow-env"]);
  assertStringIncludes(neither.message, "Run again without --deny-ffi");
  assert(!neither.message.includes("--allow-ffi"), neither.message);
  // A part that is denied is no more allowed by a flag than the whole.
  const part = await run(["-A", "--deny-ffi", `--deny-read=${daemon.endpoint}`]);
  assertStringIncludes(part.message, "Run again without --deny-ffi");
}, deno);

test("kca doctor on Deno shows only flags that are missing and help", async () => {
  await using daemon = await daemonWith({ A: "1" });
  const doctor = async (permissions: string[]) => {
    const command = fixtureCommand("kca", { args: [...DOCTOR], permissions });
    return await runCommand(command, { env: kcaEnv(daemon) });
  };
  const denied = await doctor(["--deny-ffi", "--allow-env"]);
  assert(!denied.stdout.includes("--allow-ffi"), denied.stdout);
  const [, flags = ""] = /Type: deno run (.*) …/.exec(denied.stdout) ?? [];
  const all = await doctor(["--deny-ffi", "--allow-env", ...flags.split(" ")]);
  assertEquals(all.code, 0, all.stdout);
  const everything = await doctor(["-A"]);
  const [, shown = ""] = /Deno flags +(.*)/.exec(everything.stdout) ?? [];
  assertEquals(shown.match(/libc/g)?.length, 1, shown);
  for (const variable of ["KEYCHAIN_AUTH_SERVICE", "NO_COLOR", "TERM"]) {
    assertStringIncludes(shown, variable);
  }
}, deno);

test("without permission to read, kca says that it cannot look for a project", async () => {
  const permissions = ["--allow-env", "--allow-ffi"];
  const run = async (more: string[]) => {
    const args = ["check", "--file-only"];
    const command = fixtureCommand("kca", { args, permissions: [...permissions, ...more] });
    return await runCommand(command, { cwd: "/" });
  };
  const { code, stderr } = await run([]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(
    stderr,
    "Cannot look for kca.json: Deno has no permission to read here. Run it again with --allow-read",
  );
  assertStringIncludes((await run(["--allow-read"])).stderr, "No kca.json in this folder");
}, deno);

test("without access to the environment, kca does not suggest setting a variable", async () => {
  await using daemon = await daemonWith({ A: "1" });
  const permissions = ["--allow-ffi"];
  const args = ["get", "A", "--socket", daemon.endpoint];
  const command = fixtureCommand("kca", { args, permissions });
  const { code, stderr } = await runCommand(command, { env: kcaEnv(daemon) });
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "let Deno read KEYCHAIN_AUTH_SERVICE with --allow-env");
}, deno);
