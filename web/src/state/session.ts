/** Who uses the page: the token, asked once and kept in this browser. */

import { computed, signal } from "@preact/signals";
import type { Channel, Me } from "../api/types";
import { store, stored } from "./stored";

const KEY = "token";
/** The first start prints a link that ends like this; fragments are never sent to a server. */
const FRAGMENT = /^#token=(.+)$/;
/** What a header can carry; the browser would refuse to send anything else. */
const SENDABLE = /^[!-~]+$/;

export const token = signal(stored(KEY));
/** Why the token is asked for again; "" when it is asked for the first time. */
export const refused = signal("");
export const me = signal<Me | null>(null);
/** The channel that jobs go to; "" leaves that to the service. */
export const channel = signal(stored("channel"));

/** The channel to name, for commands that want one named where there are several. */
export const namedChannel = computed(() => {
  const all = me.value?.channels ?? [];
  if (all.some((each) => each.channel === channel.value)) return channel.value;
  return all.length > 1 ? (all[0]?.channel ?? "") : "";
});

export function useToken(text: string): void {
  const chosen = text.trim();
  if (!SENDABLE.test(chosen)) {
    tokenRefused("Tokens have letters, digits and signs of ASCII only.");
    return;
  }
  token.value = chosen;
  refused.value = "";
  store(KEY, chosen);
}

export function forgetToken(): void {
  token.value = "";
  refused.value = "";
  me.value = null;
  store(KEY, "");
}

/** The service does not know the token (any more): ask for another one. */
export function tokenRefused(sentence: string): void {
  refused.value = sentence;
}

export function chooseChannel(id: string): void {
  channel.value = id;
  store("channel", id);
}

/** Take the token out of the address, so that it is in no history and on no screenshot. */
export function takeTokenFromAddress(): void {
  const found = FRAGMENT.exec(location.hash);
  if (!found) return;
  useToken(decoded(found[1] ?? ""));
  history.replaceState(null, "", `${location.pathname}${location.search}#swap`);
}

/** `text` without its percent signs, where these mean anything. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function creditsLeft(of: Channel): number | null {
  return of.credits ? Math.max(0, of.credits.total - of.credits.used) : null;
}
