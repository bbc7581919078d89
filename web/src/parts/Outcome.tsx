/** What comes of a call: its progress, then its result or what went wrong, and the call itself. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../api/call";
import type { Picked } from "../state/picked";
import type { Run } from "../state/run";
import { Icon } from "./Icon";
import { Progress } from "./Progress";
import { Result } from "./Result";
import { Snippets } from "./Snippets";

/** As in tabs.css. */
const ONE_COLUMN = "(max-width: 62rem)";

interface Props {
  run: Run;
  /** What the result is compared with. */
  before: Picked | null;
  /** Said before there is anything. */
  children: ComponentChildren;
}

export function Outcome({ run, before, children }: Props) {
  const work = run.work.value;
  const job = work?.phase === "ended" && work.job?.status === "completed" ? work.job : null;
  const section = useIntoView(work?.call);
  return (
    <section ref={section} class="outcome card" aria-label="Result">
      {work ? (
        <Progress run={run} />
      ) : (
        <div class="stage plain">
          <Icon name="portraits" />
          <p>{children}</p>
        </div>
      )}
      {job ? <Result key={job.jobid} job={job} before={before} /> : null}
      {/* Not before the end, because a result pushes down what is below it. */}
      <Snippets call={work?.phase === "ended" ? work.call : null} />
    </section>
  );
}

/** Where there is one column, the result lies below what was pressed: show it. */
function useIntoView(started: Call | undefined) {
  const section = useRef<HTMLElement>(null);
  const shown = useRef(started);
  useEffect(() => {
    if (started && started !== shown.current && matchMedia(ONE_COLUMN).matches) {
      section.current?.scrollIntoView();
    }
    shown.current = started;
  }, [started]);
  return section;
}
