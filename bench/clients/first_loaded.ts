/** The same as first_ours; prints which marked files were loaded up to the secret. */
import { connect } from "@keychain-auth/client";
import { check, endpoint, NAME, SERVICE } from "./first.ts";

const client = await connect({ endpoint });
check(await client.service(SERVICE).get(NAME));
console.log(JSON.stringify((globalThis as { loadedFiles?: string[] }).loadedFiles));
await client.close();
