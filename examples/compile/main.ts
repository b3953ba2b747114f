/**
 * A program with its own identity. The daemon knows its callers by their executable. For a script
 * that is deno, bun or node, so approving one script approves all of them. A compiled program is
 * approved alone:
 *
 *   bun build --compile --outfile report main.ts
 *   keychain-auth authorize "$PWD/report" AgentSecrets
 *   ./report
 *
 * Build it again and its SHA-256 changes with its source: approve the new one then.
 *
 * @module
 */

// In your own project: from "@keychain-auth/client"
import { connect, DeniedError } from "../../mod.ts";

try {
  await using client = await connect();
  const secrets = await client.service("AgentSecrets").readPrefix("proj_123:development:");
  console.log(`${secrets.size} secrets for this program alone`);
} catch (error) {
  if (!(error instanceof DeniedError)) throw error;
  console.error(`Not approved yet. Type: ${error.remedy}`);
  process.exitCode = 1;
}
