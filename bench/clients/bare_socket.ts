/**
 * `socket`, `connect`, `send` and `recv` by the runtime's FFI and nothing else: no deadline, no check,
 * no promise. What a client that calls libc can at best be. For Linux.
 */

/** A reply as it came. */
export interface Reply {
  results?: { target: string; value: string }[];
}

interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  send(fd: number, bytes: Uint8Array, length: number | bigint, flags: number): number | bigint;
  recv(fd: number, into: Uint8Array, length: number | bigint, flags: number): number | bigint;
}

const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const LIBRARY = "libc.so.6";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// None of the runtimes' own types are right for all three. On Deno the first look at `process` would
// take longer than all else here.
const runtime = globalThis as unknown as {
  Deno?: { dlopen(path: string, symbols: object): { symbols: Libc } };
  Bun?: object;
  process: {
    getBuiltinModule(name: string): {
      dlopen(path: string, symbols: object): { symbols: Libc; functions: Libc };
    };
  };
};
const { Deno, Bun } = runtime;

function load(): Libc {
  if (Deno) {
    return Deno.dlopen(LIBRARY, {
      socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
      connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
      send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
      recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
    }).symbols;
  }
  if (Bun) {
    return runtime.process.getBuiltinModule("bun:ffi").dlopen(LIBRARY, {
      socket: { args: ["i32", "i32", "i32"], returns: "i32" },
      connect: { args: ["i32", "buffer", "u32"], returns: "i32" },
      send: { args: ["i32", "buffer", "u64_fast", "i32"], returns: "i32" },
      recv: { args: ["i32", "buffer", "u64_fast", "i32"], returns: "i32" },
    }).symbols;
  }
  return runtime.process.getBuiltinModule("node:ffi").dlopen(LIBRARY, {
    socket: { arguments: ["int32", "int32", "int32"], return: "int32" },
    connect: { arguments: ["int32", "buffer", "uint32"], return: "int32" },
    send: { arguments: ["int32", "buffer", "uint64", "int32"], return: "int32" },
    recv: { arguments: ["int32", "buffer", "uint64", "int32"], return: "int32" },
  }).functions;
}

/** A connected socket; the end of the process closes it. */
export class BareSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #size: (length: number) => number | bigint;
  readonly #out = new Uint8Array(4096);
  readonly #in = new Uint8Array(65536);

  /** Connects. */
  constructor(path: string) {
    this.#libc = load();
    this.#size = Deno || Bun ? (length) => length : BigInt;
    this.#fd = this.#libc.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
    const address = encoder.encode("\x01\0" + path + "\0");
    if (this.#libc.connect(this.#fd, address, address.length) !== 0) throw new Error("connect");
  }

  /** One request and its reply. */
  read(service: string, name: string): Reply {
    const request = { type: "REQUEST", action: "read", service, targets: [name] };
    const { written } = encoder.encodeInto(JSON.stringify(request) + "\n", this.#out);
    this.#libc.send(this.#fd, this.#out, this.#size(written), MSG_NOSIGNAL);
    const space = this.#in;
    let end = 0;
    do {
      const free = end === 0 ? space : space.subarray(end);
      const count = Number(this.#libc.recv(this.#fd, free, this.#size(free.length), 0));
      if (count <= 0) throw new Error("recv");
      end += count;
    } while (space[end - 1] !== 10);
    return JSON.parse(decoder.decode(space.subarray(0, end)));
  }
}
