/** A name and one to eight photos become a saved person. */

import { useSignal } from "@preact/signals";
import { type Call, form } from "../api/call";
import { ended, type Job } from "../api/types";
import { letGo, type Picked, pick } from "../state/picked";
import { Run } from "../state/run";
import { channel, me, namedChannel } from "../state/session";
import { say } from "../state/toasts";
import { Drop } from "./Drop";
import { Icon } from "./Icon";
import { Progress } from "./Progress";

/** What the service takes of one person. */
const MOST_PHOTOS = 8;

const run = new Run();

export function NewPerson({ onSaved }: { onSaved: (call: Call) => void }) {
  const name = useSignal("");
  const photos = useSignal<readonly Picked[]>([]);
  const longest = me.value?.limits.identityName ?? 10;
  const add = async (files: File[]) => {
    const picked = await Promise.all(files.map(pick));
    photos.value = [...photos.value, ...picked].slice(0, MOST_PHOTOS);
  };
  const remove = (gone: Picked) => {
    photos.value = photos.value.filter((each) => each !== gone);
    letGo(gone);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!photos.value.length) {
      say("Add a photo first.");
      return;
    }
    const call = saving(name.value, photos.value);
    await run.start(call);
    if (!saved(run.work.value?.job ?? null)) return;
    for (const photo of photos.value) letGo(photo);
    say(`${name.value} is saved.`);
    photos.value = [];
    name.value = "";
    run.clear();
    onSaved(call);
  };
  return (
    <form class="card newperson" onSubmit={submit}>
      <Drop
        title="Photos of one person"
        hint={`1 to ${MOST_PHOTOS} photos; different sides and moods help`}
        accept="image/*,.heic,.heif,.avif,.tif,.tiff"
        picked={null}
        several
        onFiles={(files) => void add(files)}
        onClear={() => undefined}
      />
      <div class="grow">
        <label class="field">
          <span>Name: up to {longest} letters and digits</span>
          <input
            type="text"
            name="person"
            required
            maxLength={longest}
            spellcheck={false}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value.trim();
            }}
          />
        </label>
        <ul class="thumbs" aria-label="Chosen photos">
          {photos.value.map((photo) => (
            <li key={photo.url}>
              <img src={photo.url} alt={photo.file.name} />
              <button
                type="button"
                class="quiet only"
                aria-label={`Remove ${photo.file.name}`}
                onClick={() => remove(photo)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
        <button type="submit" class="main" disabled={run.busy}>
          <Icon name="plus" /> Save this person
        </button>
        <Progress run={run} />
      </div>
    </form>
  );
}

/** One photo goes the way of the original API, several go ours. */
function saving(name: string, photos: readonly Picked[]): Call {
  const files = photos.map((photo) => ({ name: "image", value: photo.file }));
  if (photos.length === 1) {
    const texts = { idname: name, channel: namedChannel.value };
    return { method: "POST", path: "v1/faceswap/saveid", form: form(texts, files) };
  }
  const texts = { idname: name, channel: channel.value };
  return { method: "POST", path: "v1/mien/identities", form: form(texts, files) };
}

function saved(job: Job | null): boolean {
  return job !== null && ended(job) && job.status === "completed";
}
