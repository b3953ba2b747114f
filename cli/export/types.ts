import type { CommonFlags } from "../flags.ts";

/** The formats of `kca export`. */
export const FORMATS = ["env", "json", "shell", "docker"] as const;

/** One of them. */
export type Format = typeof FORMATS[number];

/** The flags of `kca export`. */
export interface ExportFlags extends CommonFlags {
  readonly prefix?: string;
  readonly format: Format;
}
