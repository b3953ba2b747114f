import { command, fileFlag } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import { serviceFlag } from "../flags.ts";

interface KeygenFlags {
  readonly key?: string;
  readonly trust?: string;
  readonly service?: string;
}

/** `kca keygen` */
export const keygen = command<KeygenFlags>({
  flags: {
    key: fileFlag("File of the private key. Default: signing-key.pem"),
    trust: fileFlag("Add the public key to the trusted signers of this config.json"),
    service: { ...serviceFlag, about: "Service that programs with this signature may use" },
  },
  operands: { name: "FILE", about: "the same as --key", least: 0, most: 1 },
  docs: {
    usage: ["[--key FILE] [--trust FILE --service SERVICE]"],
    text: [
      "Writes an Ed25519 private key to a new file that only you may read, and prints its public " +
      "key as the daemon expects it. Keeps a key that already exists, and prints its public key.",
      "With --trust, the daemon of that configuration accepts every program that this key signs, " +
      "for one service, without an approval for each program.",
    ],
    examples: [
      "kca keygen --key signing-key.pem",
      "kca keygen --trust ~/.config/keychain-auth/config.json --service AgentSecrets",
    ],
  },
  action: generate,
});

async function generate(this: Context, flags: KeygenFlags, file?: string): Promise<void> {
  if (flags.key !== undefined && file !== undefined) {
    throw usageError("Give one file for the key, not two");
  }
  const path = flags.key ?? file ?? "signing-key.pem";
  const { trust, service } = flags;
  if (trust !== undefined && service === undefined) {
    throw usageError("Give the service that signed programs may use: --service NAME");
  }
  const { createKeyFile, publicKeyOf, readPrivateKey } = await import("../identity/key.ts");
  const created = createKeyFile(path);
  const publicKey = publicKeyOf(created ?? await readPrivateKey(this, path));
  this.say(
    {},
    created === undefined
      ? `${JSON.stringify(path)} already exists and was kept. Its public key:`
      : `Wrote the private key to ${JSON.stringify(path)}. Its public key:`,
  );
  this.print(`${publicKey}\n`);
  if (trust === undefined) return;
  const { trustSigner } = await import("../identity/policy.ts");
  const added = trustSigner(trust, { service: service!, public_key: publicKey });
  this.say(
    {},
    `${JSON.stringify(trust)} ${added ? "now trusts it" : "already trusts it"} for ${service}`,
  );
}
