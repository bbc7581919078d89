/** Asks for the token: once, and again when the service does not know it any more. */

import { useSignal } from "@preact/signals";
import { loadMe, loadPeople } from "../state/server";
import { refused, token, useToken } from "../state/session";

export function SignIn() {
  const text = useSignal("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    useToken(text.value);
    await loadMe();
    await loadPeople();
  };
  return (
    <form class="card signin" onSubmit={submit}>
      <h1>Welcome to mien</h1>
      <p>Put a face on a picture or a video, on this very machine. Nothing leaves it.</p>
      {refused.value ? (
        <div class="notice" role="alert">
          <strong>This token is not valid</strong>
          <p>{refused.value} Check that it was copied as a whole.</p>
        </div>
      ) : null}
      {/* Password managers want to know whose it is. */}
      <input type="text" name="username" autoComplete="username" value="mien" readOnly hidden />
      <label class="field">
        <span>Your token</span>
        <input
          type="password"
          name="token"
          autoComplete="current-password"
          spellcheck={false}
          required
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="main">
        Start
      </button>
      <p class="aside">
        The first start of <code>mien serve</code> prints a link that brings the token along. It is
        also in the file <code>first-token.txt</code> of the data folder;{" "}
        <code>mien tokens create NAME</code> makes another one. It stays in this browser
        {token.value ? "" : ", and is asked for once"}.
      </p>
    </form>
  );
}
