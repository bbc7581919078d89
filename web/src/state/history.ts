/** What the tab of the history lists: jobs in pages, callbacks, and what is done with them. */

import { signal } from "@preact/signals";
import type { Call } from "../api/call";
import { send } from "../api/send";
import { type DeliveriesPage, type Delivery, ended, type Job, type JobsPage } from "../api/types";
import { say } from "./toasts";

/** Jobs of one page. */
const PAGE = 24;
const DAY_MS = 86_400_000;

export interface Filters {
  status: string;
  verb: string;
  channel: string;
  days: number;
}

export const filters = signal<Filters>({ status: "", verb: "", channel: "", days: 0 });
export const jobs = signal<readonly Job[] | null>(null);
export const cursor = signal("");
export const failed = signal<unknown>(null);
export const shown = signal<"jobs" | "callbacks">("jobs");
export const deliveries = signal<readonly Delivery[] | null>(null);
export const last = signal<Call | null>(null);

export function listCall(after = ""): Call {
  const { status, verb, channel, days } = filters.value;
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (status) query.set("status", status);
  if (verb) query.set("verb", `faceswap-${verb}`);
  if (channel) query.set("channel", channel);
  if (days) query.set("since", new Date(Date.now() - days * DAY_MS).toISOString());
  if (after) query.set("cursor", after);
  return { method: "GET", path: `v1/mien/jobs?${query}` };
}

/** Look at the newest page; what was listed beyond it stays. */
export async function load(): Promise<void> {
  await tried(async () => {
    const [call, wanted] = [listCall(), filters.value];
    const page = await send<JobsPage>(call);
    if (filters.value !== wanted) return;
    last.value ??= call;
    const rest = beyond(page.jobs);
    jobs.value = [...page.jobs.map(kept), ...rest];
    if (!rest.length) cursor.value = page.cursor ?? "";
  });
}

/** The job as it was listed, once it has ended: new links to the same picture would load it again. */
function kept(job: Job): Job {
  const listed = jobs.value?.find((each) => each.jobid === job.jobid);
  return listed && ended(listed) ? listed : job;
}

/** Listed jobs that are older than those of the newest page. */
function beyond(page: readonly Job[]): readonly Job[] {
  const oldest = page.at(-1)?.created ?? "";
  const known = new Set(page.map((job) => job.jobid));
  return (jobs.value ?? []).filter((job) => job.created <= oldest && !known.has(job.jobid));
}

export async function more(): Promise<void> {
  await tried(async () => {
    const page = await send<JobsPage>(listCall(cursor.value));
    jobs.value = [...(jobs.value ?? []), ...page.jobs];
    cursor.value = page.cursor ?? "";
  });
}

export async function loadDeliveries(): Promise<void> {
  await tried(async () => {
    const page = await send<DeliveriesPage>({
      method: "GET",
      path: "v1/mien/deliveries?limit=100",
    });
    deliveries.value = page.deliveries;
  });
}

/** Do it; what fails is shown above the list. */
async function tried(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    failed.value = null;
  } catch (error) {
    failed.value = error;
  }
}

export async function cancel(job: Job): Promise<void> {
  const call: Call = { method: "DELETE", path: `v1/mien/jobs/${job.jobid}` };
  last.value = call;
  await tried(async () => {
    await send(call);
    await load();
  });
}

export async function again(job: Job): Promise<void> {
  const call: Call = { method: "POST", path: `v1/mien/jobs/${job.jobid}/repeat` };
  last.value = call;
  await tried(async () => {
    await send(call);
    say("The job is submitted again.");
    await load();
  });
}

export async function redeliver(delivery: Delivery): Promise<void> {
  const call: Call = { method: "POST", path: `v1/mien/deliveries/${delivery.jobid}` };
  last.value = call;
  await tried(async () => {
    await send(call);
    say("The callback is sent again.");
    await loadDeliveries();
  });
}
