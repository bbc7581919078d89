/** Follows a job by server-sent events; EventSource cannot send a token, fetch can. */

import { pause } from "../state/pause";
import { token, tokenRefused } from "../state/session";
import { address } from "./call";
import type { Problem } from "./problem";
import { unreachable } from "./problem";
import { isAbort, refusal } from "./send";
import { ended, type Job } from "./types";

/** Pauses between attempts to reach a service that went away, seconds; the last one repeats. */
const PAUSES_S = [0.5, 1, 2, 4, 8] as const;

export interface Following {
  signal: AbortSignal;
  /** The job at each change. */
  changed: (job: Job) => void;
  /** The connection is gone, and tried again. */
  lost: () => void;
}

/** The job at its end. A service that restarts in between is waited for. */
export async function follow(job: Job, following: Following): Promise<Job> {
  let last = job;
  let failures = 0;
  while (!ended(last)) {
    try {
      for await (const seen of events(job.jobid, following.signal)) {
        failures = 0;
        last = seen;
        following.changed(seen);
      }
    } catch (error) {
      if (isAbort(error) || !mayPass(error as Problem)) throw error;
    }
    if (ended(last)) break;
    following.lost();
    await pause(PAUSES_S[Math.min(failures++, PAUSES_S.length - 1)] ?? 1, following.signal);
  }
  return last;
}

function mayPass(problem: Problem): boolean {
  return problem.unreachable || problem.busy || problem.status >= 500;
}

async function* events(jobid: string, signal: AbortSignal): AsyncGenerator<Job> {
  const answer = await opened(`v1/mien/jobs/${encodeURIComponent(jobid)}/events`, signal);
  let rest = "";
  const reader = answer.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw isAbort(error) ? error : unreachable();
    });
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const line = block.split("\n").find((each) => each.startsWith("data: "));
      if (line) yield JSON.parse(line.slice("data: ".length)) as Job;
    }
  }
}

async function opened(
  path: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const headers = { Authorization: `Bearer ${token.value}` };
  const answer = await fetch(address(path), { headers, signal }).catch((error) => {
    throw isAbort(error) ? error : unreachable();
  });
  if (answer.ok && answer.body) return answer.body;
  const said = await answer.json().catch(() => null);
  const problem = refusal(answer.status, said, answer.headers.get("Retry-After"));
  if (problem.status === 401) tokenRefused(`The service answered: ${problem.message}.`);
  throw problem;
}
