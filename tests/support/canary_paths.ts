/** What a server does with requests that hold a marked value, so that it could show somewhere. */
import { CANARY, gives, INT, line, SNA } from "../faults/fault.ts";
import type { ScriptedPeer } from "./scripted_peer.ts";
import type { Script } from "./scripted_server.ts";

type Act = (peer: ScriptedPeer, request: Record<string, unknown>) => unknown;

const acts: Readonly<Record<string, Act>> = {
  "close instead": (peer) => peer.end(),
  "close inside a reply": async (peer) => {
    await peer.send(gives({ A: `${CANARY}-half` }).slice(0, -9));
    await peer.end();
  },
  "echo it as JSON that is none": (peer, request) => peer.send(`${JSON.stringify(request)}x\n`),
  "echo it as a reply": (peer, request) => peer.send(line(request)),
  "give it under another name": (peer) => peer.send(gives({ other: `${CANARY}-other` })),
  "give it as a status": (peer) => peer.send(line({ status: `${CANARY}-status` })),
  "give it in a list that is none": (peer) => peer.send(line({ results: [`${CANARY}-list`] })),
  "give too much of it": (peer) => peer.send(`"${CANARY}${"x".repeat(200_000)}`),
  "fail": (peer) => peer.send(INT),
  "deny": (peer) => peer.send(SNA),
  "say nothing": () => {},
  "write but never read": (peer, { action }) => peer.send(action === "write" ? INT : SNA),
  "crash": (peer) => peer.send(INT),
};

/** What a server does on each connection, by what that is called. */
export const canaryPaths: ReadonlyMap<string, Script> = new Map(
  Object.entries(acts).map(([path, act]) => [path, async (peer) => {
    for (;;) await act(peer, await peer.request());
  }]),
);
