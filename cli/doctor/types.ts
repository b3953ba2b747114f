import type { Executable } from "../../src/errors/denied.ts";
import type { Runtime } from "../../src/runtime.ts";
import type { CommonFlags } from "../flags.ts";

/** What a policy may allow. */
export const PERMISSIONS = ["read", "search", "write"] as const;

/** One of them. */
export type Permission = typeof PERMISSIONS[number];

/** The flags of `kca doctor`. */
export interface DoctorFlags extends Omit<CommonFlags, "service"> {
  readonly project?: string;
  readonly service?: readonly string[];
  readonly need?: readonly Permission[];
  readonly json: boolean;
}

/** One endpoint and its outcome. */
export interface Candidate {
  readonly endpoint: string;
  readonly tried: boolean;
  readonly connected: boolean;
  /** In words. */
  readonly status: string;
}

/** What one service allows; `unknown` when the question was not answered. */
export type Allowed = Readonly<Record<Permission, "allowed" | "denied" | "unknown">>;

/** A problem and its remedy. */
export interface Problem {
  readonly what: string;
  /** Commands to type, in order. */
  readonly commands: readonly string[];
  /** Further advice. */
  readonly hint?: string;
  /** The exit code when this is the first problem. */
  readonly exitCode: number;
}

/** The project here. */
export interface ProjectReport {
  /** Its file. */
  readonly path: string;
  readonly service: string;
  /** How many it declares. */
  readonly secrets: number;
  /** Whether the user has allowed it. */
  readonly allowed: boolean;
}

/** All findings. */
export interface Report {
  readonly ok: boolean;
  readonly version: string;
  readonly runtime: Runtime;
  /** `undefined` when there is none, or it cannot be read. */
  readonly project: ProjectReport | undefined;
  /** `undefined` when the runtime cannot tell. */
  readonly executable: Executable | undefined;
  readonly transport: { readonly name: string; readonly reason: string };
  readonly endpoint: {
    readonly used: string | undefined;
    /** Where the candidates come from. */
    readonly source: string;
    readonly candidates: readonly Candidate[];
  };
  readonly closeOnExec: boolean | undefined;
  readonly daemon: {
    readonly reachable: boolean;
    readonly pid?: number;
    readonly uid?: number;
  };
  /** The needed permissions. */
  readonly needed: readonly Permission[];
  readonly permissions: Readonly<Record<string, Allowed>>;
  /** Milliseconds. */
  readonly latency: {
    readonly connect?: number;
    readonly firstRead?: number;
    readonly read?: number;
  };
  /** Sets of flags, any one of which lets this script reach the daemon. Deno only. */
  readonly denoFlags: readonly (readonly string[])[] | undefined;
  readonly problems: readonly Problem[];
}
