/** Short news at the edge of the page. */

import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
}

const SHOWN_MS = 6000;
let count = 0;

export const toasts = signal<readonly Toast[]>([]);

export function say(text: string): void {
  if (toasts.value.some((toast) => toast.text === text)) return;
  const toast = { id: ++count, text };
  toasts.value = [...toasts.value, toast];
  setTimeout(() => {
    toasts.value = toasts.value.filter((each) => each !== toast);
  }, SHOWN_MS);
}
