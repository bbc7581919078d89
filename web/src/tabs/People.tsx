/** Saved people: made of several photos, renamed, mixed, deleted. */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { type Call, form } from "../api/call";
import { adviceOn } from "../api/problem";
import { asProblem, send } from "../api/send";
import type { Identity, Job } from "../api/types";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Modal } from "../parts/Modal";
import { NewPerson } from "../parts/NewPerson";
import { Notice } from "../parts/Notice";
import { Snippets } from "../parts/Snippets";
import { go } from "../state/route";
import { loadPeople, people } from "../state/server";
import { namedChannel } from "../state/session";
import { choosePeople, MOST_MIXED } from "../state/swap";
import { say } from "../state/toasts";

/** What was last done here. */
const last = signal<Call | null>(null);
const failed = signal<unknown>(null);

export function People() {
  const known = people.value;
  const [mix, setMix] = useState<readonly string[]>([]);
  return (
    <div class="page">
      <header>
        <h1>People</h1>
        <p class="aside">
          Save somebody once, put them on any picture. A saved face is biometric data: save people
          who agreed, and delete them when they ask.
        </p>
      </header>
      {failed.value ? <Notice advice={adviceOn(asProblem(failed.value))} /> : null}
      <NewPerson
        onSaved={(call) => {
          last.value = call;
          failed.value = null;
          void loadPeople();
        }}
      />
      {mix.length ? <MixBar mix={mix} onChange={setMix} /> : null}
      {known?.identities.length ? (
        <ul class="cards">
          {known.identities.map((identity) => (
            <Person
              key={identity.name}
              identity={identity}
              isDefault={known.default === identity.name}
              onMix={() => setMix([...mix, identity.name].slice(0, MOST_MIXED))}
            />
          ))}
        </ul>
      ) : (
        <Empty words={known ? "Nobody is saved yet." : "Loading …"} />
      )}
      {known ? (
        <p class="aside">
          {known.identities.length} of {known.limit} saved
          {known.default ? `; commands that name nobody take ${known.default}` : ""}
          {known.options ? ` with ${known.options}` : ""}.
        </p>
      ) : null}
      <Snippets call={last.value} />
    </div>
  );
}

/** Do what `call` says, and look at everybody anew. */
async function change<T>(call: Call, said: string): Promise<T | null> {
  last.value = call;
  failed.value = null;
  try {
    const answer = await send<T>(call);
    const job = answer as Job;
    say(job?.error ?? said);
    await loadPeople();
    return answer;
  } catch (error) {
    failed.value = error;
    return null;
  }
}

function setDefault(words: string): Promise<unknown> {
  const parts = form({ idname: words, channel: namedChannel.value });
  return change(
    { method: "POST", path: "v1/faceswap/setid", form: parts },
    `${words} is the default.`,
  );
}

function MixBar({ mix, onChange }: { mix: readonly string[]; onChange: (mix: string[]) => void }) {
  const words = mix.join("+");
  return (
    <section class="card row mix" aria-label="Mix">
      <p class="grow">
        <strong>{mix.join(" + ")}</strong>
        <br />
        <span class="aside">
          {mix.length === 1
            ? "Add one or two more with Mix. Who is named twice weighs twice."
            : "One person of all; the first gives hair line, gaze and expression."}
        </span>
      </p>
      <button
        type="button"
        class="main"
        onClick={() => {
          choosePeople(mix);
          go("swap");
        }}
      >
        Swap with it
      </button>
      <button type="button" onClick={() => void setDefault(words)}>
        Make it the default
      </button>
      <button type="button" class="quiet" onClick={() => onChange([])}>
        Discard
      </button>
    </section>
  );
}

interface PersonProps {
  identity: Identity;
  isDefault: boolean;
  onMix: () => void;
}

function Person({ identity, isDefault, onMix }: PersonProps) {
  const { name, photos, created } = identity;
  const [asked, setAsked] = useState<"" | "rename" | "delete">("");
  return (
    <li class="card person">
      <span class={`initial tint${tint(name)}`} aria-hidden="true">
        {[...name][0]?.toUpperCase()}
      </span>
      <div class="grow">
        <h2>
          {name} {isDefault ? <span class="pill good">default</span> : null}
        </h2>
        <p class="aside">
          {photos === 1 ? "1 photo" : `${photos} photos`}, {new Date(created).toLocaleDateString()}
        </p>
      </div>
      <div class="row actions">
        <button
          type="button"
          class="main"
          aria-label={`Swap with ${name}`}
          onClick={() => {
            choosePeople([name]);
            go("swap");
          }}
        >
          Swap
        </button>
        <button type="button" aria-label={`Mix ${name}`} onClick={onMix}>
          Mix
        </button>
        {isDefault ? null : (
          <Small
            icon="star"
            label={`Make ${name} the default`}
            onClick={() => void setDefault(name)}
          />
        )}
        <Small icon="pen" label={`Rename ${name}`} onClick={() => setAsked("rename")} />
        <Small icon="trash" label={`Delete ${name}`} onClick={() => setAsked("delete")} />
      </div>
      {asked === "rename" ? <Rename name={name} onClose={() => setAsked("")} /> : null}
      {asked === "delete" ? <Delete name={name} onClose={() => setAsked("")} /> : null}
    </li>
  );
}

interface SmallProps {
  icon: "star" | "pen" | "trash";
  label: string;
  onClick: () => void;
}

function Small({ icon, label, onClick }: SmallProps) {
  return (
    <button type="button" class="quiet only" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** One of the tints of the style sheet, always the same for a name. */
function tint(name: string): number {
  const TINTS = 6;
  return [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % TINTS;
}

function path(name: string): string {
  return `v1/mien/identities/${encodeURIComponent(name)}`;
}

function Rename({ name, onClose }: { name: string; onClose: () => void }) {
  const [text, setText] = useState(name);
  const submit = async (event: Event) => {
    event.preventDefault();
    const json = { name: text.trim() };
    await change({ method: "PATCH", path: path(name), json }, `${name} is ${text} now.`);
    onClose();
  };
  return (
    <Modal title={`Rename ${name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <label class="field">
          <span>New name: letters and digits</span>
          <input
            type="text"
            required
            value={text}
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="main">
          Rename
        </button>
      </form>
    </Modal>
  );
}

function Delete({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = async () => {
    await change({ method: "DELETE", path: path(name) }, `${name} is deleted.`);
    onClose();
  };
  return (
    <Modal title={`Delete ${name}?`} onClose={onClose}>
      <p>Everything that was kept of {name} is removed at once. It cannot be taken back.</p>
      <div class="row">
        <button type="button" class="danger" onClick={remove}>
          Delete
        </button>
        <button type="button" onClick={onClose}>
          Keep
        </button>
      </div>
    </Modal>
  );
}
