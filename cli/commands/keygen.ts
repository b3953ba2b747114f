import { buildCommand, type Command } from "@stricli/core";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import { serviceFlag, text } from "../flags.ts";

interface KeygenFlags {
  readonly key?: string;
  readonly trust?: string;
  readonly service?: string;
}

/** `kca keygen` */
export const keygen: Command<Context> = buildCommand<KeygenFlags, [string?], Context>({
  func: generate,
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "file",
        brief: "Where the private key goes; signing-key.pem unless given",
      },
      trust: {
        kind: "parsed",
        parse: text,
        optional: true,
        placeholder: "file",
        brief: "Add the public key to the trusted signers of this config.json",
      },
      service: { ...serviceFlag, brief: "Service that programs with this signature may use" },
    },
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "The same as --key",
        parse: text,
        optional: true,
        placeholder: "file",
      }],
    },
  },
  docs: {
    brief: "Make a key to sign programs with",
    fullDescription: [
      "Writes an Ed25519 private key to a new file that only you may read, and prints its public key",
      "as the daemon takes it. A key that is there already stays, and its public key is printed.",
      "",
      "With --trust the daemon whose configuration that is lets every program in that this key signs,",
      "for one service, without an approval of its own.",
      "",
      "EXAMPLES",
      "  kca keygen --key signing-key.pem",
      "  kca keygen --key signing-key.pem \\",
      "    --trust ~/.config/keychain-auth/config.json --service AgentSecrets",
    ].join("\n"),
  },
});

async function generate(this: Context, flags: KeygenFlags, file?: string): Promise<void> {
  if (flags.key !== undefined && file !== undefined) throw usageError("Name one file for the key");
  const path = flags.key ?? file ?? "signing-key.pem";
  const { trust, service } = flags;
  if (trust !== undefined && service === undefined) {
    throw usageError("Name the service that signed programs may use: --service NAME");
  }
  const { createKeyFile, publicKeyOf, readPrivateKey } = await import("../identity/key.ts");
  const created = createKeyFile(path);
  const publicKey = publicKeyOf(created ?? await readPrivateKey(this, path));
  this.say(
    {},
    created === undefined
      ? `${JSON.stringify(path)} is there already and stays. Its public key:`
      : `Wrote the private key to ${JSON.stringify(path)}. Its public key:`,
  );
  this.print(`${publicKey}\n`);
  if (trust === undefined) return;
  const { trustSigner } = await import("../identity/policy.ts");
  const added = trustSigner(trust, { service: service!, public_key: publicKey });
  this.say(
    {},
    `${JSON.stringify(trust)} ${added ? "trusts it now" : "trusts it already"} for ${service}`,
  );
}
