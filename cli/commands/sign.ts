import { buildCommand, type Command } from "@stricli/core";
import type { Context } from "../context.ts";
import { connectionFlags, text } from "../flags.ts";

interface SignFlags {
  readonly key: string;
  readonly quiet: boolean;
}

/** `kca sign` */
export const sign: Command<Context> = buildCommand<SignFlags, [string], Context>({
  func: signOne,
  parameters: {
    flags: {
      key: {
        kind: "parsed",
        parse: text,
        placeholder: "file",
        brief: "Private key in PEM; - reads it from stdin",
      },
      quiet: connectionFlags.quiet,
    },
    positional: {
      kind: "tuple",
      parameters: [{ brief: "A compiled program", parse: text, placeholder: "program" }],
    },
  },
  docs: {
    brief: "Sign a compiled program",
    fullDescription: [
      "Appends a signature of 68 bytes that the daemon verifies, in place of an older one. The program",
      "runs as before. One that this key has signed already stays as it is. A shared runtime, which",
      "runs anybody's scripts, is refused.",
      "",
      "EXAMPLES",
      "  kca sign --key signing-key.pem ./app",
      '  printf %s "$SIGNING_KEY" | kca sign --key - ./app',
    ].join("\n"),
  },
});

async function signOne(this: Context, flags: SignFlags, program: string): Promise<void> {
  const { publicKeyOf, readPrivateKey } = await import("../identity/key.ts");
  const { signProgram } = await import("../identity/sign.ts");
  const key = await readPrivateKey(this, flags.key);
  const changed = signProgram(program, key);
  const name = JSON.stringify(program);
  const by = publicKeyOf(key);
  this.say(flags, changed ? `Signed ${name} with ${by}` : `${name} is signed with ${by} already`);
}
