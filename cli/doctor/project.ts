/**
 * The project that commands would use here.
 *
 * @module
 */

import { consentFor, isAllowed } from "../../project/file/allowed.ts";
import type { Context } from "../context.ts";
import { EXIT, exitCodeOf, messageOf } from "../exit_codes.ts";
import type { ProjectFlags } from "../project/flags.ts";
import { readProject } from "../project/open.ts";
import type { Problem, ProjectReport } from "./types.ts";

/** @returns The project and what is wrong with it; nothing without a project. */
export async function examineProject(
  context: Context,
  flags: ProjectFlags,
): Promise<{ readonly project?: ProjectReport; readonly problem?: Problem }> {
  try {
    const open = await readProject(context, flags);
    if (open === undefined) return {};
    const { path, project: { service, secrets } } = open;
    const allowed = isAllowed(consentFor(path, open.project));
    const project = { path, service, secrets: secrets.size, allowed };
    if (allowed) return { project };
    const { allowCommand } = await import("../project/consent.ts");
    return {
      project,
      problem: {
        what: "You have not allowed the project here to choose secrets",
        commands: [allowCommand(path)],
        hint: "Look at the file first. Commands that name a service with --service do not use it",
        exitCode: EXIT.usage,
      },
    };
  } catch (error) {
    return { problem: { what: messageOf(error), commands: [], exitCode: exitCodeOf(error) } };
  }
}
