/** A call of the API as a value: it is sent, and it is shown as curl, JavaScript and Python. */

export interface Part {
  name: string;
  value: string | File;
}

export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the service's address, with its query: "v1/mien/me". */
  path: string;
  form?: readonly Part[];
  json?: unknown;
}

/** Texts without content are left out, as the API takes them for absent. */
export function form(
  texts: Record<string, string | undefined>,
  files: readonly Part[] = [],
): Part[] {
  const parts = Object.entries(texts).map(([name, value]) => ({
    name,
    value: (value ?? "").trim(),
  }));
  return [...parts.filter((part) => part.value), ...files];
}

export function body(call: Call): FormData | string | null {
  if (call.json !== undefined) return JSON.stringify(call.json);
  if (!call.form?.length) return null;
  const data = new FormData();
  for (const { name, value } of call.form) data.append(name, value);
  return data;
}

/** Where the service is: the page lies at its root, also behind a proxy with a path. */
export const BASE = new URL(".", document.baseURI);

export function address(path: string): string {
  return new URL(path, BASE).href;
}

/**
 * A result's link on the origin that served this page; the service may be known by other names,
 * and the page loads nothing from elsewhere.
 */
export function local(url: string): string {
  const { pathname, search } = new URL(url);
  const at = pathname.indexOf("/files/");
  return address(pathname.slice(at + 1) + search);
}
