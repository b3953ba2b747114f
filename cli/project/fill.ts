/**
 * Stores a project's missing secrets: asks for them, or generates them.
 *
 * @module
 */

import { setCommand } from "../../project/missing.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { usageError } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../flags.ts";
import { withClient } from "../client.ts";
import { counted } from "../terminal/printable.ts";
import { type Checked, isMissing, type SecretState } from "./check.ts";

/**
 * Stores missing secrets, and those that are not set but can be generated. Asks for everything
 * first and then writes everything, so Ctrl-C at a question changes nothing.
 *
 * @returns Whether anything was stored.
 * @throws {CommandError} When there is no terminal.
 */
export async function fill(
  context: Context,
  flags: CommonFlags,
  { service, profiles }: Checked,
): Promise<boolean> {
  const wanted = new Map<string, SecretState>();
  for (const secret of profiles.flatMap(({ secrets }) => secrets)) {
    const fills = isMissing(secret) || (!secret.set && secret.generate !== undefined);
    if (fills) wanted.set(secret.target, secret);
  }
  if (wanted.size === 0) return false;
  const asked = [...wanted.values()].filter(({ generate }) => generate === undefined);
  if (asked.length > 0 && !context.canAsk) {
    const set = setCommand(service, asked[0]!.target, samePlace(flags, "socket"));
    throw usageError(
      `Cannot ask for ${
        asked.map(({ target }) => target).join(", ")
      } without a terminal, and nothing ` +
        `was stored. Pipe each value in: ${asTyped(set)} < FILE`,
    );
  }
  const values = new Map<string, string>();
  for (const [target, secret] of wanted) {
    values.set(
      target,
      secret.generate === undefined
        ? await ask(context, secret)
        : generated(context, flags, secret, secret.generate),
    );
  }
  await withClient(flags, (client) => client.service(service).write(values));
  context.say(flags, `Stored: ${[...values.keys()].join(", ")}`);
  return true;
}

async function ask({ host }: Context, { target, description }: SecretState): Promise<string> {
  const { askSecret } = await import("../terminal/questions.ts");
  const what = description === undefined ? target : `${target} (${description})`;
  for (;;) {
    const value = await askSecret(host, `Value of ${what}`);
    if (value !== "") return value;
    host.writeSync(2, "The value is empty; type or paste it, or press Ctrl-C to store nothing\n");
  }
}

function generated(
  context: Context,
  flags: CommonFlags,
  { target }: SecretState,
  bytes: number,
): string {
  const value = base64url(crypto.getRandomValues(new Uint8Array(bytes)));
  context.say(
    flags,
    `Generated ${target}: ${
      counted(bytes, "random byte")
    } as base64url, ${value.length} characters`,
  );
  return value;
}

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
