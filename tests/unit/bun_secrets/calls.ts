/** Calls of `Bun.secrets`, and how they end: for Bun's own store and for ours alike. */

/** What is called: `Bun.secrets`, or what takes its place. */
export interface AnySecrets {
  get(...args: unknown[]): Promise<unknown>;
  set(...args: unknown[]): Promise<unknown>;
  delete(...args: unknown[]): Promise<unknown>;
}

/** How a call ended. */
export interface Outcome {
  /** What was called. */
  call: string;
  /** `threw` is at once, `rejected` by the promise. */
  how: "threw" | "rejected" | "resolved";
  /** What it resolved to; `undefined` is written as text. */
  value?: unknown;
  /** The error's class, code, message and text. */
  error?: [type: string, code: unknown, message: string, text: string];
}

type Call = (secrets: AnySecrets) => unknown;

/** Calls that never get as far as a store. */
export const refused: Record<string, Call> = {
  "get()": (s) => s.get(),
  "get(undefined)": (s) => s.get(undefined),
  "get(null)": (s) => s.get(null),
  "get(string)": (s) => s.get("a"),
  "get(string, number)": (s) => s.get("a", 1),
  "get(String object, string)": (s) => s.get(Object("a"), "b"),
  "get(number, string)": (s) => s.get(5, "b"),
  "get(bigint)": (s) => s.get(1n),
  "get(symbol)": (s) => s.get(Symbol("a")),
  "get(array)": (s) => s.get([]),
  "get({})": (s) => s.get({}),
  "get({ name })": (s) => s.get({ name: "b" }),
  "get({ service })": (s) => s.get({ service: "a" }),
  "get({ service: number })": (s) => s.get({ service: 1, name: "b" }),
  "get({ service: '' })": (s) => s.get({ service: "", name: "b" }),
  "get({ name: '' })": (s) => s.get({ service: "a", name: "" }),
  "get('', string)": (s) => s.get("", "b"),
  "get(string, '')": (s) => s.get("a", ""),
  "get with a NUL in service": (s) => s.get({ service: "a\0b", name: "c" }),
  "get with a NUL in name": (s) => s.get("a", "b\0"),
  "get('', NUL)": (s) => s.get("", "\0"),
  "get(function without service)": (s) => s.get(() => {}),
  "get with a getter that throws": (s) =>
    s.get({
      get service() {
        throw new RangeError("mine");
      },
      name: "b",
    }),
  "get with a polluted Object.prototype": (s) => {
    const prototype = Object.prototype as { service?: string };
    prototype.service = "a";
    try {
      return s.get({ name: "b" });
    } finally {
      delete prototype.service;
    }
  },
  "set()": (s) => s.set(),
  "set(undefined)": (s) => s.set(undefined),
  "set(string, string)": (s) => s.set("a", "b"),
  "set(string, string, number)": (s) => s.set("a", "b", 3),
  "set(string, string, undefined)": (s) => s.set("a", "b", undefined),
  "set(string, string, String object)": (s) => s.set("a", "b", Object("c")),
  "set(options, value)": (s) => s.set({ service: "a", name: "b" }, "c"),
  "set({ value: null })": (s) => s.set({ service: "a", name: "b", value: null }),
  "set({ value: number })": (s) => s.set({ service: "a", name: "b", value: 1 }),
  "set({ value: number, no service })": (s) => s.set({ name: "b", value: 1 }),
  "set({ service: '' })": (s) => s.set({ service: "", name: "b", value: "c" }),
  "set('', string, string)": (s) => s.set("", "b", "c"),
  "set with a NUL in value": (s) => s.set({ service: "a", name: "b", value: "c\0" }),
  "set(string, string, NUL)": (s) => s.set("a", "b", "\0"),
  "set({ persist: string })": (s) =>
    s.set({ service: "a", name: "b", value: "c", persist: "session" }),
  "set({ persist: null })": (s) => s.set({ service: "a", name: "b", value: "c", persist: null }),
  "set({ persist: '' })": (s) => s.set({ service: "a", name: "b", value: "c", persist: "" }),
  "set({ persist: number, service: '' })": (s) =>
    s.set({ service: "", name: "b", value: "c", persist: 2 }),
  "set({ persist: string, value: number })": (s) =>
    s.set({ service: "a", name: "b", value: 3, persist: "x" }),
  "delete()": (s) => s.delete(),
  "delete(undefined)": (s) => s.delete(undefined),
  "delete(string, string)": (s) => s.delete("a", "b"),
  "delete({ name: number })": (s) => s.delete({ service: "a", name: 2 }),
  "delete('', string, string)": (s) => s.delete("", "b", "c"),
  "delete(string, string, NUL)": (s) => s.delete("a", "b", "\0"),
};

