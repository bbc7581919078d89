/** One job from its call to its end: sent, queued, worked on, and what a person sees of that. */

import { type Signal, signal } from "@preact/signals";
import type { Call } from "../api/call";
import { follow } from "../api/follow";
import type { Problem } from "../api/problem";
import { asProblem, isAbort, send } from "../api/send";
import { ended, type Job } from "../api/types";
import { pause } from "./pause";
import { loadMe, loadPeople } from "./server";

export type Phase = "sending" | "waiting" | "running" | "busy" | "lost" | "ended";

export interface Work {
  call: Call;
  phase: Phase;
  /** How much of the phase is done, 0 to 1; null where that is not known. */
  fraction: number | null;
  /** The service's word for what it does. */
  stage: string;
  /** Seconds until the call is sent again. */
  againInS: number;
  job: Job | null;
  problem: Problem | null;
}

/** Times that a call is sent before a service that does not answer is given up. */
const TRIES = 6;
/** Seconds to wait where a busy service does not say how long. */
const BUSY_S = 10;

export class Run {
  readonly work: Signal<Work | null> = signal(null);
  #stop = new AbortController();

  /** Send `call`; what ran before is let go, not cancelled. */
  async start(call: Call): Promise<void> {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.work.value = {
      call,
      phase: "sending",
      fraction: 0,
      stage: "",
      againInS: 0,
      job: null,
      problem: null,
    };
    try {
      const job = await this.#submitted(call, stop.signal);
      this.#seen(job);
      const last = await follow(job, {
        signal: stop.signal,
        changed: (seen) => this.#seen(seen),
        lost: () => this.#tell({ phase: "lost", fraction: null }),
      });
      this.#tell({ phase: "ended", job: last });
    } catch (error) {
      if (!isAbort(error)) this.#tell({ phase: "ended", problem: asProblem(error) });
    }
    // Credits were spent, and somebody may have been saved.
    void loadMe();
    void loadPeople();
  }

  /** End the job, or stop sending it. */
  async cancel(): Promise<void> {
    const job = this.work.value?.job;
    if (!job) {
      this.clear();
      return;
    }
    try {
      this.#seen(await send<Job>({ method: "DELETE", path: `v1/mien/jobs/${job.jobid}` }));
    } catch (error) {
      this.#tell({ problem: asProblem(error) });
    }
  }

  clear(): void {
    this.#stop.abort();
    this.work.value = null;
  }

  get busy(): boolean {
    const work = this.work.value;
    return work !== null && work.phase !== "ended";
  }

  async #submitted(call: Call, stop: AbortSignal): Promise<Job> {
    // Sent again after a lost answer, the same key makes no second job.
    const headers = { Prefer: "respond-async", "Idempotency-Key": crypto.randomUUID?.() ?? key() };
    for (let tries = 1; ; tries += 1) {
      this.#tell({ phase: "sending", fraction: 0 });
      try {
        return await send<Job>(call, { signal: stop, headers, sent: (part) => this.#sent(part) });
      } catch (error) {
        const problem = asProblem(error);
        if (isAbort(error) || !(problem.busy || (problem.unreachable && tries < TRIES)))
          throw error;
        await this.#wait(problem, tries, stop);
      }
    }
  }

  async #wait(problem: Problem, tries: number, stop: AbortSignal): Promise<void> {
    const seconds = problem.busy ? (problem.retryAfterS ?? BUSY_S) : tries;
    for (let left = seconds; left > 0; left -= 1) {
      this.#tell({ phase: problem.busy ? "busy" : "lost", fraction: null, againInS: left });
      await pause(Math.min(1, left), stop);
    }
  }

  #sent(fraction: number): void {
    if (fraction < 1) this.#tell({ fraction });
    else this.#tell({ phase: "waiting", fraction: null });
  }

  #seen(job: Job): void {
    const { stage = "", fraction = null } = job.progress ?? {};
    const phase = ended(job) ? "ended" : job.status === "created" ? "waiting" : "running";
    this.#tell({ job, phase, stage, fraction });
  }

  #tell(news: Partial<Work>): void {
    if (this.work.value) this.work.value = { ...this.work.value, ...news };
  }
}

/** Random where there is no secure context, and with it no randomUUID. */
function key(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(16)).join(
    "",
  );
}
