import process from "node:process";

console.log(`Building with a token of ${process.env.NPM_TOKEN.length} characters`);
