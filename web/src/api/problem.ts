/** What can go wrong, in plain words and with what to try. */

import { ended, type Job } from "./types";

/** No answer at all. */
const UNREACHABLE = 0;

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    sentence: string,
    readonly details = "",
    /** Seconds to wait, where the service says so. */
    readonly retryAfterS: number | null = null,
  ) {
    super(sentence);
  }

  get unreachable(): boolean {
    return this.status === UNREACHABLE;
  }

  /** The same call may go through later. */
  get busy(): boolean {
    return this.status === 429;
  }
}

export function unreachable(): Problem {
  return new Problem(UNREACHABLE, "The service does not answer.");
}

export interface Advice {
  title: string;
  /** The service's own words. */
  said: string;
  /** What to try; may be empty. */
  hint: string;
}

type Rule = readonly [RegExp, string, string];

/** By the service's sentence; the first match gives title and hint. */
const SENTENCES: readonly Rule[] = [
  [
    /no face/i,
    "No face was found",
    "Choose a picture in which the face is larger, lit, upright and seen from the front.",
  ],
  [
    /profile|turned/i,
    "The face is turned too far away",
    "Choose a picture in which both eyes can be seen.",
  ],
  [
    /larger than|limit is|megapixel|too (large|long)/i,
    "That is too large for this service",
    "Make the picture smaller or the video shorter; the limits stand under Account.",
  ],
  [
    /no configured channel has available credits|credits/i,
    "The credits are used up",
    "Whoever runs the service can give the channel more: mien channels set.",
  ],
  [
    /subscription/i,
    "The subscription is over",
    "Whoever runs the service can extend it; your saved people stay.",
  ],
  [
    /cannot be read|damaged|broken|no(t an?)? (image|still|picture|video)|unreadable|format|ends before|is empty|HDR/i,
    "This file cannot be read",
    "Open it in a picture program and save it anew as JPEG or PNG; videos as MP4.",
  ],
  [
    /no identity called|not saved/i,
    "This person is not saved",
    "Save a photo of them under People, or choose somebody else.",
  ],
  [/name of an identity/i, "This name cannot be used", "Letters and digits only, without blanks."],
  [
    /not kept any more/i,
    "The files of this job are gone",
    "Uploads are deleted when their job ends. Choose the files once more under Swap.",
  ],
  [
    /generator/i,
    "This service has no picture generator",
    "Whoever runs the service can set one up; everything else works without it.",
  ],
  [/option/i, "An option was not understood", "Switch it off under Options and try again."],
];

/** By HTTP status, where no sentence matched. */
const STATUSES: Readonly<Record<number, readonly [string, string]>> = {
  0: ["The service does not answer", "Is it still running? Start it with mien serve."],
  400: ["The service did not take this", "Change what it names, and try again."],
  401: ["The token is not valid", "Enter another one; mien tokens create NAME makes one."],
  404: ["There is no such thing", "It may have been deleted or have expired."],
  429: ["The service is busy", "Wait a moment and try again."],
  500: ["Something went wrong in the service", "Try again; the service's log says more."],
  503: ["The service is not ready", "Wait some seconds and try again."],
  507: ["The service's disk is full", "Whoever runs the service has to make room."],
};

export function adviceOn(problem: Problem): Advice {
  return advice(problem.status, problem.message, problem.details);
}

/** Why a job that ended has no result; null when it has, or when it is not over. */
export function adviceOnJob(job: Job): Advice | null {
  if (!ended(job) || job.status === "completed") return null;
  if (job.status === "cancelled") {
    return { title: "Cancelled", said: job.error ?? "", hint: "Nothing was changed or charged." };
  }
  if (job.status === "moderated") {
    return {
      title: "The service refused this picture",
      said: job.error ?? "",
      hint: "Its rules of use do not allow it. Choose another picture.",
    };
  }
  return advice(job.code, job.error ?? "The job failed.", job.errorDetails ?? "");
}

function advice(status: number, sentence: string, details: string): Advice {
  const rule = SENTENCES.find(([pattern]) => pattern.test(sentence));
  const [title, hint] = rule ? [rule[1], rule[2]] : (STATUSES[status] ?? ["That did not work", ""]);
  const said = details && !sentence.includes(details) ? `${sentence} (${details})` : sentence;
  return { title, said, hint };
}
