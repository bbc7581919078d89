/**
 * Builds the page: src/ becomes three files beside the API that serves them.
 *
 * `node build.mjs` writes ../src/mien/api/page/; `--check` only compares. The built files are part of
 * the repository, so that nobody but who changes the page needs Node.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "..", "src", "mien", "api", "page");
/** Above the script: whose code it carries, as their licences ask for. */
const NOTICE = `/*! mien: Apache-2.0. Carries Preact and Preact Signals: MIT,
 (c) 2015-present Jason Miller and the Preact authors. */`;

/** Every file that the result depends on, sorted by name. */
async function sources() {
  const found = await readdir(join(HERE, "src"), { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [...files, ...["package-lock.json", "build.mjs"].map((name) => join(HERE, name))].sort();
}

/** SHA-256 over names and contents; tests/api/test_home.py computes the same. */
async function fingerprint() {
  const hash = createHash("sha256");
  for (const path of await sources()) {
    const content = await readFile(path);
    hash.update(`${relative(HERE, path)}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

async function bundled() {
  const result = await build({
    entryPoints: {
      app: join(HERE, "src", "main.tsx"),
      style: join(HERE, "src", "style", "all.css"),
    },
    bundle: true,
    minify: true,
    write: false,
    outdir: OUT,
    format: "esm",
    // Browsers of the last two years; light-dark() in the styles asks for no less.
    target: ["chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    banner: { js: NOTICE },
    charset: "utf8",
  });
  return result.outputFiles.map((file) => [relative(OUT, file.path), file.text]);
}

const files = new Map(await bundled());
for (const name of ["index.html", "icon.svg"]) {
  files.set(name, await readFile(join(HERE, "src", name), "utf8"));
}
files.set("built.json", `${JSON.stringify({ sources: await fingerprint() }, null, 2)}\n`);

const check = process.argv.includes("--check");
const stale = [];
await mkdir(OUT, { recursive: true });
for (const [name, text] of files) {
  const there = await readFile(join(OUT, name), "utf8").catch(() => "");
  if (there === text) continue;
  stale.push(name);
  if (!check) await writeFile(join(OUT, name), text);
}
console.log(stale.length ? `${check ? "stale" : "written"}: ${stale.join(", ")}` : "as built");
process.exitCode = check && stale.length ? 1 : 0;
