/** Portraits of a saved person from a few words, and new backgrounds. */

import { signal } from "@preact/signals";
import { form } from "../api/call";
import type { Identities } from "../api/types";
import { Drop } from "../parts/Drop";
import { Icon } from "../parts/Icon";
import { Progress } from "../parts/Progress";
import { Result } from "../parts/Result";
import { Snippets } from "../parts/Snippets";
import { Switch } from "../parts/Switch";
import { letGo, type Picked, pick } from "../state/picked";
import { go } from "../state/route";
import { Run } from "../state/run";
import { people } from "../state/server";
import { channel, me, namedChannel } from "../state/session";

const SCENES: Readonly<Record<string, string>> = {
  Studio: "grey studio paper, soft light",
  Office: "a bright office in the morning",
  Library: "an old library, warm light",
  "City at night": "a city at night, lights out of focus",
  Sunset: "sunset by the sea",
  Forest: "a forest in the morning mist",
  Snow: "snow-covered mountains",
  Brick: "a red brick wall",
  Stage: "a stage with spotlights",
  "Black and white": "black and white, dark studio",
};

const subject = signal<"portraits" | "background">("portraits");
const words = signal("");
const without = signal("");
const square = signal(false);
const person = signal("");
const photo = signal<Picked | null>(null);
const portraits = new Run();
const background = new Run();

export function Portraits() {
  const run = subject.value === "portraits" ? portraits : background;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!run.busy) void run.start(subject.value === "portraits" ? headshot() : changebg());
  };
  const work = run.work.value;
  const job = work?.phase === "ended" && work.job?.status === "completed" ? work.job : null;
  return (
    <div class="page">
      <header>
        <h1>Portraits</h1>
        <p class="aside">
          A saved person before a scene of your words, or a photo before another one.
        </p>
      </header>
      <div class="split">
        <form class="card" onSubmit={submit}>
          <fieldset class="row">
            <legend class="hidden">What to make</legend>
            <Choice value="portraits" label="Portraits of somebody" />
            <Choice value="background" label="Another background" />
          </fieldset>
          {subject.value === "portraits" ? <Who /> : <Whose />}
          <Scene />
          {subject.value === "portraits" ? <Wishes /> : null}
          <button type="submit" class="main big" disabled={run.busy}>
            <Icon name="portraits" />
            {subject.value === "portraits" ? "Make portraits" : "Change the background"}
          </button>
        </form>
        <section class="outcome card" aria-label="Result">
          {work ? (
            <Progress run={run} />
          ) : (
            <div class="stage plain">
              <Icon name="portraits" />
              <p>The pictures appear here.</p>
            </div>
          )}
          {job ? (
            <Result key={job.jobid} job={job} before={run === background ? photo.value : null} />
          ) : null}
          <Snippets call={work?.phase === "ended" ? work.call : null} />
        </section>
      </div>
    </div>
  );
}

function Choice({ value, label }: { value: "portraits" | "background"; label: string }) {
  return (
    <label class="choice">
      <input
        type="radio"
        name="subject"
        checked={subject.value === value}
        onChange={() => {
          subject.value = value;
        }}
      />
      <span>{label}</span>
    </label>
  );
}

function Who() {
  const known = people.value;
  const nobody = known?.identities.length === 0;
  return (
    <div class="field">
      <label for="who">Of whom</label>
      <div class="row">
        <select
          id="who"
          class="grow"
          disabled={nobody}
          value={person.value}
          onChange={(event) => {
            person.value = event.currentTarget.value;
          }}
        >
          <option value="">{fallback(known)}</option>
          {known?.identities.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button type="button" onClick={() => go("people")}>
          Save a person
        </button>
      </div>
    </div>
  );
}

/** Whom a prompt means that names nobody. */
function fallback(known: Identities | null): string {
  if (known?.identities.length === 0) return "nobody is saved yet";
  return known?.default ? `the default, ${known.default}` : "the default";
}

function Whose() {
  return (
    <Drop
      title="Photo of the person"
      hint="Somebody who stands free of the edges"
      accept="image/*,.heic,.heif,.avif,.tif,.tiff"
      picked={photo.value}
      onFiles={async ([file]) => {
        if (!file) return;
        letGo(photo.value);
        photo.value = await pick(file);
      }}
      onClear={() => {
        letGo(photo.value);
        photo.value = null;
      }}
    />
  );
}

function Scene() {
  return (
    <>
      <label class="field">
        <span>Scene, in your words</span>
        <textarea
          rows={3}
          required
          maxLength={6000}
          value={words.value}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="chips" role="group" aria-label="Suggestions">
        {Object.entries(SCENES).map(([name, text]) => (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={words.value === text}
            onClick={() => {
              words.value = text;
            }}
          >
            {name}
          </button>
        ))}
      </div>
    </>
  );
}

function Wishes() {
  const price = me.value?.prices.headshot;
  const charged = me.value?.channels.some((each) => each.credits);
  return (
    <div class="grid">
      <label class="field">
        <span>Without (words)</span>
        <input
          type="text"
          placeholder="green"
          value={without.value}
          onInput={(event) => {
            without.value = event.currentTarget.value;
          }}
        />
      </label>
      <Switch
        on={square.value}
        onChange={(on) => {
          square.value = on;
        }}
        label="Square"
        about={`Else upright.${charged && price ? ` Costs ${price} credits.` : ""}`}
      />
    </div>
  );
}

function headshot() {
  const text = person.value ? `${person.value}, ${words.value}` : words.value;
  const no = without.value
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `--no ${word}`);
  const prompt = [text, ...no, square.value ? "--square" : ""].filter(Boolean).join(" ");
  const parts = form({ prompt, channel: namedChannel.value });
  return { method: "POST", path: "v1/faceswap/headshot", form: parts } as const;
}

function changebg() {
  const files = photo.value ? [{ name: "image", value: photo.value.file }] : [];
  const parts = form({ a_background_photo_of: words.value, channel: channel.value }, files);
  return { method: "POST", path: "v1/faceswap/changebg", form: parts } as const;
}
