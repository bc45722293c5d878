// Builds the dashboard: the maps, the bundle, and a compressed twin of every file, because the service compresses nothing.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";
import { writeGeometry } from "./geometry.mjs";

const OUT = fileURLToPath(new URL("../../src/neuralbrain/web/", import.meta.url));

writeGeometry();
await build({ root: fileURLToPath(new URL("..", import.meta.url)), logLevel: "warn" });

for (const entry of readdirSync(OUT, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(html|js|css|json|svg)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const content = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
