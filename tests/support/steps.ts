/** The steps that a script is made of. */
import { type Asked, keychain } from "./keychain.ts";
import type { ScriptedPeer } from "./scripted_peer.ts";
import type { Step } from "./scripted_server.ts";

/** A step that another process can be told of: what it is called, and its arguments. */
export interface NamedStep extends Step {
  readonly words: readonly [name: string, ...values: unknown[]];
}

const steps = new Map<string, (...values: never[]) => NamedStep>();

/** @returns The step that another process has named. */
export function stepOf([name, ...values]: NamedStep["words"]): NamedStep {
  const make = steps.get(name) as ((...values: unknown[]) => NamedStep) | undefined;
  if (make === undefined) throw new Error(`No step is called "${name}"`);
  return make(...values);
}

function named<Values extends unknown[]>(
  name: string,
  make: (...values: Values) => Step,
): (...values: Values) => NamedStep {
  const step = (...values: Values): NamedStep => {
    const words: NamedStep["words"] = [name, ...values];
    return Object.assign((peer: ScriptedPeer) => make(...values)(peer), { words });
  };
  steps.set(name, step as unknown as (...values: never[]) => NamedStep);
  return step;
}

/** Step: waits for a request line and records it. */
export const request: () => NamedStep = named(
  "request",
  () => async (peer) => void await peer.request(),
);

/** Step: sends text or bytes as they are, also unsolicited. A reply needs its own line feed. */
export const reply: (data: string | Uint8Array) => NamedStep = named(
  "reply",
  (data: string | Uint8Array) => (peer) => peer.send(data),
);

/** Step: sends in pieces of `size` bytes with `delay` ms between them. */
export const pieces: (data: string | Uint8Array, size: number, delay?: number) => NamedStep = named(
  "pieces",
  (data: string | Uint8Array, size: number, delay = 0) => (peer) => peer.pieces(data, size, delay),
);

/** Step: waits. */
export const pause: (ms: number) => NamedStep = named(
  "pause",
  (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms)),
);

/** Step: waits until the test has given so many cues in all, see {@linkcode giveCue}. */
export const cue: (count?: number) => NamedStep = named(
  "cue",
  (count = 1) => (peer) => peer.server.cues(count),
);

/** Step: closes cleanly, see {@linkcode ScriptedPeer.end}. */
export const close: () => NamedStep = named("close", () => (peer) => peer.end());

/** Step: half-closes (FIN). */
export const halfClose: () => NamedStep = named("halfClose", () => (peer) => peer.halfClose());

/** Step: ends with a reset, see {@linkcode ScriptedPeer.reset}. */
export const reset: (wait?: number) => NamedStep = named(
  "reset",
  (wait?: number) => (peer) => peer.reset(wait),
);

/** Step: reads, answers nothing, until the client closes. */
export const hang: () => NamedStep = named("hang", () => (peer) => peer.clientEnd());

/** Step: stops listening, so that a reconnect finds nobody (ENOENT). */
export const stopListening: () => NamedStep = named(
  "stopListening",
  () => (peer) => peer.server.stopListening(),
);

/** Step: answers every request until the client closes, from a keychain with these secrets. */
export const answers: (secrets?: Record<string, string>) => NamedStep = named(
  "answers",
  (secrets: Record<string, string> = {}) => {
    const answer = keychain(secrets);
    return async (peer) => {
      for (;;) {
        const asked = await peer.request().catch(() => undefined);
        if (asked === undefined) return;
        await peer.send(answer(asked as unknown as Asked) + "\n");
      }
    };
  },
);

/** A reply line of any object: `type` and `status` are added unless given. */
export function replyLine(fields: object = {}): string {
  return JSON.stringify({ type: "RESPONSE", status: "success", ...fields }) + "\n";
}
