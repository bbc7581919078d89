/** A call as people write it: curl, JavaScript (Node 18 or later) and Python (requests). */

import { address, type Call, type Part } from "./call";

export const LANGUAGES = ["curl", "JavaScript", "Python"] as const;
export type Language = (typeof LANGUAGES)[number];

const WRITERS: Record<Language, (call: Call, token: string) => string> = {
  curl,
  JavaScript: javascript,
  Python: python,
};

/** `call` in `language`; without a token it is read from the environment variable TOKEN. */
export function snippet(call: Call, language: Language, token = ""): string {
  return WRITERS[language](call, token);
}

function curl(call: Call, token: string): string {
  const bearer = `Authorization: Bearer ${token || "$TOKEN"}`;
  const lines = [`curl -H "${bearer}"`];
  if (call.method !== "GET" && !(call.method === "POST" && hasBody(call)))
    lines.push(`-X ${call.method}`);
  if (call.json !== undefined) {
    lines.push(
      '-H "Content-Type: application/json"',
      `--data ${quoted(JSON.stringify(call.json))}`,
    );
  }
  for (const part of call.form ?? []) lines.push(curlPart(part));
  lines.push(quoted(address(call.path)));
  return lines.join(" \\\n     ");
}

function hasBody(call: Call): boolean {
  return call.json !== undefined || Boolean(call.form?.length);
}

/** `-F` reads files and types out of some texts; `--form-string` never does. */
function curlPart({ name, value }: Part): string {
  if (typeof value === "string") return `--form-string ${quoted(`${name}=${value}`)}`;
  return `-F ${quoted(`${name}=@"${value.name.replace(/(["\\])/g, "\\$1")}"`)}`;
}

/** A word of the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function javascript(call: Call, token: string): string {
  const files = (call.form ?? []).some(({ value }) => typeof value !== "string");
  const lines = files ? ['import { readFile } from "node:fs/promises";', ""] : [];
  if (call.form?.length) {
    lines.push("const form = new FormData();");
    for (const part of call.form) lines.push(`form.append(${javascriptPart(part)});`);
    lines.push("");
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: code that is shown, not run
  const bearer = token ? JSON.stringify(`Bearer ${token}`) : "`Bearer ${process.env.TOKEN}`";
  lines.push(`const answer = await fetch(${JSON.stringify(address(call.path))}, {`);
  if (call.method !== "GET") lines.push(`  method: "${call.method}",`);
  if (call.json === undefined) {
    lines.push(`  headers: { Authorization: ${bearer} },`);
  } else {
    lines.push(`  headers: { Authorization: ${bearer}, "Content-Type": "application/json" },`);
    lines.push(`  body: JSON.stringify(${JSON.stringify(call.json)}),`);
  }
  if (call.form?.length) lines.push("  body: form,");
  lines.push("});", "console.log(await answer.json());");
  return lines.join("\n");
}

function javascriptPart({ name, value }: Part): string {
  if (typeof value === "string") return `${JSON.stringify(name)}, ${JSON.stringify(value)}`;
  const file = JSON.stringify(value.name);
  return `${JSON.stringify(name)}, new Blob([await readFile(${file})]), ${file}`;
}

function python(call: Call, token: string): string {
  const bearer = token ? JSON.stringify(`Bearer ${token}`) : "f\"Bearer {os.environ['TOKEN']}\"";
  const lines = token ? ["import requests", ""] : ["import os", "", "import requests", ""];
  lines.push(`answer = requests.${call.method.toLowerCase()}(`);
  lines.push(
    `    ${JSON.stringify(address(call.path))},`,
    `    headers={"Authorization": ${bearer}},`,
  );
  if (call.json !== undefined) lines.push(`    json=${JSON.stringify(call.json)},`);
  if (call.form?.length) {
    // A list of pairs, because a field may come several times.
    lines.push("    files=[", ...call.form.map((part) => `        ${pythonPart(part)},`), "    ],");
  }
  lines.push(")", "print(answer.json())");
  return lines.join("\n");
}

function pythonPart({ name, value }: Part): string {
  const field = JSON.stringify(name);
  if (typeof value === "string") return `(${field}, (None, ${JSON.stringify(value)}))`;
  return `(${field}, open(${JSON.stringify(value.name)}, "rb"))`;
}
