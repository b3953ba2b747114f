/** One secret as a user of the package reads it: `first_ours SOCKET`. */
import { connect } from "@keychain-auth/client";
import { check, endpoint, NAME, SERVICE } from "./first.ts";

const client = await connect({ endpoint });
const value = await client.service(SERVICE).get(NAME);
await client.close();
check(value);
