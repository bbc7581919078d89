/** How far a job is, in words and as a bar; screen readers hear the words. */

import { adviceOn, adviceOnJob } from "../api/problem";
import type { Run, Work } from "../state/run";
import { Notice } from "./Notice";

/** The service's words for its stages, in ours; others are shown as they are. */
const STAGES: Readonly<Record<string, string>> = {
  portraits: "Making portraits",
  frames: "Swapping frame by frame",
  follow: "Following faces from frame to frame",
  swap: "Swapping",
  encode: "Writing the result",
};

export function Progress({ run }: { run: Run }) {
  const work = run.work.value;
  if (!work) return null;
  if (work.phase === "ended") return <End work={work} run={run} />;
  const percent = work.fraction === null ? null : Math.round(work.fraction * 100);
  return (
    <div class="progress">
      <p role="status">{words(work, percent)}</p>
      <progress
        aria-label="Progress of the job"
        max="100"
        {...(percent === null ? {} : { value: percent })}
      />
      <button type="button" onClick={() => void run.cancel()}>
        Cancel
      </button>
    </div>
  );
}

function End({ work, run }: { work: Work; run: Run }) {
  const advice = work.problem ? adviceOn(work.problem) : work.job ? adviceOnJob(work.job) : null;
  if (!advice) {
    return (
      <p class="hidden" role="status">
        Done.
      </p>
    );
  }
  return (
    <Notice advice={advice}>
      <button type="button" onClick={() => void run.start(work.call)}>
        Try again
      </button>
    </Notice>
  );
}

function words(work: Work, percent: number | null): string {
  const done = percent === null ? "" : `, ${percent} %`;
  switch (work.phase) {
    case "sending":
      return `Sending the files${done}`;
    case "waiting":
      return "Waiting for a free worker";
    case "busy":
      return `The service is busy. Trying again in ${work.againInS} s`;
    case "lost":
      return "The service does not answer. Trying again; the job is not lost";
    default:
      return `${STAGES[work.stage] ?? (work.stage || "Working")}${done}`;
  }
}
