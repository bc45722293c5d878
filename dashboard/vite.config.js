import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  publicDir: "public",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/neuralbrain/web",
    emptyOutDir: true,
    assetsInlineLimit: 0, // what is inline would need a weaker content security policy
    modulePreload: { polyfill: false },
    target: "es2022",
    license: { fileName: "licenses.md" },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8642", "/docs": "http://127.0.0.1:8642" } },
});
