// Puts MapLibre GL JS, as its makers built it for npm, into assets/map.
//
//   npm ci && npm run build     writes the files and their SHA-256 sums
//   npm ci && npm run check     only says whether they are what npm gives
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "node_modules", "maplibre-gl");
const target = join(here, "..", "..", "assets", "map");
const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));

// The single-file build: its worker starts from a blob of the page's own, which works for pages opened as files. The
// address of the source map goes: it is not shipped, and developer tools would ask for it.
const script = readFileSync(join(source, "dist", "maplibre-gl.js"), "utf8").replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
const files = {
  "maplibre-gl.js": script,
  "maplibre-gl.css": readFileSync(join(source, "dist", "maplibre-gl.css"), "utf8"),
  "maplibre-gl.LICENSE.txt": readFileSync(join(source, "LICENSE.txt"), "utf8"),
};
if (/<\/script/i.test(script) || /<!--/.test(script)) {
  throw new Error("the script cannot stand inside a page: it holds an end of a script element or a comment");
}
const sums = Object.entries(files).map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`);
files.SHA256SUMS = sums.join("");

let differ = 0;
for (const [name, text] of Object.entries(files)) {
  const path = join(target, name);
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} is not what maplibre-gl ${version} gives`);
    differ += 1;
  }
}
console.log(`maplibre-gl ${version}: ${differ === 0 ? "as in assets/map" : `${differ} files differ`}`);
process.exitCode = differ === 0 ? 0 : 1;
