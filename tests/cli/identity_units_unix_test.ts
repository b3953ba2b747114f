/** What a daemon's configuration says of a program. In this process: no start. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CommandError } from "../../cli/exit_codes.ts";
import { publicKeyOf } from "../../cli/identity/key.ts";
import { commandsFor, findConfig, readConfig, trustSigner } from "../../cli/identity/policy.ts";
import { test } from "../harness.ts";
import { elf } from "../support/executables.ts";
import { inProcess } from "../support/in_process.ts";
import { temporaryFolder } from "../support/kca.ts";

// Of whoever runs the tests.
delete process.env.KEYCHAIN_AUTH_SERVICE;

/** A program, signed or not, and a configuration that is looked up for it. */
function setUp(signed = false) {
  const folder = temporaryFolder();
  const path = join(realpathSync(folder.path), "program");
  const { privateKey } = generateKeyPairSync("ed25519");
  const program = elf({});
  const trailer = Buffer.concat([sign(null, program, privateKey), Buffer.from("KCAS")]);
  const bytes = signed ? Buffer.concat([program, trailer]) : program;
  writeFileSync(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const config = join(folder.path, "config.json");
  return {
    path,
    key: publicKeyOf(privateKey),
    entry: (more: object = {}) => ({
      path,
      hash: `sha256:${sha256}`,
      allowed_read_services: ["App"],
      allowed_write_services: ["App"],
      can_search: true,
      ...more,
    }),
    /** The rows that it shows besides path, hash and kind. */
    async shows(written: object | string, ...flags: string[]): Promise<string[]> {
      writeFileSync(config, typeof written === "string" ? written : JSON.stringify(written));
      const args = ["identity", "--config", config, ...flags, path] as const;
      const { code, stdout, stderr } = await inProcess(args as never);
      return code === 0 ? stdout.split("\n").slice(3, -1) : [`${code} ${stderr.trimEnd()}`];
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test("kca identity says what a configuration lets a program do, and what blocks it", async () => {
  using at = setUp();
  const { path, entry, shows } = at;
  const type = `type    keychain-auth authorize ${path} App`;
  const binaries = (...registered_binaries: object[]) => ({ registered_binaries });
  const rows = async (config: object | string): Promise<string[]> =>
    (await shows(config, "--service", "App")).map((row) => row.replace(/^(signed|policy) +/, ""));
  assertEquals(await rows(binaries(entry())), ["no", "reads App; writes App; may search"]);
  const less = { allowed_read_services: ["App", "B"], allowed_write_services: [] };
  assertEquals(await rows(binaries(entry({ ...less, can_search: false }))), [
    "no",
    "reads App, B; writes nothing; may not search",
    type,
  ]);
  for (
    const missing of [
      { can_search: false },
      { allowed_read_services: ["B"] },
      { allowed_write_services: ["B"] },
    ]
  ) {
    assertEquals((await rows(binaries(entry(missing)))).at(-1), type);
  }
  const none = await rows({});
  assertEquals([none[0], none[1]!.startsWith("not registered in /"), none[2]], ["no", true, type]);
  // The first entry with the hash counts.
  const copy = entry({ path: "/copy" });
  assertEquals(await rows(binaries(copy, entry(), { ...copy, path: "/link" })), [
    "no",
    "blocked: this hash is registered for /copy and /link",
    "type    keychain-auth approve none /copy",
    "type    keychain-auth approve none /link",
    type,
  ]);
  assertEquals(await rows(binaries(entry({ hash: "sha256:0" }))), [
    "no",
    "blocked: another build at this path is registered",
    type,
  ]);
  const [broken] = await rows("{");
  assertStringIncludes(broken!, "5 kca: Cannot use");
});

test("kca identity without a service shows a command only to a program that reads nothing", async () => {
  using at = setUp();
  const types = async (entry: object): Promise<number> =>
    (await at.shows({ registered_binaries: [entry] })).filter((row) => row.startsWith("type"))
      .length;
  assertEquals(await types(at.entry({ can_search: false, allowed_write_services: [] })), 0);
  assertEquals(await types(at.entry({ allowed_read_services: [] })), 1);
});

test("kca identity says who signed a program, and what that allows", async () => {
  using at = setUp(true);
  const { key, entry, shows } = at;
  const trusted_signers = [{ service: "App", public_key: key }];
  const by = `signed  yes, by the trusted signer of App: ${key}`;
  assertEquals(
    (await shows({}))[0],
    "signed  yes, but not by a trusted signer of the configuration",
  );
  const enters = "policy  the daemon registers it for App at its first call";
  assertEquals(await shows({ trusted_signers }), [by, enters]);
  assertEquals(await shows({ trusted_signers }, "--service", "App"), [by, enters]);
  const other = await shows({ trusted_signers }, "--service", "Other");
  assertEquals(other.length, 3);
  assertStringIncludes(other[2]!, " Other");
  // An earlier build of its path: the daemon keeps what that may do.
  for (const hash of ["sha256:0", entry().hash]) {
    const registered_binaries = [entry({ hash, can_search: false })];
    const [signer, policy] = await shows({ trusted_signers, registered_binaries });
    assertEquals([signer, policy], [by, "policy  reads App; writes App; may not search"]);
  }
});

test("readConfig() knows a configuration that this user may not read from a broken one", () => {
  using at = setUp();
  const path = join(at.path, "..", "other.json");
  const place = { path, system: false };
  assertEquals(readConfig(place)?.registered_binaries, []);
  writeFileSync(path, "[]");
  assertThrows(() => readConfig(place), CommandError, "Cannot use");
  if (process.getuid?.() === 0) return; // Nothing is closed to root.
  chmodSync(path, 0);
  assertEquals(readConfig(place), undefined);
});

test("findConfig() takes the system's configuration only where that daemon is installed", () => {
  const { path, system } = findConfig();
  const installed = process.platform === "linux" && existsSync("/etc/keychain-auth");
  assertEquals(system, installed);
  assertEquals(path.startsWith("/etc/"), installed);
  assert(path.endsWith("/keychain-auth/config.json"), path);
});

test("commandsFor() calls the daemon of the system as root", () => {
  const program = { path: "/x", sha256: "0", program: { kind: "other" } } as const;
  const of = (system: boolean): string[] =>
    commandsFor(program, { signed: false, others: [] }, "App", { path: "", system });
  assertEquals(of(false), ["keychain-auth authorize /x App"]);
  const installed = process.env.PATH?.split(":").some((folder) => existsSync(`${folder}/sudo`));
  const sudo = process.getuid?.() !== 0 || installed;
  assertEquals(of(true), [`${sudo ? "sudo " : ""}keychain-auth authorize /x App`]);
});

test("trustSigner() adds a signer once for each service and key", () => {
  using at = setUp();
  const path = join(at.path, "..", "signers.json");
  const signers = (): unknown => JSON.parse(readFileSync(path, "utf8")).trusted_signers;
  const [a, b] = [{ service: "App", public_key: "A" }, { service: "App", public_key: "B" }];
  const c = { service: "Other", public_key: "A" };
  for (const signer of [a, b, c]) assertEquals(trustSigner(path, signer), true);
  assertEquals(trustSigner(path, b), false);
  assertEquals(signers(), [a, b, c]);
  assertEquals(JSON.parse(readFileSync(path, "utf8")).protocol_version, "1");
  writeFileSync(path, "null");
  assertEquals(trustSigner(path, c), true);
  assertEquals(signers(), [c]);
});

test("kca verify distinguishes an unsigned program from one signed by another key", async () => {
  using unsigned = setUp();
  using signed = setUp(true);
  const verify = async (path: string, ...flags: string[]) => {
    const { code, stdout, stderr } = await inProcess(["verify", ...flags, path] as never);
    return [code, stdout, stderr] as const;
  };
  const key = ["--public-key", signed.key];
  assertEquals(await verify(signed.path, ...key), [0, `${signed.key}\n`, ""]);
  const [none, , why] = await verify(unsigned.path, ...key);
  assertEquals(none, 5);
  assertStringIncludes(why, "is not signed: kca sign --key FILE ");
  const [other, , another] = await verify(signed.path, "--public-key", unsigned.key);
  assertEquals(other, 5);
  assertStringIncludes(another, "is signed by another key, or was changed");
  for (const odd of [signed.key.slice(1), `${signed.key}=`, "MCowBQYDK2VwAyEA"]) {
    const [code, , message] = await verify(signed.path, "--public-key", odd);
    assertEquals(code, 2);
    assertStringIncludes(message, "raw 32 bytes of an Ed25519 key");
  }
  const config = join(signed.path, "..", "config.json");
  const signers = [unsigned.key, "AAAA"].map((public_key) => ({ service: "App", public_key }));
  writeFileSync(config, JSON.stringify({ trusted_signers: signers }));
  const [several, , words] = await verify(signed.path, "--config", config);
  assertEquals(several, 5);
  assertStringIncludes(words, "none of the 2 keys");
});

test("kca keygen and kca sign say what is wrong with a key's file", async () => {
  using at = setUp();
  const key = join(at.path, "..", "key.pem");
  const none = await inProcess(["keygen", "--key", join(at.path, "..", "none", "key.pem")]);
  assertEquals([none.code, none.stdout], [5, ""]);
  assertStringIncludes(none.stderr, "Cannot write");
  assertEquals((await inProcess(["keygen", "--key", key])).code, 0);
  const sign = async (): Promise<string> => {
    const { code, stderr } = await inProcess(["sign", "--key", key, at.path]);
    assertEquals(code, 0, stderr);
    return stderr;
  };
  assertEquals((await sign()).includes("Others may read"), false);
  for (const mode of [0o640, 0o604]) {
    chmodSync(key, mode);
    assertStringIncludes(await sign(), `Others may read the private key: chmod 600 ${key}\n`);
  }
});
