/** What the service knows of the user, read anew when it may have changed. */

import { signal } from "@preact/signals";
import { asProblem, send } from "../api/send";
import type { Identities, Me } from "../api/types";
import { me, token } from "./session";
import { say } from "./toasts";

export const people = signal<Identities | null>(null);

export async function loadMe(): Promise<void> {
  if (!token.value) return;
  try {
    me.value = await send<Me>({ method: "GET", path: "v1/mien/me" });
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status !== 401) say(problem.message);
  }
}

export async function loadPeople(): Promise<void> {
  if (!token.value) return;
  try {
    people.value = await send<Identities>({ method: "GET", path: "v1/mien/identities" });
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status !== 401) say(problem.message);
  }
}

/** Names that can be chosen, the oldest first. */
export function names(): string[] {
  return people.value?.identities.map((identity) => identity.name) ?? [];
}
