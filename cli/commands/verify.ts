import { runtime } from "../../src/runtime.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { command, fileFlag } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { quoted } from "../terminal/printable.ts";

interface VerifyFlags {
  readonly publicKey?: string;
  readonly key?: string;
  readonly config?: string;
}

/** `kca verify` */
export const verify = command<VerifyFlags>({
  flags: {
    publicKey: { kind: "value", value: "BASE64", about: "Public key, as kca keygen prints it" },
    key: fileFlag("Private key whose public half verifies; - reads it from stdin"),
    config: fileFlag("Trusted signers of this config.json. Default: the daemon's own"),
  },
  operands: { name: "PROGRAM", about: "a signed program", least: 1, most: 1 },
  docs: {
    usage: ["[--public-key BASE64 | --key FILE | --config FILE] PROGRAM"],
    text: [
      "Verifies as the daemon does, with one key or with the keys that a configuration trusts. " +
      "Prints the key. The exit code is 0 only when the signature is valid.",
    ],
    examples: [
      'kca verify --public-key "$(kca keygen --key signing-key.pem)" ./app',
      "kca verify --config ~/.config/keychain-auth/config.json ./app",
    ],
  },
  action: verifyOne,
});

async function verifyOne(this: Context, flags: VerifyFlags, file: string): Promise<void> {
  const given = [flags.publicKey, flags.key, flags.config].filter((flag) => flag !== undefined);
  if (given.length > 1) throw usageError("Give one of --public-key, --key and --config");
  const { reading, realPathOf } = await import("../identity/program.ts");
  const { findSigner, hasTrailer } = await import("../../testing/identify/signature.ts");
  const path = realPathOf(file);
  const name = quoted(file);
  const word = shellWord(file, runtime.system === "windows");
  const keys = await keysOf(this, flags);
  if (!reading(file, () => hasTrailer(path))) {
    throw new CommandError(
      EXIT.failed,
      `${name} is not signed: ${asTyped(`kca sign --key FILE ${word}`)}`,
    );
  }
  if (keys.length === 0) {
    throw new CommandError(
      EXIT.failed,
      `No key to verify ${name} with: the daemon's configuration has no trusted_signers. ` +
        `Give one: ${asTyped(`kca verify --public-key KEY ${word}`)}`,
    );
  }
  const signer = findSigner(path, keys);
  if (signer < 0) {
    throw new CommandError(
      EXIT.failed,
      `${name} is signed by ${
        keys.length === 1 ? "another key" : `none of the ${keys.length} keys`
      }, or was changed after it was signed`,
    );
  }
  this.print(`${keys[signer]}\n`);
}

async function keysOf(context: Context, flags: VerifyFlags): Promise<string[]> {
  if (flags.publicKey !== undefined) {
    if (/^[A-Za-z0-9+/]{43}=$/.test(flags.publicKey)) return [flags.publicKey];
    throw usageError(
      "--public-key expects the raw 32 bytes of an Ed25519 key in base64, as kca keygen prints them",
    );
  }
  if (flags.key !== undefined) {
    const { publicKeyOf, readPrivateKey } = await import("../identity/key.ts");
    return [publicKeyOf(await readPrivateKey(context, flags.key))];
  }
  const { findConfig, readConfig } = await import("../identity/policy.ts");
  const place = flags.config === undefined ? findConfig() : { path: flags.config, system: false };
  const config = readConfig(place);
  if (config === undefined) {
    throw new CommandError(
      EXIT.failed,
      `Cannot read ${JSON.stringify(place.path)}: run kca verify with sudo`,
    );
  }
  return config.trusted_signers.map(({ public_key }) => public_key);
}
