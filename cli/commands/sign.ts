import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { connectionFlags } from "../flags.ts";

interface SignFlags {
  readonly key: string;
  readonly quiet: boolean;
}

/** `kca sign` */
export const sign = command<SignFlags>({
  flags: {
    key: {
      kind: "value",
      value: "FILE",
      required: true,
      about: "Private key in PEM; - reads it from stdin",
    },
    quiet: connectionFlags.quiet,
  },
  operands: { name: "PROGRAM", about: "a compiled program", least: 1, most: 1 },
  docs: {
    usage: ["--key FILE PROGRAM"],
    text: [
      "Appends a signature of 68 bytes that the daemon verifies, and replaces an older one. The " +
      "program runs as before. A program that this key has already signed is not changed. A shared " +
      "runtime, which runs any script, is refused.",
    ],
    examples: [
      "kca sign --key signing-key.pem ./app",
      'printf %s "$SIGNING_KEY" | kca sign --key - ./app',
    ],
  },
  action: signOne,
});

async function signOne(this: Context, flags: SignFlags, program: string): Promise<void> {
  const { publicKeyOf, readPrivateKey } = await import("../identity/key.ts");
  const { signProgram } = await import("../identity/sign.ts");
  const key = await readPrivateKey(this, flags.key);
  const changed = signProgram(program, key);
  const name = JSON.stringify(program);
  const by = publicKeyOf(key);
  this.say(flags, changed ? `Signed ${name} with ${by}` : `${name} is already signed with ${by}`);
}
