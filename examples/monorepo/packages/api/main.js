import process from "node:process";

const { DATABASE_URL, JWT_KEY } = process.env;

console.log(`api: ${new URL(DATABASE_URL).host}, a key of ${JWT_KEY.length} characters`);
