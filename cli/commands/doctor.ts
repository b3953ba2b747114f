import { buildCommand, type Command } from "@stricli/core";
import { type DoctorFlags, PERMISSIONS } from "../doctor/types.ts";
import type { Context } from "../context.ts";
import { connectionFlags, jsonFlag, serviceFlag } from "../flags.ts";

/** `kca doctor` */
export const doctor: Command<Context> = buildCommand<DoctorFlags, [], Context>({
  loader: async () => (await import("../doctor/doctor.ts")).doctor,
  parameters: {
    flags: {
      ...connectionFlags,
      service: { ...serviceFlag, variadic: true, brief: "Services to try (repeatable)" },
      need: {
        kind: "enum",
        values: PERMISSIONS,
        variadic: ",",
        optional: true,
        placeholder: "read,…",
        brief: "Permissions that count; all three unless given",
      },
      json: { ...jsonFlag, brief: "Print the findings as JSON" },
    },
  },
  docs: {
    brief: "Find out what is wrong, and what to type",
    fullDescription: [
      "One screen about the runtime, the way to the daemon, this executable and what it may do,",
      "with the command that mends what is wrong. The exit code is 0 only when all is well.",
      "It asks the daemon with random names, so nothing is changed; its audit log records that.",
      "",
      "EXAMPLES",
      "  kca doctor --service AgentSecrets",
      "  kca doctor --service AgentSecrets --need read,search",
    ].join("\n"),
  },
});
