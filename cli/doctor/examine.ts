/**
 * Everything that the screen shows, in the order in which it is found out.
 *
 * @module
 */

import type { KeychainClient } from "../../src/client/client.ts";
import type { Executable } from "../../src/errors/denied.ts";
import { env, runtime } from "../../src/runtime.ts";
import { identify } from "../../connect/caller_identity.ts";
import { connectOptions } from "../client.ts";
import { EXIT } from "../exit_codes.ts";
import { VERSION } from "../version.ts";
import { failed, forbidden, unreachable, unregistered } from "./advice.ts";
import { measureRead, probeService } from "./probe.ts";
import { type Allowed, type DoctorFlags, PERMISSIONS, type Problem, type Report } from "./types.ts";
import { denoFlags, explainEndpoints, explainTransport, findWay } from "./way.ts";

/** Looks at everything. Throws only for what was typed. */
export async function examine(flags: DoctorFlags): Promise<Report> {
  const { endpoints, source } = explainEndpoints(flags.socket);
  const { transport, system, reason } = await explainTransport();
  const executable = await identify(true, system);
  const { socket: _, ...rest } = flags;
  const options = connectOptions(rest);
  const way = await findWay(endpoints, transport, options);
  const { client } = way;
  const problems: Problem[] = [];
  const permits = denoFlags(client?.endpoint ?? endpoints.at(-1) ?? "SOCKET", way.error);
  if (client === undefined) {
    problems.push(unreachable(way.error, source, flags.socket, permits));
  }
  if (executable?.replaced) {
    problems.push({
      what: `${executable.path} was replaced while this runs, and the daemon refuses it`,
      commands: [],
      hint: "Start the program again",
      exitCode: EXIT.failed,
    });
  }
  const asked = client && await askServices(client, flags, executable, problems);
  await client?.close();
  return {
    ok: problems.length === 0,
    version: VERSION,
    runtime,
    executable,
    transport: { name: transport.name, reason },
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

/** Without a service the daemon is asked about one that nothing is in. */
async function askServices(
  client: KeychainClient,
  flags: DoctorFlags,
  executable: Executable | undefined,
  problems: Problem[],
): Promise<Pick<Report, "permissions" | "latency">> {
  const fallback = env("KEYCHAIN_AUTH_SERVICE");
  const services = flags.service ?? (fallback === undefined ? [] : [fallback]);
  const needed = flags.need ?? PERMISSIONS;
  const permissions: Record<string, Allowed> = {};
  let latency: Report["latency"] = {};
  for (const service of services.length > 0 ? services : ["kca-doctor"]) {
    const probed = await probeService(client, service);
    const { allowed, failure } = probed;
    if (probed.unregistered) {
      problems.push(unregistered(executable, services));
      break;
    }
    if (failure !== undefined) {
      problems.push(failed(failure));
      break;
    }
    if (latency.firstRead === undefined && allowed.read !== "unknown") {
      latency = { firstRead: probed.took };
    }
    if (latency.read === undefined && allowed.read === "allowed") {
      latency = { ...latency, read: await measureRead(client, service) };
    }
    if (services.length === 0) break;
    permissions[service] = allowed;
    const problem = forbidden(service, allowed, needed, executable);
    if (problem) problems.push(problem);
  }
  return { permissions, latency };
}
