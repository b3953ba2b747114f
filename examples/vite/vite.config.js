// Vite puts variables that begin with VITE_ into the page, where everybody can read them; others
// stay on this side. So a secret has no VITE_ in front, and the page asks the proxy.
import process from "node:process";
import { defineConfig } from "vite";

export default defineConfig({
  server: {
    proxy: {
      "/api": {
        target: "http://127.0.0.1:3000",
        headers: { authorization: `Bearer ${process.env.API_TOKEN}` },
      },
    },
  },
});
