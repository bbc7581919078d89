/** A look at the faces of a chosen file, taken while a person goes on choosing. */

import { type Signal, signal } from "@preact/signals";
import { form } from "../api/call";
import { adviceOn } from "../api/problem";
import { asProblem, isAbort, send } from "../api/send";
import type { Faces } from "../api/types";
import { pause } from "./pause";
import { firstFrame, type Picked } from "./picked";
import { channel } from "./session";

export interface Look {
  picked: Picked;
  state: "looking" | "found" | "failed";
  faces: Faces | null;
  /** What was looked at: the file, or its first frame. */
  frame: string;
  sentence: string;
}

/** Larger files are not sent just to be looked at. */
const LARGEST = 25_000_000;
/** Looks that a busy service makes us wait for. */
const TRIES = 3;

export class Looks {
  readonly look: Signal<Look | null> = signal(null);
  #stop = new AbortController();

  /** Look at `picked`; null forgets what was seen. */
  async at(picked: Picked | null): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    if (this.look.value?.frame && this.look.value.frame !== this.look.value.picked.url) {
      URL.revokeObjectURL(this.look.value.frame);
    }
    this.look.value = null;
    if (!picked || picked.file.size > LARGEST) return;
    const look: Look = { picked, state: "looking", faces: null, frame: "", sentence: "" };
    this.look.value = look;
    try {
      this.look.value = await taken(look, this.#stop.signal);
    } catch (error) {
      if (isAbort(error)) return;
      this.look.value = { ...look, state: "failed", sentence: adviceOn(asProblem(error)).said };
    }
  }
}

async function taken(look: Look, signal: AbortSignal): Promise<Look> {
  const { picked } = look;
  const file = picked.kind === "picture" ? picked.file : await firstFrame(picked);
  if (!file) return { ...look, state: "failed", sentence: "This browser cannot show the file." };
  const faces = await lookedAt(file, signal);
  signal.throwIfAborted();
  const frame = picked.kind === "picture" ? picked.url : URL.createObjectURL(file);
  return { ...look, state: "found", faces, frame };
}

async function lookedAt(file: File, signal: AbortSignal): Promise<Faces> {
  const call = {
    method: "POST",
    path: "v1/mien/faces",
    form: form({ channel: channel.value }, [{ name: "image", value: file }]),
  } as const;
  for (let tries = 1; ; tries += 1) {
    try {
      return await send<Faces>(call, { signal });
    } catch (error) {
      const problem = asProblem(error);
      if (!problem.busy || tries === TRIES) throw error;
      await pause(problem.retryAfterS ?? tries, signal);
    }
  }
}
