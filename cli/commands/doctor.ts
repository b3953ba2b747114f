import { jsonText } from "../terminal/printable.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { type DoctorFlags, PERMISSIONS } from "../doctor/types.ts";
import { EXIT } from "../exit_codes.ts";
import { connectionFlags, serviceFlag } from "../flags.ts";
import { projectFlags } from "../project/flags.ts";

/** `kca doctor` */
export const doctor = command<DoctorFlags>({
  flags: {
    ...connectionFlags,
    service: {
      ...serviceFlag,
      list: true,
      about: "Service to test. Default: KEYCHAIN_AUTH_SERVICE, else the project's",
    },
    need: {
      kind: "value",
      value: "A,B",
      choices: PERMISSIONS,
      list: ",",
      about: "Permissions that are needed. Default: all three",
    },
    project: projectFlags.project,
    json: { ...connectionFlags.json, about: "Print findings and errors as JSON" },
  },
  docs: {
    usage: ["[--service SERVICE] [--need A,B]"],
    text: [
      "Shows the runtime, the way to the daemon, this executable and what it may do, and the " +
      "command that fixes what is wrong. The exit code is 0 only when nothing is wrong. It asks " +
      "the daemon about random names, so it changes nothing; the daemon's audit log records it.",
    ],
    examples: [
      "kca doctor --service AgentSecrets",
      "kca doctor --service AgentSecrets --need read,search",
    ],
  },
  action,
});

/** Shows the findings. */
async function action(this: Context, flags: DoctorFlags): Promise<void> {
  const { examine } = await import("../doctor/examine.ts");
  const report = await examine(this, flags);
  if (flags.json) this.print(`${jsonText(report)}\n`);
  else {
    const { screenOf } = await import("../doctor/screen.ts");
    this.print(screenOf(report, this.width(1), this.colours(1)));
  }
  const [first] = report.problems;
  this.exitCode = first?.exitCode ?? EXIT.ok;
}
