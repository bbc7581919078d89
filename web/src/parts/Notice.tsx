/** What went wrong, and what to try. */

import type { ComponentChildren } from "preact";
import type { Advice } from "../api/problem";

export function Notice({ advice, children }: { advice: Advice; children?: ComponentChildren }) {
  return (
    <div class="notice" role="alert">
      <strong>{advice.title}</strong>
      {advice.said && advice.said !== advice.title ? <p>{advice.said}</p> : null}
      {advice.hint ? <p class="aside">{advice.hint}</p> : null}
      {children}
    </div>
  );
}
