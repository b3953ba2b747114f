/**
 * A server on a real Unix socket (a named pipe on Windows) that does what a script says, byte by
 * byte, and nothing else. For faults that no real daemon can be talked into.
 *
 * A script is a list of steps or an async function, one for each connection:
 *
 * ```ts
 * await using server = await startScripted([
 *   [request(), reply(OK), close()],                       // first connection
 *   async (peer) => { await peer.request(); await peer.pieces(OK, 7); },   // second one
 * ]);
 * // … let the client run against server.endpoint …
 * server.requests;    // every line received, parsed
 * ```
 *
 * Connections beyond the list run its last script again. An empty list of steps accepts and then
 * neither reads nor answers. When a script ends without closing, the connection stays open unread
 * until the server closes.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { cueFile, cuesGiven } from "./cue.ts";
import { ScriptedPeer } from "./scripted_peer.ts";

/** One thing to do on a connection. */
export type Step = (peer: ScriptedPeer) => void | Promise<void>;

/** What to do on one connection. */
export type Script = Step | readonly Step[];

/** A running scripted server. `await using` closes it. */
export interface ScriptedServer extends AsyncDisposable {
  /** The path of the socket or pipe. */
  readonly endpoint: string;
  /** How many connections were accepted. */
  readonly connections: number;
  /** How many connections are open on this side. */
  readonly openConnections: number;
  /** Every complete line that scripts took with `request()`, in order, without its line feed. */
  readonly lines: readonly string[];
  /** The same, parsed. */
  readonly requests: readonly Record<string, unknown>[];
  /** How many steps of scripts are done. */
  readonly steps: number;
  /** What scripts failed with: a step on a connection that the client had closed, for one. */
  readonly failures: readonly Error[];
  /** Waits until the test has given so many cues in all. */
  cues(count: number): Promise<void>;
  /** Stops listening; open connections go on. The socket's path is removed: ENOENT from then on. */
  stopListening(): Promise<void>;
  /** Listens again on the same path. */
  listen(): Promise<void>;
  /** Ends everything and removes the temporary folder. */
  close(): Promise<void>;
}

/**
 * Starts a scripted server.
 *
 * @param scripts One script for each connection, the last one for all further ones.
 * @param endpoint Where to listen. Default: a new private place.
 */
export async function startScripted(
  scripts: readonly Script[],
  endpoint?: string,
): Promise<ScriptedServer> {
  const folder = endpoint === undefined ? await newFolder() : undefined;
  const server = new Scripts(scripts, endpoint ?? pathIn(folder), folder);
  await server.listen();
  return server;
}

/** A place without a server. */
export interface EmptyPlace extends AsyncDisposable {
  /** The path of a socket or pipe that cannot be connected to. */
  readonly endpoint: string;
}

/** A path that does not exist: connecting gives ENOENT. */
export async function absentEndpoint(): Promise<EmptyPlace> {
  const folder = await newFolder();
  return { endpoint: pathIn(folder), [Symbol.asyncDispose]: () => removeFolder(folder) };
}

/** A socket file that a dead daemon left behind: connecting gives ECONNREFUSED. Not on Windows. */
export async function staleEndpoint(): Promise<EmptyPlace> {
  const place = await absentEndpoint();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(place.endpoint + ".live", () => resolve()));
  // Closing removes the file by the name that it was made with.
  await rename(place.endpoint + ".live", place.endpoint);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return place;
}

async function newFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "kca-script-"));
}

function pathIn(folder: string | undefined): string {
  if (process.platform === "win32" || folder === undefined) {
    return `\\\\.\\pipe\\keychain-auth-script-${randomBytes(16).toString("hex")}`;
  }
  return join(folder, "agent.sock");
}

async function removeFolder(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

class Scripts implements ScriptedServer {
  readonly endpoint: string;
  readonly lines: string[] = [];
  readonly failures: Error[] = [];
  readonly #scripts: readonly Script[];
  readonly #folder: string | undefined;
  readonly #peers = new Set<ScriptedPeer>();
  #server: Server | undefined;
  #connections = 0;
  #steps = 0;
  #closed = false;

  constructor(scripts: readonly Script[], endpoint: string, folder: string | undefined) {
    if (scripts.length === 0) throw new TypeError("A scripted server needs at least one script");
    this.#scripts = scripts;
    this.endpoint = endpoint;
    this.#folder = folder;
  }

  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#peers.size;
  }

  get steps(): number {
    return this.#steps;
  }

  get requests(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  async listen(): Promise<void> {
    // Nothing is read before a script asks for it, so that bytes can stay unread in the system.
    const server = createServer(
      { pauseOnConnect: true, allowHalfOpen: true },
      (socket) => this.#accept(socket),
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.endpoint, () => {
        server.off("error", reject);
        resolve();
      });
    });
    this.#server = server;
  }

  async cues(count: number): Promise<void> {
    while (cuesGiven(this.endpoint) < count) {
      if (this.#closed) throw new Error(`Closed before the test gave cue ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async stopListening(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    // The callback of close() waits for the connections, which may go on.
    server.close();
    if (process.platform !== "win32") await rm(this.endpoint, { force: true });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const server = this.#server;
    this.#server = undefined;
    const stopped = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    await Promise.all([...this.#peers].map((peer) => peer.destroy()));
    await stopped;
    await rm(cueFile(this.endpoint), { force: true });
    await removeFolder(this.#folder);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(socket: Socket): void {
    const script = this.#scripts[Math.min(this.#connections, this.#scripts.length - 1)]!;
    this.#connections++;
    const peer = new ScriptedPeer(socket, this.lines, this);
    this.#peers.add(peer);
    socket.once("close", () => this.#peers.delete(peer));
    this.#run(script, peer).catch((error: Error) => this.failures.push(error));
  }

  async #run(script: Script, peer: ScriptedPeer): Promise<void> {
    const steps = typeof script === "function" ? [script] : script;
    for (const step of steps) {
      await step(peer);
      this.#steps++;
    }
    await peer.scriptDone();
  }
}
