/** What the API answers; the fields are those of docs/api.md. */

export type Status =
  | "created"
  | "started"
  | "progress"
  | "moderated"
  | "completed"
  | "failed"
  | "cancelled";

export interface Upload {
  size: number;
  type: string;
}

export interface Attachment {
  id: string;
  url: string;
  width: number;
  height: number;
  content_type: string;
  filename: string;
  size: number;
  /** Seconds that it plays; absent of still pictures. */
  duration?: number;
}

export interface Job {
  jobid: string;
  verb: string;
  status: Status;
  created: string;
  updated: string;
  channel: string;
  content?: string;
  options?: string;
  idname?: string;
  prompt?: string;
  a_background_photo_of?: string;
  replyUrl?: string;
  messageId?: string;
  attachments?: Attachment[];
  error?: string;
  errorDetails?: string;
  progress?: { stage: string; fraction: number };
  price?: number;
  charged?: number;
  code: number;
}

export interface Face {
  /** x0, y0, x1, y1 in pixels of the picture. */
  box: [number, number, number, number];
  verdict: "good" | "usable" | "poor";
  reasons: Record<string, string>;
}

export interface Faces {
  width: number;
  height: number;
  faces: Face[];
}

export interface Identity {
  name: string;
  photos: number;
  photoKept: boolean;
  created: string;
}

export interface Identities {
  identities: Identity[];
  default?: string;
  options?: string;
  limit: number;
}

export interface Channel {
  channel: string;
  width: number;
  credits?: { timestamp: string; total: number; used: number };
}

export interface Me {
  user: string;
  name: string;
  replyUrl?: string;
  subscriptionEnd?: string;
  webhookSecret: string;
  channels: Channel[];
  prices: Record<string, number>;
  limits: {
    identities: number;
    identityName: number;
    uploadBytes: number;
    pixels: number;
    faces: number;
    waitingJobs: number;
  };
}

export interface Scene {
  name: string;
  about: string;
}

/** What prompts of portraits can name. */
export interface Scenes {
  scenes: Scene[];
  times: string[];
  films: string[];
}

export interface Delivery {
  jobid: string;
  url: string;
  state: "pending" | "delivered" | "dead";
  attempts: number;
  next?: string;
  status?: number;
  error?: string;
  created: string;
  updated: string;
}

export interface Page {
  cursor?: string;
}

export type JobsPage = Page & { jobs: Job[] };
export type DeliveriesPage = Page & { deliveries: Delivery[] };

const UNFINISHED: ReadonlySet<Status> = new Set(["created", "started", "progress"]);

export function ended(job: Job): boolean {
  return !UNFINISHED.has(job.status);
}

/** "faceswap-picsi" is "picsi" to people. */
export function command(job: Job): string {
  return job.verb.replace(/^faceswap-/, "");
}
