/** Every public function that takes arguments, with sound ones. */
import * as root from "../../mod.ts";
import * as sync from "../../sync.ts";
import * as core from "../../core.ts";
import * as project from "../../project/mod.ts";
import * as testing from "../../testing/mod.ts";
import * as keytar from "../../keytar/mod.ts";
import * as bunSecrets from "../../bun_secrets/mod.ts";
import { MARK } from "./reply_grammar.ts";

/** One function. */
export interface PublicFunction {
  readonly name: string;
  /** Sound arguments, made anew for each call. */
  sound(): unknown[];
  /** Calls it and puts away what it gives. */
  // deno-lint-ignore no-explicit-any
  call(...args: any[]): unknown;
  /** What it may fail with besides a refusal of its arguments, when those are sound in themselves. */
  readonly fails?: readonly string[];
  /** True when it asks the daemon before it looks at all of its arguments, by design. */
  readonly asksFirst?: boolean;
}

/** What the functions are called on. */
export interface Stage {
  readonly endpoint: string;
  readonly client: root.KeychainClient;
  readonly clientSync: sync.KeychainClientSync | undefined;
}

const call = () => ({ timeout: 60_000, signal: new AbortController().signal });
const targets = () => ["A", "B"];
const entries = () => ({ A: MARK + 1, B: MARK + 2 });
const frame = () => core.encodeFrame({ action: "read", service: "S", targets: ["A"] });

/** The functions of every entry. */
export function publicFunctions(stage: Stage): PublicFunction[] {
  const all = [
    ...connecting(stage),
    ...methods("", stage.client, call),
    ...kit(),
    ...declared(),
    ...dropIns(stage),
  ];
  if (stage.clientSync === undefined) return all;
  return [...all, ...methods("Sync", stage.clientSync, () => ({ timeout: 60_000 }))];
}

/** Raw requests and empty lists are sent as they are, and the daemon refuses some. */
const RAW = ["daemon_error"];
const RANGE = ["RangeError"];
/** What Bun calls a request that is too large. */
const BUN = ["ERR_SECRETS_PLATFORM_ERROR"];
const UNAVAILABLE = ["daemon_unavailable", "transport_unavailable", "untrusted_peer", "timeout"];

function connecting({ endpoint, clientSync }: Stage): PublicFunction[] {
  const options = () => ({
    endpoint,
    transport: "auto",
    timeout: 60_000,
    connectTimeout: 2_000,
    peer: { uids: [0], check: true },
    maxReply: 1_000_000,
  });
  const list: PublicFunction[] = [{
    name: "connect",
    sound: () => [{ ...options(), keepAlive: false, signal: call().signal }],
    call: async (...args) => await (await root.connect(...args)).close(),
    fails: UNAVAILABLE,
  }];
  if (clientSync === undefined) return list;
  return [...list, {
    name: "connectSync",
    // The daemon of the other client: this thread cannot answer itself.
    sound: () => [{ ...options(), endpoint: clientSync.endpoint }],
    call: (...args) => sync.connectSync(...args).close(),
    fails: UNAVAILABLE,
  }];
}

function methods(
  kind: "" | "Sync",
  client: root.KeychainClient | sync.KeychainClientSync,
  options: () => object,
): PublicFunction[] {
  const service = client.service("S") as root.Service;
  const named = (name: string) => `Service${kind}.${name}`;
  const read = { action: "read", service: "S", match: "exact", targets: ["A"] };
  const write = { action: "write", service: "S", targets: ["A"], values: [MARK] };
  const spec = () => ({
    a: "A",
    b: { target: "B", optional: true, parse: (text: string) => text },
  });
  // A parser is asked when there is something to parse.
  const load = {
    name: named("load"),
    asksFirst: true,
    fails: ["missing_secrets", "invalid_secret"],
  };
  return [
    {
      name: `KeychainClient${kind}.service`,
      sound: () => ["S"],
      call: (...a) => client.service(...a as [string]),
    },
    {
      name: `KeychainClient${kind}.request`,
      sound: () => [{ ...read, targets: targets() }, options()],
      fails: RAW,
      call: (...a) => (client as root.KeychainClient).request(...a as [root.RawRequest]),
    },
    {
      name: `KeychainClient${kind}.request to write`,
      sound: () => [structuredClone(write), options()],
      fails: RAW,
      call: (...a) => (client as root.KeychainClient).request(...a as [root.RawRequest]),
    },
    {
      name: named("get"),
      sound: () => ["A", options()],
      call: (...a) => service.get(...a as [string]),
    },
    {
      name: named("read"),
      fails: RAW,
      sound: () => [targets(), options()],
      call: (...a) => service.read(...a as [string]),
    },
    {
      name: named("readPrefix"),
      fails: RAW,
      sound: () => [targets(), options()],
      call: (...a) => service.readPrefix(...a as [string]),
    },
    {
      name: named("write"),
      sound: () => [entries(), options()],
      call: (...a) => service.write(...a as [root.Entries]),
    },
    {
      name: named("write of pairs"),
      sound: () => [Object.entries(entries()), options()],
      call: (...a) => service.write(...a as [root.Entries]),
    },
    {
      name: named("delete"),
      sound: () => [targets(), options()],
      call: (...a) => service.delete(...a as [string]),
    },
    {
      name: named("deletePrefix"),
      fails: RAW,
      sound: () => [["p:"], { ...options(), all: false }],
      call: (...a) => service.deletePrefix(...a as [string]),
    },
    {
      name: named("search"),
      sound: () => [["p:"], options()],
      call: (...a) => service.search(...a as [string]),
    },
    {
      ...load,
      sound: () => [spec(), options()],
      call: (...a) => service.load(...a as [root.LoadSpec]),
    },
  ];
}

