/** A client over a table of system calls: what it makes of results that no real kernel can be told to give. */
import type { Transport } from "../../mod.ts";
import { connectPosixSync } from "../../ffi/posix/connection_sync.ts";
import { posixTransport } from "../../ffi/posix/transport.ts";
import type { FakeDarwin } from "./fake_darwin.ts";
import { type Asked, keychain } from "./keychain.ts";

/**
 * A transport over a table of calls.
 *
 * @param fake The calls.
 * @param answer What the far end replies, without the line feed. Default: as an empty keychain.
 */
export function posixOver(
  fake: FakeDarwin,
  answer: (asked: Asked) => string | undefined = keychain(),
): Transport {
  let request = "";
  fake.onConnect = () => request = "";
  fake.onSend = (bytes) => {
    const lines = (request + new TextDecoder().decode(bytes)).split("\n");
    request = lines.pop()!;
    for (const line of lines) {
      const reply = answer(JSON.parse(line));
      if (reply !== undefined) fake.incoming.push(...new TextEncoder().encode(reply + "\n"));
    }
  };
  const { system } = fake.constants;
  const binding = { obstacle: () => undefined, posixCalls: () => fake };
  const runtime = { name: "node", version: "", system, arch: "x64" } as const;
  return posixTransport(binding, runtime, fake.constants, connectPosixSync);
}
