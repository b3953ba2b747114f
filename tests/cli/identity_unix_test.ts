/** `kca identity`, `keygen`, `sign` and `verify`. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash, generateKeyPairSync, verify } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { execPath, runCommand, runtime, test } from "../harness.ts";
import { elf } from "../support/executables.ts";
import { kcaCommand, temporaryFolder } from "../support/kca.ts";
import { installStandIn } from "../support/stand_in.ts";

/** A small program that is no runtime. */
const TRUE = ["/bin/true", "/usr/bin/true"].find((path) => existsSync(path))!;
const slow = { timeout: 120_000 };

/** A folder with a program, a home, and `kca` at work in it. */
function workplace() {
  const folder = temporaryFolder();
  const home = join(folder.path, "home");
  mkdirSync(home);
  const program = join(realpathSync(folder.path), "program");
  copyFileSync(TRUE, program);
  chmodSync(program, 0o751);
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: undefined,
    KEYCHAIN_AUTH_SERVICE: undefined,
    NODE_NO_WARNINGS: "1",
  };
  return {
    path: folder.path,
    program,
    config: join(home, ".config", "keychain-auth", "config.json"),
    env,
    kca: (args: readonly string[], stdin?: string) =>
      runCommand(kcaCommand(args), { cwd: folder.path, env, stdin }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function publicKey(base64: string) {
  const raw = Buffer.from(base64, "base64");
  assertEquals(raw.length, 32);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  return { key: der, format: "der", type: "spki" } as const;
}

test("kca keygen writes a private key that only its owner may read, and never overwrites one", async () => {
  using place = workplace();
  const made = await place.kca(["keygen", "--key", "key.pem"]);
  assertEquals(made.code, 0, made.stderr);
  assert(/^[A-Za-z0-9+/]{43}=\n$/.test(made.stdout), made.stdout);
  const pem = readFileSync(join(place.path, "key.pem"), "utf8");
  assertEquals(statSync(join(place.path, "key.pem")).mode & 0o777, 0o600);
  assert(pem.startsWith("-----BEGIN PRIVATE KEY-----\n"), "not PKCS #8 in PEM");
  const secret = pem.split("\n")[1]!;
  assert(!(made.stdout + made.stderr).includes(secret), "the private key was shown");
  const again = await place.kca(["keygen", "key.pem"]);
  assertEquals([again.code, again.stdout], [0, made.stdout]);
  assertEquals(readFileSync(join(place.path, "key.pem"), "utf8"), pem);
});

test("kca keygen --trust says whether the configuration trusted the key before", async () => {
  using place = workplace();
  writeFileSync(join(place.path, "config.json"), "{}");
  const args = ["keygen", "--trust", "config.json", "--service", "App"];
  const first = await place.kca(args);
  assertEquals(first.code, 0, first.stderr);
  assertStringIncludes(first.stderr, '"config.json" now trusts it for App');
  const { trusted_signers } = JSON.parse(readFileSync(join(place.path, "config.json"), "utf8"));
  assertEquals(trusted_signers, [{ service: "App", public_key: first.stdout.trim() }]);
  const again = await place.kca(args);
  assertStringIncludes(again.stderr, '"config.json" already trusts it for App');
}, slow);

test("kca sign appends what the daemon verifies, once, and the program still runs", async () => {
  using place = workplace();
  const { program } = place;
  const original = readFileSync(program);
  const key = (await place.kca(["keygen", "--key", "key.pem"])).stdout.trim();
  const signed = await place.kca(["sign", "--key", "key.pem", "program"]);
  assertEquals([signed.code, signed.stdout], [0, ""], signed.stderr);
  const bytes = readFileSync(program);
  assertEquals(bytes.length, original.length + 68);
  assert(bytes.subarray(0, -68).equals(original));
  assertEquals(bytes.subarray(-4).toString(), "KCAS");
  assert(verify(null, original, publicKey(key), bytes.subarray(-68, -4)));
  assertEquals(statSync(program).mode & 0o777, 0o751);
  if (process.platform === "linux") assertEquals((await runCommand([program])).code, 0);

  const { ino } = statSync(program);
  const again = await place.kca(["sign", "--key", "key.pem", "program"]);
  assertEquals(again.code, 0);
  assertStringIncludes(again.stderr, "already");
  assertEquals(statSync(program).ino, ino);
  const verified = await place.kca(["verify", "--public-key", key, "program"]);
  assertEquals([verified.code, verified.stdout], [0, `${key}\n`]);

  // With the key of another, from stdin: the signature is replaced.
  await place.kca(["keygen", "--key", "other.pem"]);
  const pem = readFileSync(join(place.path, "other.pem"), "utf8");
  assertEquals((await place.kca(["sign", "--key", "-", "program"], pem)).code, 0);
  assertEquals(readFileSync(program).length, original.length + 68);
  assertEquals((await place.kca(["verify", "--public-key", key, "program"])).code, 5);
  assertEquals((await place.kca(["verify", "--key", "other.pem", "program"])).code, 0);
  const changed = Buffer.concat([Buffer.from("x"), readFileSync(program).subarray(1)]);
  writeFileSync(program, changed);
  assertEquals((await place.kca(["verify", "--key", "other.pem", "program"])).code, 5);
}, slow);

test(
  "kca sign refuses a shared runtime whatever it is called, and what is no program",
  async () => {
    using place = workplace();
    await place.kca(["keygen", "--key", "key.pem"]);
    copyFileSync(realpathSync(execPath), join(place.path, "app"));
    symlinkSync(join(place.path, "app"), join(place.path, "link"));
    writeFileSync(join(place.path, "script"), "#!/bin/sh\n");
    writeFileSync(join(place.path, "text"), "text");
    const appended = Buffer.from(`script\n---- Bun! ----\n${"\0".repeat(8)}`);
    writeFileSync(join(place.path, "old"), Buffer.concat([elf({}), appended]));
    for (
      const [file, message] of [
        ["app", `shared runtime (${runtime})`],
        ["link", `shared runtime (${runtime})`],
        ["script", "not a compiled program"],
        ["text", "not a compiled program"],
        ["old", "would no longer run"],
        ["absent", "Cannot read"],
      ] as const
    ) {
      const before = file === "absent" ? undefined : readFileSync(join(place.path, file));
      const { code, stderr } = await place.kca(["sign", "--key", "key.pem", file]);
      assertEquals(code, 2, stderr);
      assertStringIncludes(stderr, message);
      if (before) {
        assert(
          readFileSync(join(place.path, file)).equals(before),
          `${file} was changed`,
        );
      }
    }
    const folder = await place.kca(["verify", "--key", "key.pem", "."]);
    assertEquals([folder.code, folder.stdout], [2, ""]);
    assertStringIncludes(folder.stderr, 'Cannot read ".": it is a folder (EISDIR)');
    // Nor is there anything to approve.
    for (const file of ["script", "text"]) {
      const { stdout } = await place.kca(["identity", "--service", "app", file]);
      assertStringIncludes(stdout, "not a program by itself");
      assert(!stdout.includes("authorize"), stdout);
    }
  },
  slow,
);

test("kca sign refuses anything but an Ed25519 key, and never quotes it", async () => {
  using place = workplace();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const { privateKey } = generateKeyPairSync("ed25519");
  const cipher = { cipher: "aes-256-cbc", passphrase: "secret" };
  for (
    const [pem, message] of [
      ["hunter2", "no private key in PEM"],
      ["", "no private key in PEM"],
      [rsa.export({ format: "pem", type: "pkcs8" }), "not an Ed25519 key"],
      [privateKey.export({ format: "pem", type: "pkcs8", ...cipher }), "encrypted"],
    ] as const
  ) {
    const { code, stderr } = await place.kca(["sign", "--key", "-", "program"], String(pem));
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, message);
    assert(!stderr.includes("hunter2") && !stderr.includes(String(pem).slice(60, 90) || "\0"));
  }
  assert(readFileSync(place.program).equals(readFileSync(TRUE)));
}, slow);

test("kca keygen --trust adds a signer and leaves the rest of the configuration", async () => {
  using place = workplace();
  const config = join(place.path, "config.json");
  const before = {
    future: { kept: [1] },
    registered_binaries: [{ path: "/a", hash: "sha256:1", more: true }],
    trusted_signers: [{ service: "Older", public_key: "AAAA" }],
  };
  writeFileSync(config, JSON.stringify(before));
  chmodSync(config, 0o640);
  const args = ["keygen", "--key", "key.pem", "--trust", config];
  assertEquals((await place.kca(args)).code, 2);
  assert(!existsSync(join(place.path, "key.pem")), "a key was made for nothing");
  for (let round = 0; round < 2; round++) {
    const { code, stdout } = await place.kca([...args, "--service", "App"]);
    assertEquals(code, 0);
    const signer = { service: "App", public_key: stdout.trim() };
    assertEquals(JSON.parse(readFileSync(config, "utf8")), {
      ...before,
      trusted_signers: [...before.trusted_signers, signer],
    });
    assertEquals(statSync(config).mode & 0o777, 0o640);
  }
  await place.kca(["sign", "--key", "key.pem", "program"]);
  assertEquals((await place.kca(["verify", "--config", config, "program"])).code, 0);
  writeFileSync(config, "{}");
  const none = await place.kca(["verify", "--config", config, "program"]);
  assertEquals(none.code, 5);
  assertStringIncludes(none.stderr, "no trusted_signers");
  writeFileSync(config, "{");
  assertEquals((await place.kca([...args, "--service", "App"])).code, 5);
  assertEquals(readFileSync(config, "utf8"), "{");
}, slow);

test("kca identity shows a program, and its commands work when they are typed", async () => {
  using place = workplace();
  const { program } = place;
  const bin = join(place.path, "bin");
  mkdirSync(bin);
  installStandIn(bin);
  symlinkSync(program, join(place.path, "link"));
  const type = (command: string) =>
    runCommand(["/bin/sh", "-c", command], {
      env: { ...place.env, PATH: `${bin}:${process.env.PATH}` },
    });
  const identity = async (...args: string[]) => {
    const { code, stdout } = await place.kca(["identity", "--json", "--service", "App", ...args]);
    assertEquals(code, 0);
    return JSON.parse(stdout);
  };
  const sha256 = createHash("sha256").update(readFileSync(program)).digest("hex");
  const unknown = await identity("link");
  assertEquals(unknown, {
    ...{ path: program, sha256, kind: "other", signed: false, config: place.config },
    ...{ readable: true, commands: [`keychain-auth authorize ${program} App`] },
  });

  // Registered as its copy: two commands.
  copyFileSync(program, join(place.path, "copy"));
  assertEquals((await type(`keychain-auth authorize '${place.path}/copy' App`)).code, 0);
  const shown = async (): Promise<string> => (await place.kca(["identity", "program"])).stdout;
  assertStringIncludes(await shown(), `blocked: this hash is registered for ${place.path}/copy\n`);
  const blocked = await identity("program");
  assertEquals([blocked.blockedBy, blocked.commands.length], [join(place.path, "copy"), 2]);
  for (const command of blocked.commands) assertEquals((await type(command)).code, 0, command);
  const allowed = await identity("program");
  assertEquals([allowed.commands, allowed.entry.allowed_read_services], [[], ["App"]]);
  assertEquals((await type(`keychain-auth check ${program} App`)).code, 0);

  assertEquals((await shown()).split("\n").map((row) => row.slice(8)), [
    program,
    sha256,
    "another program",
    "no",
    "reads App; writes App; may search",
    "",
  ]);
  writeFileSync(program, Buffer.concat([readFileSync(program), Buffer.of(0)]));
  assertStringIncludes(await shown(), "blocked: another build at this path is registered\n");
}, slow);

test("kca identity without a file shows this runtime", async () => {
  using place = workplace();
  const { code, stdout, stderr } = await place.kca(["identity"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, `kind    shared runtime (${runtime})`);
  assertStringIncludes(stdout, `path    ${realpathSync(execPath)}\n`);
  assertStringIncludes(stdout, `type    keychain-auth authorize `);
  assertStringIncludes(stderr, "SERVICE stands for");
});
