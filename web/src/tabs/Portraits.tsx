/** Portraits of a saved person from a few words, and new backgrounds. */

import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { form } from "../api/call";
import type { Identities } from "../api/types";
import { Choice } from "../parts/Choice";
import { Drop } from "../parts/Drop";
import { Icon } from "../parts/Icon";
import { Outcome } from "../parts/Outcome";
import { Switch } from "../parts/Switch";
import { letGo, type Picked, pick } from "../state/picked";
import { go } from "../state/route";
import { Run } from "../state/run";
import { loadScenes, people, scenes } from "../state/server";
import { channel, me, namedChannel } from "../state/session";

const subject = signal<"portraits" | "background">("portraits");
const words = signal("");
const time = signal("");
const film = signal("");
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
            <Choice
              of="subject"
              label="Portraits"
              checked={subject.value === "portraits"}
              onChoose={() => {
                subject.value = "portraits";
              }}
            />
            <Choice
              of="subject"
              label="Another background"
              checked={subject.value === "background"}
              onChoose={() => {
                subject.value = "background";
              }}
            />
          </fieldset>
          {subject.value === "portraits" ? <Who /> : <Whose />}
          <Scene />
          {subject.value === "portraits" ? <Wishes /> : null}
          <button type="submit" class="main big" disabled={run.busy}>
            <Icon name="portraits" />
            {subject.value === "portraits" ? "Make portraits" : "Change the background"}
          </button>
        </form>
        <Outcome key={subject.value} run={run} before={run === background ? photo.value : null}>
          The pictures appear here.
        </Outcome>
      </div>
    </div>
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
      <Suggestions />
      <div class="grid narrow">
        <Choose label="Time of day" all={scenes.value?.times} chosen={time} />
        <Choose label="Film" all={scenes.value?.films} chosen={film} />
      </div>
    </>
  );
}

/** What the service can draw; it has its size before it is known. */
function Suggestions() {
  useEffect(() => {
    if (!scenes.value) void loadScenes();
  }, []);
  return (
    <fieldset class="suggestions">
      <legend>Scenes that are drawn here; other words need a generator</legend>
      <div class="chips">
        {scenes.value?.scenes.map(({ name, about }) => (
          <button
            key={name}
            type="button"
            class="chip"
            title={about}
            aria-pressed={words.value === name}
            onClick={() => {
              words.value = name;
            }}
          >
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

interface ChooseProps {
  label: string;
  all: readonly string[] | undefined;
  chosen: Signal<string>;
}

function Choose({ label, all = [], chosen }: ChooseProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={chosen.value}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        <option value="">any</option>
        {all.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
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

/** The scene, and what was chosen beside it. */
function scene(): string {
  return [words.value.trim(), time.value, film.value].filter(Boolean).join(", ");
}

function headshot() {
  const text = person.value ? `${person.value}, ${scene()}` : scene();
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
  const parts = form({ a_background_photo_of: scene(), channel: channel.value }, files);
  return { method: "POST", path: "v1/faceswap/changebg", form: parts } as const;
}
