/**
 * Maps the services and names of a drop-in entry to the services and targets of the daemon.
 *
 * Unless configured otherwise, a service of the program is a service of the daemon, and a name is a
 * target. With a configured service, everything is in that service, as `SERVICE:NAME` with both
 * parts percent-encoded: so the part before `:` is always a whole service.
 *
 * @module
 */

import type { ConnectOptions } from "../src/client/options.ts";
import type { Service } from "../src/client/service.ts";
import { checkService, checkText } from "../src/client/validate.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { env } from "../src/runtime.ts";
import { configureConnection, withClient } from "./shared_client.ts";

/** Options of `configure()` of a drop-in entry. An option that is left out does not change. */
export interface DropInOptions {
  /**
   * The one daemon service that holds everything; `null` for a separate daemon service for each
   * service of the program; `undefined` for the environment's setting, as at the start.
   */
  readonly service?: string | null | undefined;
  /**
   * How to connect, as for `connect()`; `undefined` for its defaults, as at the start. Applies to
   * all drop-in entries of the process.
   */
  readonly connect?: ConnectOptions | undefined;
}

/** A service of the program within the daemon. */
interface Place {
  /** The daemon's service. */
  readonly service: string;
  /** The prefix of the service's targets. */
  readonly prefix: string;
  encode(name: string): string;
  /** @returns `undefined` for a target that `encode()` cannot produce. */
  decode(text: string): string | undefined;
}

/** The secrets of one drop-in entry. */
export class Vault {
  readonly #variable: string;
  readonly #nameArgument: string;
  #service: string | null | undefined;

  /**
   * @param variable The environment variable that names the one daemon service for everything.
   * @param nameArgument The entry's word for a name, for error messages.
   */
  constructor(variable: string, nameArgument: string) {
    this.#variable = variable;
    this.#nameArgument = nameArgument;
  }

  /**
   * Sets the given options and keeps the others.
   *
   * @throws {InvalidRequestError} When an option is unknown or invalid.
   */
  configure(options: DropInOptions): void {
    if (typeof options !== "object" || options === null) {
      throw new InvalidRequestError("options", "expected an object");
    }
    for (const name of Object.keys(options)) {
      if (name === "service" || name === "connect") continue;
      throw new InvalidRequestError(name, "unknown option; expected one of service, connect");
    }
    const { service, connect } = options;
    if (typeof service === "string") checkService(service);
    else if (service !== undefined && service !== null) {
      throw new InvalidRequestError("service", "expected a string or null");
    }
    if (connect !== undefined && (typeof connect !== "object" || connect === null)) {
      throw new InvalidRequestError("connect", "expected an object, the options of connect()");
    }
    if ("service" in options) this.#service = service;
    if ("connect" in options) configureConnection(connect ?? {});
  }

  /** @returns The value, or `undefined` when there is none. */
  async get(service: string, name: string): Promise<string | undefined> {
    const { encode, prefix, ...place } = this.#placeOf(service, name);
    return await inDaemon(place, (daemon) => daemon.get(prefix + encode(name)));
  }

  /** Writes one value and overwrites an older one. */
  async set(service: string, name: string, value: string): Promise<void> {
    const { encode, prefix, ...place } = this.#placeOf(service, name);
    checkText(value, `value of ${JSON.stringify(name)}`);
    await inDaemon(place, (daemon) => daemon.write([[prefix + encode(name), value]]));
  }

  /** @returns Whether there was such a secret. */
  async delete(service: string, name: string): Promise<boolean> {
    const { encode, prefix, ...place } = this.#placeOf(service, name);
    const { deleted } = await inDaemon(place, (daemon) => daemon.delete(prefix + encode(name)));
    return deleted.length > 0;
  }

  /** @returns Every name of a service with its value, sorted by name. */
  async all(service: string): Promise<[name: string, value: string][]> {
    const { decode, prefix, ...place } = this.#placeOf(service);
    const secrets = await inDaemon(place, (daemon) => daemon.readPrefix(prefix));
    const entries: [string, string][] = [];
    for (const [target, secret] of secrets) {
      const name = decode(target.slice(prefix.length));
      if (name) entries.push([name, secret.reveal()]);
    }
    // By the names themselves: percent-encoded ones sort differently.
    return entries.sort(([a], [b]) => a < b ? -1 : 1);
  }

  #placeOf(service: string, name?: string): Place {
    checkText(service, "service");
    if (name !== undefined) checkText(name, this.#nameArgument);
    const one = this.#service === undefined ? env(this.#variable) : this.#service;
    return one ? placeWithin(one, service) : ownPlace(service);
  }
}

/**
 * The name itself. The daemon allows no `:` in a service, so names with `:` are percent-encoded; so
 * are names that look like an encoded one.
 */
function ownPlace(service: string): Place {
  return {
    service: /:|%25|%3A/.test(service) ? service.replace(/[%:]/g, encodeURIComponent) : service,
    prefix: "",
    encode: (name) => name,
    decode: (text) => text,
  };
}

function placeWithin(one: string, service: string): Place {
  return {
    service: one,
    prefix: `${encodeURIComponent(service)}:`,
    encode: encodeURIComponent,
    decode(text) {
      try {
        const name = decodeURIComponent(text);
        return encodeURIComponent(name) === text ? name : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

async function inDaemon<T>(
  place: { service: string },
  call: (service: Service) => Promise<T>,
): Promise<T> {
  return await withClient((client) => call(client.service(place.service)));
}
