/** What the service knows of the user, read anew when it may have changed. */

import { type Signal, signal } from "@preact/signals";
import { asProblem, send } from "../api/send";
import type { Identities, Scenes } from "../api/types";
import { me, token } from "./session";
import { say } from "./toasts";

export const people = signal<Identities | null>(null);
export const scenes = signal<Scenes | null>(null);

export function loadMe(): Promise<void> {
  return load("v1/mien/me", me);
}

export function loadPeople(): Promise<void> {
  return load("v1/mien/identities", people);
}

export function loadScenes(): Promise<void> {
  return load("v1/mien/scenes", scenes);
}

async function load<T>(path: string, into: Signal<T | null>): Promise<void> {
  if (!token.value) return;
  try {
    into.value = await send<T>({ method: "GET", path });
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status !== 401) say(problem.message);
  }
}

/** Names that can be chosen, the oldest first. */
export function names(): string[] {
  return people.value?.identities.map((identity) => identity.name) ?? [];
}
