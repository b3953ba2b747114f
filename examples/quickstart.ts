/**
 * What the published Go and Python clients do, in one command: writes three keys in one batch, reads
 * one environment back with one prefix request, and removes the three. Starts an embedded daemon to
 * talk to, unless KEYCHAIN_AUTH_SOCKET names one.
 *
 * @module
 */

import process from "node:process";
import { approvalCommands } from "../connect/remedies/approve.ts";
import { atOnce, identify } from "../connect/caller_identity.ts";
import { asRoot, hasSystemDaemon, machineOf } from "../connect/remedies/machine.ts";
import { connect, DaemonUnavailableError, DeniedError, isKeychainAuthError } from "../mod.ts";
import { runtimeSystem } from "../net/system.ts";
import { endpointCandidates } from "../src/client/endpoint.ts";
import { shellWord } from "../src/errors/shell_word.ts";
import { env, runtime } from "../src/runtime.ts";
import { startDaemon } from "../testing/mod.ts";

const SERVICE = "AgentSecrets";
/** A random prefix, because the daemon may be your own, with your secrets. */
const PROJECT = `quickstart_${crypto.randomUUID().slice(0, 8)}`;
const PREFIX = `${PROJECT}:development:`;
const SECRETS: Readonly<Record<string, string>> = {
  [`${PROJECT}:development:DATABASE_URL`]: "postgres://dev-db",
  [`${PROJECT}:production:DATABASE_URL`]: "postgres://prod-db",
  [`${PROJECT}:development:OPENAI_KEY`]: "sk-proj-dev123",
};

try {
  await main();
} catch (error) {
  if (!isKeychainAuthError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const named = env("KEYCHAIN_AUTH_SOCKET");
  await using daemon = named === undefined ? await startDaemon() : undefined;
  await using client = await connect({ endpoint: daemon?.endpoint });
  const service = client.service(SERVICE);

  const written = service.write(SECRETS);
  const remove = async (): Promise<void> => {
    // A write that was sent is carried out, so remove the names after it.
    const denied = await written.then(() => false, (error) => error instanceof DeniedError);
    // One by one, without a search for other names.
    if (!denied) await Promise.all(Object.keys(SECRETS).map((name) => service.delete(name)));
  };
  const stopWatching = onInterrupt(async () => {
    await remove();
    await client.close();
    await daemon?.close();
  });
  try {
    await written;
    const began = performance.now();
    const secrets = await service.readPrefix(PREFIX);
    const took = performance.now() - began;

    console.log(`Environment ${PREFIX} of service ${SERVICE}`);
    console.table([...secrets].map(([name, secret]) => ({
      name: name.slice(PREFIX.length),
      value: secret.reveal(),
    })));
    console.log(`runtime         ${runtime.name} ${runtime.version}`);
    console.log(`endpoint        ${client.endpoint}${daemon ? " (embedded daemon)" : ""}`);
    console.log(`transport       ${client.transport}`);
    console.log(`close-on-exec   ${closeOnExec(client.inheritable)}`);
    console.log(`round trip      ${took.toFixed(2)} ms for one prefix read`);
  } finally {
    await remove();
    stopWatching();
  }
  console.log(`removed         all ${Object.keys(SECRETS).length} keys again`);
  console.log(
    daemon ? await nextSteps() : "\nThis was the daemon that KEYCHAIN_AUTH_SOCKET names.",
  );
}

/** Cleans up at Ctrl-C, too. @returns A function that stops listening. */
function onInterrupt(cleanUp: () => Promise<void>): () => void {
  const end = (signal: NodeJS.Signals): void => {
    // A second Ctrl-C ends at once.
    stop();
    const code = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal as string] ?? 130;
    cleanUp().then(() => process.exit(code), (error) => {
      console.error(`${Object.keys(SECRETS).join(", ")} may be left behind: ${error.message}`);
      process.exit(code);
    });
  };
  const signals: NodeJS.Signals[] = runtime.system === "windows"
    ? ["SIGINT"]
    : ["SIGHUP", "SIGINT", "SIGTERM"];
  const stop = (): void => signals.forEach((signal) => process.off(signal, end));
  for (const signal of signals) process.on(signal, end);
  return stop;
}

function closeOnExec(inheritable: boolean | undefined): string {
  if (inheritable === undefined) return "unknown: this transport does not show its descriptor";
  return inheritable ? "no" : "yes, read back from the kernel";
}

/** The commands that let this program use the real daemon, from the library's own errors. */
async function nextSteps(): Promise<string> {
  const machine = machineOf(runtimeSystem);
  const { path } = atOnce(identify(false, machine.files));
  const candidates = endpointCandidates(undefined, { system: runtime.system, env });
  const system = hasSystemDaemon(machine);
  let endpoint = (system ? undefined : candidates[1]) ?? candidates[0] ?? "PATH";
  const daemon = system ? asRoot("keychain-auth", machine) : "keychain-auth";
  let approve: string | undefined = approvalCommands({ path, service: SERVICE, daemon })[0];
  let start: string | undefined;
  try {
    await using client = await connect();
    endpoint = client.endpoint;
    await client.service(SERVICE).get(`${PREFIX}nothing`);
    approve = undefined;
  } catch (error) {
    if (error instanceof DeniedError) approve = error.remedy;
    if (error instanceof DaemonUnavailableError) start = error.remedy;
  }
  const word = shellWord(endpoint);
  const name = runtime.system === "windows"
    ? `$env:KEYCHAIN_AUTH_SOCKET = "${endpoint}"`
    : `export KEYCHAIN_AUTH_SOCKET=${word}`;
  const steps: readonly (readonly [what: string, line: string | undefined])[] = [
    ["allow this program once", approve],
    ["start the daemon in its own terminal", start],
    ["name its endpoint here, and run this again", name],
  ];
  return `
To use your own keychain instead:
${steps.flatMap(([what, line]) => line ? [`${what}:\n  ${line}`] : []).join("\n")}
Note that approving ${runtime.name} approves every script that it runs.`;
}
