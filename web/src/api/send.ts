/** Sends calls with the user's token; every failure is a `Problem`. */

import { token, tokenRefused } from "../state/session";
import { address, body, type Call } from "./call";
import { Problem, unreachable } from "./problem";

export interface Sending {
  signal?: AbortSignal;
  /** Told how much of the body is sent, 0 to 1. */
  sent?: (fraction: number) => void;
  headers?: Record<string, string>;
}

/** The answer to `call`; fails with a `Problem`, or an AbortError. */
export function send<T>(call: Call, sending: Sending = {}): Promise<T> {
  // Not fetch: it does not tell how much of an upload is sent.
  const request = new XMLHttpRequest();
  return new Promise<T>((resolve, reject) => {
    const abort = () => request.abort();
    sending.signal?.throwIfAborted();
    sending.signal?.addEventListener("abort", abort, { once: true });
    request.open(call.method, address(call.path));
    for (const [name, value] of headers(call, sending)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => sending.sent?.(total ? loaded / total : 1);
    request.upload.onload = () => sending.sent?.(1);
    request.onload = () => settle(request, resolve, reject);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Aborted", "AbortError"));
    request.onloadend = () => sending.signal?.removeEventListener("abort", abort);
    request.send(body(call));
  });
}

function headers(call: Call, sending: Sending): [string, string][] {
  const all: Record<string, string> = {
    Authorization: `Bearer ${token.value}`,
    ...sending.headers,
  };
  if (call.json !== undefined) all["Content-Type"] = "application/json";
  return Object.entries(all);
}

function settle<T>(
  request: XMLHttpRequest,
  resolve: (answer: T) => void,
  reject: (problem: Problem) => void,
): void {
  const answer = parsed(request.responseText);
  if (request.status >= 200 && request.status < 300) {
    resolve(answer as T);
    return;
  }
  const problem = refusal(request.status, answer, request.getResponseHeader("Retry-After"));
  if (problem.status === 401) tokenRefused(`The service answered: ${problem.message}.`);
  reject(problem);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The problem that an answer with an error status tells of. */
export function refusal(status: number, answer: unknown, retryAfter: string | null): Problem {
  const { error, errorDetails } = (answer ?? {}) as { error?: string; errorDetails?: string };
  const seconds = Number(retryAfter);
  return new Problem(
    status,
    error ?? `The service answered ${status}.`,
    errorDetails ?? "",
    retryAfter && Number.isFinite(seconds) ? seconds : null,
  );
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(-1, String(error));
}
