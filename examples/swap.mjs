// One swap with what Node 18 has built in: node swap.mjs SOURCE TARGET RESULT
// MIEN_URL is where the service is, MIEN_TOKEN a token from `mien tokens create`.
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const { MIEN_URL, MIEN_TOKEN } = process.env;
const [source, target, result] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${MIEN_TOKEN}` };

async function call(path, init = {}) {
  const answer = await fetch(MIEN_URL + path, { headers, ...init });
  const body = await answer.json();
  // Every refusal is JSON, with a sentence for people.
  if (!answer.ok) throw new Error(`${answer.status}: ${body.error}`);
  return body;
}

const form = new FormData();
form.append("options", "-m");
form.append("source_image", new Blob([await readFile(source)]));
form.append("target_image_gif_or_video", new Blob([await readFile(target)]));
// Blocks until the job is done; a long video answers `started` after a minute.
let job = await call("/v1/faceswap/picsi", { method: "POST", body: form });
while (["created", "started", "progress"].includes(job.status)) {
  await pause(2000);
  job = await call(`/v1/faceswap/jobs/?jobid=${job.jobid}`);
}
if (job.status !== "completed") throw new Error(`The job ${job.status}: ${job.error}`);

// The link is signed: it needs no token, and works for a day.
const file = await fetch(job.attachments[0].url);
await writeFile(result, Buffer.from(await file.arrayBuffer()));
console.log(result);
