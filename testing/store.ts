/**
 * Secrets in memory. An entry is named `service:target`, as in the daemon's file backend, so that
 * service `T` also shows the entries of a service called `T:x`.
 */
export class MemoryStore {
  readonly #entries = new Map<string, string>();

  /** @param secrets Service, then target, then value. */
  constructor(secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
    for (const [service, entries] of Object.entries(secrets)) {
      for (const [target, value] of Object.entries(entries)) {
        this.set(wellFormed(service), wellFormed(target), wellFormed(value));
      }
    }
  }

  /** @returns The value, or undefined when there is no such entry. */
  get(service: string, target: string): string | undefined {
    return this.#entries.get(`${service}:${target}`);
  }

  /** Stores a value and overwrites an older one. */
  set(service: string, target: string, value: string): void {
    this.#entries.set(`${service}:${target}`, value);
  }

  /** @returns Whether there was such an entry. */
  delete(service: string, target: string): boolean {
    return this.#entries.delete(`${service}:${target}`);
  }

  /** @returns The service's targets, in random order. */
  targets(service: string): string[] {
    const start = `${service}:`;
    const targets: string[] = [];
    for (const name of this.#entries.keys()) {
      if (name.startsWith(start)) targets.push(name.slice(start.length));
    }
    return shuffle(targets);
  }
}

/** Lone surrogates become U+FFFD, which is what the daemon's JSON decoder makes of them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function shuffle(list: string[]): string[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
