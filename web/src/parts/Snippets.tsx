/** The call that was just made, ready to copy. */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { Call } from "../api/call";
import { LANGUAGES, type Language, snippet } from "../api/snippets";
import { token } from "../state/session";
import { say } from "../state/toasts";
import { Choice } from "./Choice";
import { Icon } from "./Icon";

/** One choice for the whole page. */
const language = signal<Language>("curl");

export function Snippets({ call }: { call: Call | null }) {
  const [withToken, setWithToken] = useState(false);
  if (!call) return null;
  const text = snippet(call, language.value, withToken ? token.value : "");
  return (
    <details class="snippets">
      <summary>
        <Icon name="code" /> The same as a call of the API
      </summary>
      <fieldset class="row">
        <legend class="hidden">Language</legend>
        {LANGUAGES.map((each) => (
          <Choice
            key={each}
            of="language"
            label={each}
            checked={language.value === each}
            onChoose={() => {
              language.value = each;
            }}
          />
        ))}
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={withToken}
            onChange={(event) => setWithToken(event.currentTarget.checked)}
          />
          <span>with my token</span>
        </label>
        <button type="button" onClick={() => void copy(text)}>
          <Icon name="copy" /> Copy
        </button>
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide call is scrolled with the keyboard */}
      <pre tabIndex={0} role="region" aria-label={`The call in ${language.value}`}>
        <code>{text}</code>
      </pre>
    </details>
  );
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser does not allow copying here; select the text instead.");
  }
}
