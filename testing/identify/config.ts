/** The daemon's own configuration file. */
import { readFileText } from "../../project/file/files.ts";
import { replaceFile } from "./replace_file.ts";

/** What one executable may do. */
export interface RegisteredBinary {
  path: string;
  /** `sha256:` and the digits in hexadecimal. */
  hash: string;
  registered_at: string;
  allowed_read_services: string[];
  allowed_write_services: string[];
  can_search: boolean;
}

/** A signer whose signature approves an executable, and the service. */
export interface TrustedSigner {
  service: string;
  /** The raw 32 bytes of an Ed25519 key in base64. */
  public_key: string;
}

/** The whole file. */
export interface DaemonConfig {
  registered_binaries: RegisteredBinary[];
  protocol_version: string;
  trusted_signers: TrustedSigner[];
}

/**
 * Reads a configuration. One that does not exist registers no one.
 *
 * @throws {Error} When the file cannot be read, or is invalid. Says where.
 */
export function loadConfig(path: string): DaemonConfig {
  const text = readFileText(path);
  if (text === undefined) {
    return { registered_binaries: [], protocol_version: "1", trusted_signers: [] };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`Cannot use "${path}": it is not JSON`);
  }
  const reader = new Reader(path);
  const config = reader.record(value, "the whole");
  return {
    registered_binaries: reader.list(config, "registered_binaries").map((entry, index) => {
      const binary = reader.record(entry, `registered_binaries[${index}]`);
      return {
        path: reader.text(binary, "path"),
        hash: reader.text(binary, "hash"),
        registered_at: reader.text(binary, "registered_at"),
        allowed_read_services: reader.texts(binary, "allowed_read_services"),
        allowed_write_services: reader.texts(binary, "allowed_write_services"),
        can_search: reader.flag(binary, "can_search"),
      };
    }),
    protocol_version: reader.text(config, "protocol_version"),
    trusted_signers: reader.list(config, "trusted_signers").map((entry, index) => {
      const signer = reader.record(entry, `trusted_signers[${index}]`);
      return {
        service: reader.text(signer, "service"),
        public_key: reader.text(signer, "public_key"),
      };
    }),
  };
}

/** Writes a configuration in one step, so that a reader finds the older or the newer one. */
export function saveConfig(path: string, config: DaemonConfig): void {
  const { trusted_signers, ...rest } = config;
  const whole = trusted_signers.length > 0 ? config : rest;
  replaceFile(path, JSON.stringify(whole, null, 2));
}

/** @returns The first entry with a hash, which is the only one that counts. */
export function findByHash(config: DaemonConfig, hash: string): RegisteredBinary | undefined {
  return config.registered_binaries.find((entry) => bare(entry.hash) === bare(hash));
}

/** @returns The entry of a path. */
export function findByPath(config: DaemonConfig, path: string): RegisteredBinary | undefined {
  return config.registered_binaries.find((entry) => entry.path === path);
}

/**
 * The daemon's documentation writes hashes without the algorithm's name, its source code with it.
 */
function bare(hash: string): string {
  return hash.replace(/^sha256:/, "");
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads absent members and `null` as empty, as Go does, and refuses other types. */
class Reader {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  record(value: unknown, what: string): Fields {
    if (value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
    throw this.#wrong(what, "an object");
  }

  list(fields: Fields, name: string): unknown[] {
    const value = fields[name] ?? [];
    if (Array.isArray(value)) return value;
    throw this.#wrong(name, "an array");
  }

  texts(fields: Fields, name: string): string[] {
    const list = this.list(fields, name).map((item) => item ?? "");
    if (list.every((item) => typeof item === "string")) return list as string[];
    throw this.#wrong(name, "an array of strings");
  }

  text(fields: Fields, name: string): string {
    const value = fields[name] ?? "";
    if (typeof value === "string") return value;
    throw this.#wrong(name, "a string");
  }

  flag(fields: Fields, name: string): boolean {
    const value = fields[name] ?? false;
    if (typeof value === "boolean") return value;
    throw this.#wrong(name, "a boolean");
  }

  #wrong(what: string, expected: string): Error {
    return new Error(`Cannot use "${this.#path}": ${what} must be ${expected}`);
  }
}
