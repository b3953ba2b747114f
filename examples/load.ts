/**
 * Reads secrets in code instead of from the environment, where every library and child process can
 * read them: one typed object from one round trip. An error names all missing secrets at once.
 *
 * @module
 */

// In your own project: from "@keychain-auth/client"
import { connect } from "../mod.ts";

await using client = await connect();
const config = await client.service("AgentSecrets").load({
  database: { target: "proj_123:development:DATABASE_URL", parse: (value) => new URL(value) },
  key: "proj_123:development:OPENAI_KEY",
  port: { target: "proj_123:development:PORT", parse: Number, default: 5432 },
});

console.log(`Connecting to ${config.database.host} with a key of ${config.key.length} characters`);
console.log(config); // shows names only
