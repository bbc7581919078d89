/** Jobs of the past and of now, and what became of their callbacks. */

import { useEffect, useState } from "preact/hooks";
import { local } from "../api/call";
import { adviceOn, adviceOnJob } from "../api/problem";
import { asProblem } from "../api/send";
import { command, ended, type Job } from "../api/types";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Icon, type IconName } from "../parts/Icon";
import { Modal } from "../parts/Modal";
import { Notice } from "../parts/Notice";
import { Result } from "../parts/Result";
import { Snippets } from "../parts/Snippets";
import {
  again,
  cancel,
  cursor,
  deliveries,
  type Filters,
  failed,
  filters,
  jobs,
  last,
  listCall,
  load,
  loadDeliveries,
  more,
  redeliver,
  shown,
} from "../state/history";
import { me } from "../state/session";

/** Between two looks while something runs. */
const LOOK_MS = 2000;

const STATUSES = [
  "created",
  "started",
  "progress",
  "completed",
  "failed",
  "cancelled",
  "moderated",
];
/** The command that looks for faces. */
const LOOK = "faces";
const COMMANDS = ["picsi", "swapid", "swap", "inswapper", "headshot", "changebg", "saveid", LOOK];
/** Of commands that make no picture. */
const ICONS: Readonly<Record<string, IconName>> = {
  saveid: "people",
  setid: "people",
  listid: "people",
  delid: "trash",
  delall: "trash",
  headshot: "portraits",
  changebg: "portraits",
};
const SINCE: Readonly<Record<string, number>> = { "the last day": 1, "the last week": 7 };

