/** Whose face, on which picture, how; and the result. */

import { useEffect } from "preact/hooks";
import { Drop, pasteAt } from "../parts/Drop";
import { FaceBoxes, FaceList } from "../parts/Faces";
import { Icon } from "../parts/Icon";
import { Outcome } from "../parts/Outcome";
import { SwapOptions } from "../parts/SwapOptions";
import { go } from "../state/route";
import { names } from "../state/server";
import { channel, chooseChannel, creditsLeft, me } from "../state/session";
import * as swap from "../state/swap";

const PICTURES = "image/*,.heic,.heif,.avif,.tif,.tiff";
const ALL = `${PICTURES},video/*,.mkv`;
const SOURCE = "Source: whose face";
const TARGET = "Target: who gets it";

export function Swap() {
  usePaste();
  const missing = swap.missing.value;
  return (
    <form
      class="swap"
      onSubmit={(event) => {
        event.preventDefault();
        swap.start();
      }}
    >
      <h1 class="hidden">Swap faces</h1>
      <div class="asks">
        <div class="pair">
          <Source />
          <Target />
        </div>
        <FaceList />
        <SwapOptions />
        <div class="go">
          <button type="submit" class="main big" aria-disabled={missing !== "" || swap.run.busy}>
            <Icon name="swap" /> Swap faces
          </button>
          <p class="aside" aria-live="polite">
            {missing || <Price />}
          </p>
        </div>
      </div>
      <Outcome run={swap.run} before={swap.before.value}>
        The result appears here.
        <br />
        <span class="aside">Drop two files anywhere: first the face, then the picture.</span>
      </Outcome>
    </form>
  );
}

function Source() {
  const saved = names();
  const use = swap.giver.value;
  return (
    <div class="side">
      {use === "photo" || !saved.length ? (
        <Drop
          title={SOURCE}
          hint="A photo with one clear face"
          accept={PICTURES}
          picked={swap.source.value}
          onFiles={(files) => files[0] && void swap.setSource(files[0])}
          onClear={swap.clearSource}
        >
          <FaceBoxes looks={swap.sourceLook} only />
        </Drop>
      ) : (
        <SavedSource names={saved} />
      )}
      <button
        type="button"
        class="quiet"
        onClick={() => {
          if (saved.length) swap.giver.value = use === "photo" ? "saved" : "photo";
          else go("people");
        }}
      >
        <Icon name="people" /> {otherWay(use, saved.length > 0)}
      </button>
      {use === "photo" ? <Verdict /> : <p class="verdict" />}
    </div>
  );
}

/** There from the beginning, so that nothing moves when the saved people are known. */
function otherWay(use: "photo" | "saved", known: boolean): string {
  if (!known) return "Save people";
  return use === "photo" ? "Saved people" : "A photo instead";
}

/** How good a source the photo is, before anything is swapped. */
function Verdict() {
  const look = swap.sourceLook.look.value;
  if (!look) return <p class="verdict" />;
  if (look.state === "looking") return <p class="verdict">Looking at the face …</p>;
  if (look.state === "failed") return <p class="verdict bad">{look.sentence}</p>;
  const all = look.faces?.faces ?? [];
  const best = largest(all);
  if (!best) return <p class="verdict bad">No face was found in this photo.</p>;
  const [reason = ""] = Object.values(best.reasons);
  const several = all.length > 1 ? " The largest of its faces is taken." : "";
  return (
    <p class={`verdict ${best.verdict}`}>
      <strong>{best.verdict[0]?.toUpperCase() + best.verdict.slice(1)} source.</strong> {reason}
      {several}
    </p>
  );
}

function largest<Sized extends { box: readonly number[] }>(
  all: readonly Sized[],
): Sized | undefined {
  const area = ({ box: [x0 = 0, y0 = 0, x1 = 0, y1 = 0] }: Sized) => (x1 - x0) * (y1 - y0);
  return [...all].sort((a, b) => area(b) - area(a))[0];
}

function SavedSource({ names: saved }: { names: readonly string[] }) {
  const mix = swap.mix.value;
  return (
    <section class="drop saved" aria-label={SOURCE}>
      <h2>{SOURCE}</h2>
      <div class="well people">
        <p class="aside">
          {mix.length > 1
            ? `A mix of ${mix.join(" + ")}. The first gives the frame.`
            : "Choose one person, or up to three for a mix."}
        </p>
        <div class="chips">
          {saved.map((name) => {
            const times = mix.filter((each) => each === name).length;
            return (
              <button
                key={name}
                type="button"
                class="chip"
                aria-pressed={times > 0}
                disabled={mix.length >= swap.MOST_MIXED}
                onClick={() => swap.choosePeople([...mix, name])}
              >
                {name}
                {times > 1 ? ` × ${times}` : ""}
              </button>
            );
          })}
        </div>
        <button
          type="button"
          class="quiet"
          disabled={!mix.length}
          onClick={() => swap.choosePeople([])}
        >
          Start over
        </button>
      </div>
    </section>
  );
}

function Target() {
  return (
    <div class="side">
      <Drop
        title={TARGET}
        hint="A picture, GIF or video"
        accept={ALL}
        picked={swap.target.value}
        onFiles={(files) => files[0] && void swap.setTarget(files[0])}
        onClear={swap.clearTarget}
      >
        {swap.target.value?.kind === "picture" ? <FaceBoxes looks={swap.targetLook} /> : null}
      </Drop>
    </div>
  );
}

function Price() {
  const lanes = me.value?.channels ?? [];
  const lane = lanes.find((each) => each.channel === channel.value) ?? lanes[0];
  const left = lane && creditsLeft(lane);
  return (
    <>
      {lanes.length > 1 ? (
        <label>
          Channel{" "}
          <select
            value={channel.value}
            onChange={(event) => chooseChannel(event.currentTarget.value)}
          >
            <option value="">the least busy</option>
            {lanes.map((each) => (
              <option key={each.channel}>{each.channel}</option>
            ))}
          </select>
        </label>
      ) : null}
      {typeof left === "number" ? ` ${left} credits left` : ""}
    </>
  );
}

/** Pasted files go where focus or pointer were last, else to the first empty place. */
function usePaste(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const [file] = files;
      if (!file) return;
      event.preventDefault();
      if (files.length === 1 && pasteAt.value === SOURCE) void swap.setSource(file);
      else if (files.length === 1 && pasteAt.value === TARGET) void swap.setTarget(file);
      else swap.place(files);
    };
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      swap.place([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("paste", paste);
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("paste", paste);
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}
