import { jsonText } from "../terminal/printable.ts";
import { env } from "../../src/runtime.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { jsonFlag, serviceFlag } from "../flags.ts";
import type { ConfigPlace, Standing } from "../identity/policy.ts";

interface IdentityFlags {
  readonly service?: string;
  readonly config?: string;
  readonly json: boolean;
}

/** `kca identity` */
export const identity = command<IdentityFlags>({
  flags: {
    service: {
      ...serviceFlag,
      about: "Service that the program uses. Default: KEYCHAIN_AUTH_SERVICE",
    },
    config: {
      kind: "value",
      value: "FILE",
      about: "Look it up in this config.json. Default: the daemon's own",
    },
    json: jsonFlag,
  },
  operands: {
    name: "FILE",
    about: "a program. Default: the runtime that runs this command",
    least: 0,
    most: 1,
  },
  docs: {
    usage: ["[--service SERVICE] [FILE]"],
    text: [
      "Shows the real path and hash by which the daemon knows a program, whether the program is a " +
      "shared runtime or has its own identity, who signed it, what the daemon's configuration lets " +
      "it do, and the command to type. Runs nothing and changes nothing.",
    ],
    examples: [
      "kca identity --service AgentSecrets ./app",
      'kca identity "$(command -v node)"',
    ],
  },
  action: show,
});

async function show(this: Context, flags: IdentityFlags, file?: string): Promise<void> {
  const { describeProgram, identifyProgram, ownExecutable } = await import(
    "../identity/program.ts"
  );
  const { commandsFor, findConfig, readConfig, lookUpProgram } = await import(
    "../identity/policy.ts"
  );
  const service = flags.service ?? env("KEYCHAIN_AUTH_SERVICE");
  const seen = await identifyProgram(file ?? ownExecutable());
  const place = flags.config === undefined ? findConfig() : { path: flags.config, system: false };
  const config = readConfig(place);
  const standing = lookUpProgram(seen, config);
  const commands = seen.program.kind === "script"
    ? []
    : commandsFor(seen, standing, service, place);
  if (flags.json) {
    const { path, sha256, program } = seen;
    const { signed, signer, entry, others: [blockedBy] } = standing;
    const whole = {
      ...{ path, sha256, ...program, signed, signer, config: place.path },
      ...{ readable: config !== undefined, entry, blockedBy, commands },
    };
    return this.print(`${jsonText(whole)}\n`);
  }
  const rows: [string, string][] = [
    ["path", seen.path],
    ["sha256", seen.sha256],
    ["kind", describeProgram(seen.program)],
    ["signed", describeSignature(standing)],
    ["policy", config === undefined ? unreadable(place) : describePolicy(standing, place)],
    ...commands.map((command): [string, string] => ["type", command]),
  ];
  this.print(rows.map(([name, value]) => `${name.padEnd(8)}${value}\n`).join(""));
  if (commands.length > 0 && service === undefined) {
    this.say({}, "SERVICE stands for the name of your service: give --service NAME");
  }
}

function describeSignature({ signed, signer }: Standing): string {
  if (!signed) return "no";
  if (signer === undefined) return "yes, but not by a trusted signer of the configuration";
  return `yes, by the trusted signer of ${signer.service}: ${signer.public_key}`;
}

function describePolicy(standing: Standing, { path }: ConfigPlace): string {
  const { entry, signer, others, outdated } = standing;
  if (entry !== undefined) {
    const { allowed_read_services: read, allowed_write_services: write, can_search } = entry;
    const list = (services: readonly string[]): string => services.join(", ") || "nothing";
    return `reads ${list(read)}; writes ${list(write)}; ${can_search ? "may" : "may not"} search`;
  }
  if (signer !== undefined) {
    return `the daemon registers it for ${signer.service} at its first call`;
  }
  if (others.length > 0) return `blocked: this hash is registered for ${others.join(" and ")}`;
  if (outdated !== undefined) return "blocked: another build at this path is registered";
  return `not registered in ${path}`;
}

function unreadable({ path, system }: ConfigPlace): string {
  return `cannot read ${path}${system ? ": run kca identity with sudo" : ""}`;
}
