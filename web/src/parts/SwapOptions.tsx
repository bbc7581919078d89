/** What can be said about how a swap is done; docs/options.md has pictures. */

import { useId } from "preact/hooks";
import * as swap from "../state/swap";
import { Switch } from "./Switch";

/** Strengths of age are of this order; finer steps cannot be seen. */
const AGE_STEP = 50;
const MOST_AGE = 1000;

const SWITCHES = [
  ["mouth", "Keep the mouth", "Lips and teeth stay the target's: for speech and laughter."],
  ["eyes", "Keep the eyes", "The target goes on looking where it looks."],
  ["detail", "More skin detail", "Brings out pores and lines, where a face looks too smooth."],
  ["sharp", "Sharper", "Steeper edges, for small or blurred sources."],
  ["front", "Swap what is in front, too", "Hair, hands and glasses before the face are covered."],
] as const;

export function SwapOptions() {
  const chosen = swap.options.value;
  return (
    <section class="options" aria-labelledby="options-title">
      <h2 id="options-title">Options</h2>
      <div class="grid">
        {SWITCHES.map(([name, label, about]) => (
          <Switch
            key={name}
            on={chosen[name]}
            onChange={(on) => swap.setOption(name, on)}
            label={label}
            about={about}
          />
        ))}
        <Age age={chosen.age} />
      </div>
      <details class="more">
        <summary>Callback</summary>
        <p class="aside">Where the finished job is posted, and your own reference.</p>
        <div class="grid">
          <label class="field">
            <span>Address (replyUrl)</span>
            <input
              type="url"
              placeholder="https://"
              value={swap.replyUrl.value}
              maxLength={1024}
              onInput={(event) => {
                swap.replyUrl.value = event.currentTarget.value;
              }}
            />
          </label>
          <label class="field">
            <span>Reference (replyRef)</span>
            <input
              type="text"
              value={swap.replyRef.value}
              maxLength={1024}
              onInput={(event) => {
                swap.replyRef.value = event.currentTarget.value;
              }}
            />
          </label>
        </div>
      </details>
    </section>
  );
}

function Age({ age }: { age: number }) {
  const id = useId();
  const words = age === 0 ? "as it is" : age > 0 ? `older, ${age}` : `younger, ${-age}`;
  return (
    <div class="option">
      <label class="name" for={id}>
        Age: <span>{words}</span>
      </label>
      <input
        id={id}
        type="range"
        min={-MOST_AGE}
        max={MOST_AGE}
        step={AGE_STEP}
        value={age}
        aria-valuetext={words}
        onInput={(event) => swap.setOption("age", Number(event.currentTarget.value))}
      />
    </div>
  );
}
