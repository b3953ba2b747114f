/**
 * Finds out everything that the screen shows.
 *
 * @module
 */

import type { KeychainClient } from "../../src/client/client.ts";
import type { Executable } from "../../src/errors/denied.ts";
import { isKeychainAuthError } from "../../src/errors/mod.ts";
import { env, runtime } from "../../src/runtime.ts";
import { UNREGISTERED } from "../../src/errors/reasons.ts";
import { identify, inTurns } from "../../connect/caller_identity.ts";
import { forbidReal } from "../../connect/forbid_real.ts";
import { denied } from "../../connect/remedies/denied.ts";
import { type Machine, machineOf } from "../../connect/remedies/machine.ts";
import { noReply } from "../../connect/remedies/no_reply.ts";
import { connectOptions } from "../client.ts";
import type { Context } from "../context.ts";
import { VERSION } from "../version.ts";
import {
  failed,
  forbidden,
  internalError,
  replaced,
  SERVICE,
  unreachable,
  unregistered,
} from "./advice.ts";
import { examineProject } from "./project.ts";
import { measureRead, probeService, TimeLimit } from "./probe.ts";
import { type Allowed, type DoctorFlags, PERMISSIONS, type Problem, type Report } from "./types.ts";
import { denoFlags, explainEndpoints, explainTransport, findWay } from "./way.ts";

/** Examines everything. Throws only for errors of the command line. */
export async function examine(context: Context, typed: DoctorFlags): Promise<Report> {
  const { project, problem } = await examineProject(context, typed);
  const flags = withProject(typed, project);
  const limit = new TimeLimit(flags.timeout);
  const { endpoints, source } = explainEndpoints(flags.socket);
  if ((env("KEYCHAIN_AUTH_FORBID_REAL") ?? "0") !== "0") forbidReal(endpoints, new Error());
  const { reason, ...chosen } = await explainTransport();
  const { timeout = limit.connectTimeout } = flags;
  const { service: _, ...where } = flags;
  const options = connectOptions({ ...where, timeout });
  const machine = machineOf(chosen.system);
  const way = await findWay(endpoints, chosen, options, machine);
  // The daemon reads the same file meanwhile.
  const executable = await inTurns(identify(true, machine.files));
  const { client } = way;
  const problems: Problem[] = [];
  const permits = denoFlags(client?.endpoint ?? endpoints.at(-1) ?? "SOCKET", way.error);
  if (client === undefined) problems.push(unreachable(way.error, source, flags));
  if (executable.replaced) problems.push(replaced(executable.path));
  const asked = client &&
    await askServices({ client, peer: way.peer, flags, executable, machine, limit }, problems);
  await client?.close();
  // Last, because it does not prevent access to the daemon.
  if (problem !== undefined) problems.push(problem);
  return {
    ok: problems.length === 0,
    version: VERSION,
    runtime,
    project,
    executable,
    transport: { name: chosen.transport.name, reason },
    endpoint: { used: client?.endpoint, source, candidates: way.candidates },
    closeOnExec: way.inheritable === undefined ? undefined : !way.inheritable,
    daemon: { reachable: client !== undefined, ...way.peer },
    needed: flags.need ?? PERMISSIONS,
    permissions: asked?.permissions ?? {},
    latency: { ...(way.took !== undefined && { connect: way.took }), ...asked?.latency },
    denoFlags: permits,
    problems,
  };
}

/** Without --service, uses the project's service, which needs only permission to read. */
function withProject(flags: DoctorFlags, project: Report["project"]): DoctorFlags {
  const named = flags.service !== undefined || env("KEYCHAIN_AUTH_SERVICE") !== undefined;
  if (named || project === undefined || !project.allowed) return flags;
  return { ...flags, service: [project.service], need: flags.need ?? ["read"] };
}

interface Consultation {
  readonly client: KeychainClient;
  readonly peer: KeychainClient["peer"];
  readonly flags: DoctorFlags;
  readonly executable: Executable;
  readonly machine: Machine;
  readonly limit: TimeLimit;
}

/** Without a service, the daemon is asked about a random one. */
async function askServices(
  { client, peer, flags, executable, machine, limit }: Consultation,
  problems: Problem[],
): Promise<Pick<Report, "permissions" | "latency">> {
  const fallback = env("KEYCHAIN_AUTH_SERVICE");
  const services = flags.service ?? (fallback === undefined ? [] : [fallback]);
  const needed = flags.need ?? PERMISSIONS;
  const permissions: Record<string, Allowed> = {};
  let latency: Report["latency"] = {};
  const place = { endpoint: client.endpoint, peer };
  const denial = (reason: string, service: string) =>
    denied({ reason, service, action: "read" }, executable, place, machine);
  for (const service of services.length > 0 ? services : ["kca-doctor"]) {
    const probed = await probeService(client, service, limit);
    const { allowed, failure } = probed;
    if (probed.unregistered) {
      const names = services.length > 0 ? services : [SERVICE];
      problems.push(unregistered(names.map((name) => denial(UNREGISTERED, name)), flags));
      break;
    }
    if (failure !== undefined) {
      // The finding about the program itself is more useful.
      if (executable.replaced) break;
      const explained = isKeychainAuthError(failure, "timeout") &&
        noReply(place, machine) !== undefined;
      problems.push(
        isKeychainAuthError(failure, "daemon_error")
          ? internalError(failure, place.endpoint, machine)
          : failed(failure, flags, explained),
      );
      break;
    }
    if (latency.firstRead === undefined && allowed.read !== "unknown") {
      latency = { firstRead: probed.took };
    }
    if (latency.read === undefined && allowed.read === "allowed") {
      const read = await measureRead(client, service, limit);
      latency = { ...latency, ...(read !== undefined && { read }) };
    }
    if (services.length === 0) break;
    permissions[service] = allowed;
    const missing = needed.filter((permission) => allowed[permission] === "denied");
    if (missing.length > 0) {
      problems.push(forbidden(denial("service_not_allowed", service), missing, flags));
    }
  }
  return { permissions, latency };
}
