/**
 * The result of a prefix read: a map that is put in order when somebody looks.
 *
 * @module
 */

import type { Result } from "../protocol/envelope.ts";
import { DENO_INSPECT, NODE_INSPECT, Secret, type SecretMap } from "./secret.ts";

/**
 * Secrets sorted by name. To sort ten thousand names takes an engine as long as to parse the reply
 * that they came in, and a program that starts wants its secrets first, so the map is made when it
 * is first used.
 */
export class SortedSecrets implements SecretMap {
  #results: readonly Result[];
  #map: Map<string, Secret> | undefined;

  /** @param results In any order; a repeated name counts once. */
  constructor(results: readonly Result[]) {
    this.#results = results;
  }

  get size(): number {
    return this.#sorted.size;
  }

  get [Symbol.toStringTag](): string {
    return "SecretMap";
  }

  get(name: string): Secret | undefined {
    return this.#sorted.get(name);
  }

  has(name: string): boolean {
    return this.#sorted.has(name);
  }

  forEach(
    callback: (secret: Secret, name: string, map: SecretMap) => void,
    thisArg?: unknown,
  ): void {
    for (const [name, secret] of this.#sorted) callback.call(thisArg, secret, name, this);
  }

  keys(): MapIterator<string> {
    return this.#sorted.keys();
  }

  values(): MapIterator<Secret> {
    return this.#sorted.values();
  }

  entries(): MapIterator<[string, Secret]> {
    return this.#sorted.entries();
  }

  [Symbol.iterator](): MapIterator<[string, Secret]> {
    return this.#sorted.entries();
  }

  /** Shown as the map that it is, with its values redacted. */
  [NODE_INSPECT](): SecretMap {
    return this.#sorted;
  }

  /** The same for Deno. */
  [DENO_INSPECT](inspect: (value: unknown, options: unknown) => string, options: unknown): string {
    return inspect(this.#sorted, options);
  }

  get #sorted(): Map<string, Secret> {
    return this.#map ??= this.#sort();
  }

  #sort(): Map<string, Secret> {
    // Sorting strings alone needs no comparing function, which takes Bun three times as long.
    const values = new Map(this.#results.map(({ target, value = "" }) => [target, value]));
    this.#results = [];
    return new Map([...values.keys()].sort().map((name) => [name, new Secret(values.get(name)!)]));
  }
}
