// `deno task start` gets the secrets through kca; nothing here knows where they come from, and
// there is no .env file. Install kca once: deno install -g -A -n kca jsr:@keychain-auth/client/cli
const url = new URL(Deno.env.get("DATABASE_URL")!);
const key = Deno.env.get("OPENAI_KEY")!;

console.log(`Connecting to ${url.host} with a key of ${key.length} characters`);