function kit(): PublicFunction[] {
  // encodeFrame() and splitBatch() trust their callers: they are not here.
  const line = '{"type":"RESPONSE","status":"success"}';
  const surroundings = () => ({ system: "linux", env: () => undefined });
  const any = (f: unknown) => f as (...args: unknown[]) => unknown;
  return [
    { name: "wipe", sound: () => [{ ...frame() }], call: any(core.wipe) },
    { name: "allowanceOf", sound: () => [{ ...frame() }], call: any(core.allowanceOf) },
    {
      name: "parseResponse",
      sound: () => [line],
      call: any(core.parseResponse),
      fails: ["protocol"],
    },
    {
      name: "verifyReply",
      sound: () => [{ ...frame() }, line, true],
      call: any(core.verifyReply),
      fails: ["protocol"],
    },
    {
      name: "endpointCandidates",
      sound: () => ["/run/agent.sock", surroundings()],
      call: any(core.endpointCandidates),
    },
    {
      name: "isKeychainAuthError",
      sound: () => [new Error(MARK), "denied"],
      call: any(core.isKeychainAuthError),
    },
    { name: "Secret", sound: () => [MARK], call: (value) => String(new root.Secret(value)) },
    {
      name: "LineDecoder",
      sound: () => [1_000],
      call: (limit) => new core.LineDecoder(limit).next(),
      fails: ["protocol"],
    },
    {
      name: "Deadline",
      sound: () => [1_000],
      call: (timeout) => new core.Deadline(timeout).remaining(),
    },
  ];
}

function declared(): PublicFunction[] {
  const spec = () => ({
    service: "S",
    profiles: ["dev", "prod"],
    secrets: { A: { description: "a", required: ["prod"] }, B: { default: MARK } },
  });
  const any = (f: unknown) => f as (...args: unknown[]) => unknown;
  return [
    {
      name: "loadProject",
      sound: () => [spec(), { profile: "dev", only: ["B"], parse: { B: (text: string) => text } }],
      call: any(project.loadProject),
      fails: ["missing_secrets", "invalid_secret"],
      asksFirst: true,
    },
    {
      name: "startDaemon",
      sound: () => [{
        secrets: { S: { A: MARK } },
        policy: { allowed_read_services: ["S"], allowed_write_services: [], can_search: true },
        idleTimeout: 1_000,
        maxConnections: 3,
        faults: [{ name: "slow", delay: 5, times: 1 }],
      }],
      call: async (...args) => await (await testing.startDaemon(...args)).close(),
      fails: [...RANGE, ...UNAVAILABLE],
    },
    {
      name: "withDaemon",
      sound: () => [{ secrets: { S: { A: MARK } }, environment: false }, () => {}],
      call: async (...args) => await any(any(testing.withDaemon)(...args))(),
      fails: RANGE,
    },
    {
      name: "withProject",
      sound: () => [spec(), { A: MARK }, () => {}, { profile: "dev" }],
      call: async (...args) => await any(any(testing.withProject)(...args))(),
      fails: [...RANGE, "missing_secrets"],
    },
  ];
}

function dropIns({ endpoint }: Stage): PublicFunction[] {
  const configured = () => [{ service: null, connect: { endpoint } }];
  const any = (f: unknown) => f as (...args: unknown[]) => unknown;
  const named = { service: "S", name: "A" };
  const dropIn =
    (module: typeof keytar | typeof bunSecrets, use: () => Promise<unknown>) =>
    async (...args: unknown[]) => {
      try {
        module.configure(...args as [keytar.DropInOptions]);
        await use();
      } finally {
        module.configure({ service: null, connect: { endpoint } });
      }
    };
  return [
    { name: "keytar.getPassword", sound: () => ["S", "A"], call: any(keytar.getPassword) },
    { name: "keytar.setPassword", sound: () => ["S", "A", MARK], call: any(keytar.setPassword) },
    { name: "keytar.deletePassword", sound: () => ["S", "A"], call: any(keytar.deletePassword) },
    { name: "keytar.findPassword", sound: () => ["S"], call: any(keytar.findPassword) },
    { name: "keytar.findCredentials", sound: () => ["S"], call: any(keytar.findCredentials) },
    {
      name: "keytar.configure",
      sound: configured,
      call: dropIn(keytar, () => keytar.getPassword("S", "A")),
      fails: UNAVAILABLE,
    },
    {
      name: "secrets.get",
      sound: () => [{ ...named }],
      call: any(bunSecrets.secrets.get),
      fails: BUN,
    },
    {
      name: "secrets.set",
      sound: () => [{ ...named, value: MARK }],
      call: any(bunSecrets.secrets.set),
      fails: BUN,
    },
    {
      name: "secrets.delete",
      sound: () => [{ ...named }],
      call: any(bunSecrets.secrets.delete),
      fails: BUN,
    },
    {
      name: "secrets.configure",
      sound: configured,
      call: dropIn(bunSecrets, () => bunSecrets.secrets.get("S", "A")),
      fails: [...BUN, "ERR_SECRETS_NOT_AVAILABLE"],
    },
  ];
}