export function History() {
  const everything = shown.value === "jobs" ? load : loadDeliveries;
  useEffect(() => {
    void everything();
    const timer = setInterval(() => {
      const moving = shown.value === "callbacks" || jobs.value?.some((job) => !ended(job));
      if (moving && !document.hidden) void everything();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [shown.value, filters.value]);
  return (
    <div class="page">
      <header class="row">
        <h1 class="grow">History</h1>
        <fieldset class="row">
          <legend class="hidden">What to list</legend>
          <Choice
            of="listed"
            label="Jobs"
            checked={shown.value === "jobs"}
            onChoose={() => {
              shown.value = "jobs";
            }}
          />
          <Choice
            of="listed"
            label="Callbacks"
            checked={shown.value === "callbacks"}
            onChoose={() => {
              shown.value = "callbacks";
            }}
          />
        </fieldset>
      </header>
      {failed.value ? <Notice advice={adviceOn(asProblem(failed.value))} /> : null}
      {shown.value === "jobs" ? <Jobs /> : <Callbacks />}
      <Snippets call={last.value} />
    </div>
  );
}

/** What was taken of a chosen file on the swap tab is a job, too; it is shown to those who ask for it. */
function listed(): readonly Job[] | undefined {
  if (filters.value.verb) return jobs.value ?? undefined;
  return jobs.value?.filter((job) => command(job) !== LOOK);
}

function Jobs() {
  const [open, setOpen] = useState("");
  const all = listed();
  const opened = all?.find((job) => job.jobid === open);
  return (
    <>
      <FilterBar />
      {all?.length ? (
        <ul class="jobs">
          {all.map((job) => (
            <Row key={job.jobid} job={job} onOpen={() => setOpen(job.jobid)} />
          ))}
        </ul>
      ) : (
        <Empty words={all ? "No jobs here yet." : "Loading …"} />
      )}
      {cursor.value ? (
        <button type="button" onClick={() => void more()}>
          Show more
        </button>
      ) : null}
      {opened ? <Details job={opened} onClose={() => setOpen("")} /> : null}
    </>
  );
}

function FilterBar() {
  const channels = me.value?.channels.map((each) => each.channel) ?? [];
  const set = (news: Partial<Filters>) => {
    filters.value = { ...filters.value, ...news };
    jobs.value = null;
    last.value = listCall();
  };
  const since = Object.keys(SINCE).find((words) => SINCE[words] === filters.value.days) ?? "";
  return (
    <div class="row filters" role="group" aria-label="Filters">
      <Filter
        label="Status"
        all={STATUSES}
        chosen={filters.value.status}
        onChoose={(status) => set({ status })}
      />
      <Filter
        label="Command"
        all={COMMANDS}
        any={`any but ${LOOK}`}
        chosen={filters.value.verb}
        onChoose={(verb) => set({ verb })}
      />
      <Filter
        label="Since"
        all={Object.keys(SINCE)}
        chosen={since}
        onChoose={(words) => set({ days: SINCE[words] ?? 0 })}
      />
      {channels.length > 1 ? (
        <Filter
          label="Channel"
          all={channels}
          chosen={filters.value.channel}
          onChoose={(channel) => set({ channel })}
        />
      ) : null}
    </div>
  );
}

interface FilterProps {
  label: string;
  all: readonly string[];
  any?: string;
  chosen: string;
  onChoose: (word: string) => void;
}

function Filter({ label, all, any = "any", chosen, onChoose }: FilterProps) {
  return (
    <label class="field inline">
      <span>{label}</span>
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{any}</option>
        {all.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}

function Row({ job, onOpen }: { job: Job; onOpen: () => void }) {
  const [first] = job.attachments ?? [];
  const still = first?.content_type.startsWith("image/");
  const percent = job.progress ? ` ${Math.round(job.progress.fraction * 100)} %` : "";
  return (
    <li class="card job">
      <button type="button" class="thumb" aria-label={`Open job ${job.jobid}`} onClick={onOpen}>
        {first && still ? (
          <img src={local(first.url)} alt="" loading="lazy" />
        ) : (
          <Icon name={first ? "film" : (ICONS[command(job)] ?? "swap")} />
        )}
      </button>
      <div class="grow">
        <p>
          <strong>{command(job)}</strong>{" "}
          <span class={`pill ${tone(job)}`}>
            {job.status}
            {percent}
          </span>
        </p>
        <p class="aside">
          {new Date(job.created).toLocaleString()}
          {job.charged ? `, ${job.charged} credits` : ""}
        </p>
        <p class="aside cutoff">{job.error ?? job.idname ?? job.prompt ?? job.options ?? ""}</p>
      </div>
      <div class="row">
        {ended(job) ? (
          <button type="button" onClick={() => void again(job)}>
            Repeat
          </button>
        ) : (
          <button type="button" onClick={() => void cancel(job)}>
            Cancel
          </button>
        )}
      </div>
    </li>
  );
}

function tone(job: Job): string {
  if (job.status === "completed") return "good";
  return ended(job) ? "bad" : "busy";
}

function Details({ job, onClose }: { job: Job; onClose: () => void }) {
  const advice = adviceOnJob(job);
  return (
    <Modal title={`${command(job)}, ${job.status}`} onClose={onClose} wide>
      {advice ? <Notice advice={advice} /> : <Result job={job} />}
      <dl class="facts">
        {facts(job).map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <Snippets call={{ method: "GET", path: `v1/mien/jobs/${job.jobid}` }} />
    </Modal>
  );
}

function facts(job: Job): [string, string][] {
  const took = (Date.parse(job.updated) - Date.parse(job.created)) / 1000;
  const all: [string, string | undefined][] = [
    ["Job", job.jobid],
    ["Submitted", new Date(job.created).toLocaleString()],
    ["Took", ended(job) ? `${took.toFixed(1)} s` : undefined],
    ["Options", job.options],
    ["People", job.idname],
    ["Prompt", job.prompt ?? job.a_background_photo_of],
    ["Channel", job.channel],
    ["Callback", job.replyUrl],
    [
      "Charged",
      job.price === undefined ? undefined : `${job.charged ?? 0} of ${job.price} credits`,
    ],
  ];
  return all.filter((fact): fact is [string, string] => Boolean(fact[1]));
}

function Callbacks() {
  const all = deliveries.value;
  if (!all?.length) {
    return (
      <Empty
        words={
          all ? "No callbacks yet. Give a swap an address under Options, Callback." : "Loading …"
        }
      />
    );
  }
  return (
    <ul class="jobs">
      {all.map((each) => (
        <li key={each.jobid} class="card job">
          <div class="grow">
            <p>
              <strong class="breaks">{each.url}</strong>{" "}
              <span class={`pill ${DELIVERY_TONES[each.state]}`}>{each.state}</span>
            </p>
            <p class="aside">
              {new Date(each.updated).toLocaleString()}, tried {each.attempts} ×
              {each.status ? `, answered ${each.status}` : ""}
              {each.next ? `, next ${new Date(each.next).toLocaleTimeString()}` : ""}
            </p>
            {each.error ? <p class="aside">{each.error}</p> : null}
          </div>
          {each.state === "pending" ? null : (
            <button type="button" onClick={() => void redeliver(each)}>
              Send again
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

const DELIVERY_TONES = { pending: "busy", delivered: "good", dead: "bad" } as const;
