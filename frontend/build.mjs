// node build.mjs: bundles the editor into one file that the site serves as it is, with the licences of what is in it.
import {build} from "esbuild";
import {readFileSync, writeFileSync} from "node:fs";

const out = "../hub/web/static/query-editor.js";
const made = await build({
  entryPoints: ["query-editor.js"], bundle: true, minify: true, format: "esm", target: ["es2022"], outfile: out,
  legalComments: "none", metafile: true, charset: "utf8",
});
const packages = new Set(Object.keys(made.metafile.inputs).map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
const versions = [...packages].sort().map((name) => {
  const {version, license} = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version} (${license})`;
});
const texts = [...packages].map((name) => readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim());
const owners = [...new Set(texts.flatMap((text) => text.match(/^Copyright.*$/gim) ?? []))].join("\n");
const licence = texts[0].replace(/^Copyright.*$/im, owners);
writeFileSync(out, `/*! Built by frontend/build.mjs from frontend/query-editor.js and:\n${versions.join("\n")}\n\n${licence}\n*/\n` + readFileSync(out, "utf8"));
console.log(`${out}: ${readFileSync(out).length} bytes\n${versions.join("\n")}`);
