/** Programs as callers of the daemon that identifies: signed ones, and one whose file is gone. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";
import { appendFileSync, chmodSync, copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { approve, authorize } from "../../../testing/identify/approvals.ts";
import { test } from "../../harness.ts";
import { identifies, self, SERVICE, startIdentified } from "../../support/identified.ts";
import { found, SNA, UNREG } from "../../support/replies.ts";

const HIT = found('{"target":"A","value":"1"}');
// Starts copies of a runtime, each of which is hashed.
const slow = { skip: !identifies, timeout: 120_000 };

test("daemon accepts a signed program, and its next build", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" });
  const raw = spki.subarray(-32).toString("base64");
  await using identified = await startIdentified({
    trusted_signers: [
      { service: "Wrong", public_key: spki.toString("base64") },
      { service: SERVICE, public_key: raw },
    ],
  });
  const program = join(identified.folder, "program");
  const build = (mark: string, signed: Uint8Array | undefined) => {
    rmSync(program, { force: true });
    copyFileSync(self, program);
    appendFileSync(program, mark);
    if (signed) appendFileSync(program, Buffer.concat([signed, Buffer.from("KCAS")]));
    chmodSync(program, 0o755);
  };
  const signature = () => sign(null, readFileSync(program), privateKey);
  build("one", undefined);
  build("one", signature());
  assertEquals(await identified.askFrom(program), `${HIT}\n`);
  const [first] = identified.registered();
  build("two", undefined);
  const second = signature();
  assertEquals(await identified.askFrom(program), `${UNREG}\n`, "unsigned");
  build("two!", second);
  assertEquals(await identified.askFrom(program), `${UNREG}\n`, "another's signature");
  build("two", second);
  assertEquals(await identified.askFrom(program), `${HIT}\n`, "signed again");
  const entries = identified.registered();
  assertEquals(entries.map(({ path }) => path), [program]);
  assert(entries[0]!.hash !== first!.hash);
  assertEquals(entries[0]!.allowed_read_services, [SERVICE]);
  approve(identified.config, "none", program);
  assertEquals(await identified.askFrom(program), `${SNA}\n`, "a path without a service");
}, slow);

test(
  "daemon closes the connection of a caller without an executable, without a reply",
  async () => {
    await using identified = await startIdentified();
    const copy = join(identified.folder, "program");
    copyFileSync(self, copy);
    chmodSync(copy, 0o755);
    await authorize(identified.config, copy, SERVICE);
    assertEquals(await identified.askFrom(copy), `${HIT}\n`);
    assertEquals(await identified.askFrom(copy, { replaced: true }), "");
  },
  slow,
);
