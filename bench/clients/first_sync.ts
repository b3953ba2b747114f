/** One secret by the synchronous client: `first_sync SOCKET`. */
import { connectSync } from "@keychain-auth/client/sync";
import { check, endpoint, NAME, SERVICE } from "./first.ts";

const client = connectSync({ endpoint });
const value = client.service(SERVICE).get(NAME);
client.close();
check(value);
