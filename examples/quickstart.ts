/**
 * What the published Go and Python clients do, in one command: writes three keys in one batch, reads
 * one environment back with one prefix request. Starts an embedded daemon to talk to, unless
 * KEYCHAIN_AUTH_SOCKET names one.
 *
 * @module
 */

import { connect } from "../mod.ts";
import { endpointCandidates } from "../src/client/endpoint.ts";
import { env, runtime } from "../src/runtime.ts";
import { runtimeSystem } from "../net/system.ts";
import { shellWord } from "../src/errors/shell_word.ts";
import { startDaemon } from "../testing/mod.ts";
import { identifySync } from "../connect/caller_identity.ts";

const SERVICE = "AgentSecrets";
const PREFIX = "proj_123:development:";

const named = env("KEYCHAIN_AUTH_SOCKET");
await using daemon = named === undefined ? await startDaemon() : undefined;
await using client = await connect({ endpoint: daemon?.endpoint });
const service = client.service(SERVICE);

await service.write({
  "proj_123:development:DATABASE_URL": "postgres://dev-db",
  "proj_123:production:DATABASE_URL": "postgres://prod-db",
  "proj_123:development:OPENAI_KEY": "sk-proj-dev123",
});

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
console.log(daemon ? nextSteps() : "\nThis was the daemon that KEYCHAIN_AUTH_SOCKET names.");

function closeOnExec(inheritable: boolean | undefined): string {
  if (inheritable === undefined) return "not known: this transport does not show its descriptor";
  return inheritable ? "no" : "yes, read back from the kernel";
}

function nextSteps(): string {
  const endpoints = endpointCandidates(undefined, { system: runtime.system, env });
  // Where a daemon listens that you start yourself, not the one of the whole system.
  const own = shellWord(endpoints[1] ?? endpoints[0] ?? "PATH");
  return `
To use your own keychain instead, start the real daemon and allow this program once:
  keychain-auth start
  keychain-auth authorize ${shellWord(identifySync(false, runtimeSystem).path)} ${SERVICE}
then name its endpoint and run this again:
  ${
    runtime.system === "windows"
      ? `$env:KEYCHAIN_AUTH_SOCKET = "${own}"`
      : `export KEYCHAIN_AUTH_SOCKET=${own}`
  }
Note that to approve ${runtime.name} is to approve every script that it runs.`;
}
