/** Which tab is shown: the fragment of the address, so that "back" works. */

import { signal } from "@preact/signals";

export const TABS = ["swap", "people", "portraits", "history", "account"] as const;
export type Tab = (typeof TABS)[number];

export const tab = signal<Tab>(current());

function current(): Tab {
  const named = location.hash.slice(1) as Tab;
  return TABS.includes(named) ? named : "swap";
}

export function go(to: Tab): void {
  location.hash = to;
}

export function followAddress(): void {
  addEventListener("hashchange", () => {
    tab.value = current();
    scrollTo(0, 0);
  });
}
