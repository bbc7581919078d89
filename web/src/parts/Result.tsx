/** The result of a job: compared, zoomed, played, downloaded, used again. */

import { useState } from "preact/hooks";
import { local } from "../api/call";
import type { Attachment, Job } from "../api/types";
import type { Picked } from "../state/picked";
import { reuse } from "../state/swap";
import { Compare } from "./Compare";
import { Icon } from "./Icon";
import { AnimationPlayer, FilmPlayer } from "./Moving";

interface Props {
  job: Job;
  /** What it was before, where this page still has it. */
  before?: Picked | null;
}

export function Result({ job, before = null }: Props) {
  const [chosen, setChosen] = useState(0);
  const all = job.attachments ?? [];
  const shown = all[chosen] ?? all[0];
  if (!shown) return null;
  return (
    <div class="result">
      <Shown result={shown} before={before} label={`Result of ${job.verb}`} />
      {all.length > 1 ? <Strip all={all} chosen={chosen} onChoose={setChosen} /> : null}
      <Said job={job} />
      <div class="row actions">
        <a class="button main" href={local(shown.url)} download={shown.filename}>
          <Icon name="download" /> Download
        </a>
        <button type="button" onClick={() => void reuse(shown, "target")}>
          <Icon name="again" /> Use as target
        </button>
        {shown.content_type.startsWith("image/") && shown.duration === undefined ? (
          <button type="button" onClick={() => void reuse(shown, "source")}>
            Use as source
          </button>
        ) : null}
        <span class="aside">
          {shown.width} × {shown.height}, {size(shown.size)}
        </span>
      </div>
    </div>
  );
}

function Shown({
  result,
  before,
  label,
}: {
  result: Attachment;
  before: Picked | null;
  label: string;
}) {
  const [failed, setFailed] = useState("");
  const { width, height, content_type: type } = result;
  const url = local(result.url);
  const broken = () => setFailed(url);
  if (failed === url) {
    return (
      <div class="stage plain">
        <p>The result is there; this browser cannot show {type}. Download it.</p>
      </div>
    );
  }
  if (type.startsWith("video/")) {
    return (
      <FilmPlayer
        onBroken={broken}
        after={url}
        before={before?.url ?? null}
        label={label}
        width={width}
        height={height}
      />
    );
  }
  if (result.duration !== undefined) {
    return <AnimationPlayer url={url} type={type} label={label} width={width} height={height} />;
  }
  // An error of the picture inside does not bubble, but it is captured on its way.
  return (
    <div class="showing" onErrorCapture={broken}>
      <Compare
        before={before?.url ?? null}
        after={url}
        label={label}
        width={width}
        height={height}
      />
    </div>
  );
}

interface StripProps {
  all: readonly Attachment[];
  chosen: number;
  onChoose: (at: number) => void;
}

function Strip({ all, chosen, onChoose }: StripProps) {
  return (
    <div class="strip" role="group" aria-label="Results">
      {all.map((each, at) => (
        <button
          key={each.id}
          type="button"
          aria-pressed={at === chosen}
          aria-label={`Result ${at + 1} of ${all.length}`}
          onClick={() => onChoose(at)}
        >
          <img src={local(each.url)} alt="" loading="lazy" />
        </button>
      ))}
    </div>
  );
}

/** What `content` repeats of the job, as the original API's bot wrote it. */
const KNOWN =
  /^<@\d+>|Picsi\.Ai \w+ Job Submitted|\[\w+: ?[^\]]*\]|\(\d+\/\d+ credits remaining\)/g;

/** What the service says about its result. */
function Said({ job }: { job: Job }) {
  const text = (job.content ?? "").replace(KNOWN, "").trim();
  return text ? <p class="said">{text}</p> : null;
}

export function size(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
