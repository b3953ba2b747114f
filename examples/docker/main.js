import process from "node:process";

console.log(`Connecting to ${new URL(process.env.DATABASE_URL).host}`);