class Account {
  name = "class";
  get service(): string {
    return "app";
  }
}

const app = { service: "app", name: "token" };

/** One sequence of calls over an empty store. */
export const stored: Record<string, Call> = {
  "get of nothing": (s) => s.get(app),
  "delete of nothing": (s) => s.delete(app),
  "set": (s) => s.set({ ...app, value: "one" }),
  "get after set": (s) => s.get(app),
  "get by position": (s) => s.get("app", "token"),
  "get by position with more": (s) => s.get("app", "token", {}),
  "set over it": (s) => s.set({ ...app, value: "two", allowUnrestrictedAccess: true }),
  "get after set over it": (s) => s.get(app),
  "set by position": (s) => s.set("app", "token", "three", { persist: "bad" }),
  "get after set by position": (s) => s.get(app),
  "set with persist": (s) => s.set({ ...app, value: "four", persist: "local" }),
  "get after set with persist": (s) => s.get(app),
  "set with persist undefined": (s) => s.set({ ...app, value: "five", persist: undefined }),
  "get of another name": (s) => s.get("app", "tok"),
  "get of another service": (s) => s.get("ap", "token"),
  "set to an empty value": (s) => s.set({ ...app, value: "" }),
  "get after set to an empty value": (s) => s.get(app),
  "set of nothing to an empty value": (s) => s.set("app", "none", ""),
  "set once more": (s) => s.set("app", "token", "six"),
  "delete by position": (s) => s.delete("app", "token", "ignored"),
  "delete by position again": (s) => s.delete("app", "token", ""),
  "set unicode": (s) => s.set("se:r®v/ice", "ña@ex:ample", 'p🔑å\n\t"\\'),
  "get unicode": (s) => s.get("se:r®v/ice", "ña@ex:ample"),
  "get with null prototype": (s) =>
    s.get(Object.assign(Object.create(null), { service: "se:r®v/ice", name: "ña@ex:ample" })),
  "delete unicode": (s) => s.delete({ service: "se:r®v/ice", name: "ña@ex:ample", value: "\0" }),
  "set of a class": (s) => s.set(Object.assign(new Account(), { value: "seven" })),
  "get of a class": (s) => s.get(new Account()),
  "get of an array with properties": (s) =>
    s.get(Object.assign([], { service: "app", name: "class" })),
  "get of a proxy": (s) =>
    s.get(new Proxy({}, { get: (_, key) => key === "service" ? "app" : "class" })),
  "delete of a class": (s) => s.delete(new Account()),
};

/** Makes the calls one after the other. */
export async function outcomesOf(
  calls: Record<string, Call>,
  secrets: AnySecrets,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [call, make] of Object.entries(calls)) {
    let how: Outcome["how"] = "threw";
    try {
      const promise = make(secrets);
      if (!(promise instanceof Promise)) throw new Error(`${call} gave no promise`);
      how = "rejected";
      const value: unknown = await promise;
      outcomes.push({ call, how: "resolved", value: value === undefined ? "undefined" : value });
    } catch (error) {
      const { constructor, code, message } = error as Error & { code?: unknown };
      outcomes.push({
        call,
        how,
        error: [constructor.name, code ?? "none", message, String(error)],
      });
    }
  }
  return outcomes;
}
