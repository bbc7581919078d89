/** Small texts that the browser keeps; where it refuses, they last as long as the page. */

const PREFIX = "mien.";

export function stored(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return "";
  }
}

/** Keep `text` under `name`; an empty one is removed. */
export function store(name: string, text: string): void {
  try {
    if (text) localStorage.setItem(PREFIX + name, text);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // A private window: nothing is kept.
  }
}
