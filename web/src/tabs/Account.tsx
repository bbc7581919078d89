/** Who the token belongs to: credits, prices, limits, the secret of callbacks. */

import { useState } from "preact/hooks";
import type { Channel } from "../api/types";
import { Icon } from "../parts/Icon";
import { copy, Snippets } from "../parts/Snippets";
import { chooseChannel, channel as chosen, creditsLeft, forgetToken, me } from "../state/session";

export function Account() {
  const user = me.value;
  if (!user) return <p class="empty">Loading …</p>;
  const { limits, prices } = user;
  return (
    <div class="page">
      <header class="row">
        <h1 class="grow">Account of {user.name}</h1>
        <button type="button" onClick={forgetToken}>
          Forget the token in this browser
        </button>
      </header>
      <div class="split even">
        <section class="card" aria-labelledby="channels">
          <h2 id="channels">Channels and credits</h2>
          <ul class="plainlist">
            {user.channels.map((each) => (
              <Lane key={each.channel} lane={each} several={user.channels.length > 1} />
            ))}
          </ul>
          <h2>Prices</h2>
          <p class="aside">In credits, where a channel has some.</p>
          <Table rows={Object.entries(prices)} />
        </section>
        <section class="card" aria-labelledby="limits">
          <h2 id="limits">Limits</h2>
          <Table
            rows={[
              ["Largest picture file", `${Math.round(limits.uploadBytes / 1e6)} MB`],
              ["Largest picture", `${Math.round(limits.pixels / 1e6)} megapixels`],
              ["Faces in one picture", limits.faces],
              ["Saved people", limits.identities],
              ["Letters of a name", limits.identityName],
              ["Waiting jobs a channel", limits.waitingJobs],
            ]}
          />
          <h2>Callbacks</h2>
          <Table rows={[["Default address", user.replyUrl ?? "none"]]} />
          <Secret text={user.webhookSecret} />
          {user.subscriptionEnd ? (
            <p>Your subscription ends on {new Date(user.subscriptionEnd).toLocaleDateString()}.</p>
          ) : null}
        </section>
      </div>
      <Snippets call={{ method: "GET", path: "v1/mien/me" }} />
    </div>
  );
}

function Lane({ lane, several }: { lane: Channel; several: boolean }) {
  const left = creditsLeft(lane);
  return (
    <li>
      <p class="row">
        <code class="grow">{lane.channel}</code>
        {several ? (
          <label class="switch">
            <input
              type="checkbox"
              role="switch"
              checked={chosen.value === lane.channel}
              onChange={(event) => chooseChannel(event.currentTarget.checked ? lane.channel : "")}
            />
            <span>use this one</span>
          </label>
        ) : null}
      </p>
      {lane.credits && left !== null ? (
        <>
          <meter
            min="0"
            max={lane.credits.total || 1}
            low={lane.credits.total / 10}
            optimum={lane.credits.total}
            value={left}
            aria-label={`Credits left in channel ${lane.channel}`}
          />
          <p class="aside">
            {left} of {lane.credits.total} credits left
          </p>
        </>
      ) : (
        <p class="aside">Nothing is charged here.</p>
      )}
      <p class="aside">{lane.width === 1 ? "One job at a time" : `${lane.width} jobs at a time`}</p>
    </li>
  );
}

function Table({ rows }: { rows: readonly (readonly [string, string | number])[] }) {
  return (
    <table>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The key that receivers check signatures with; hidden from who looks over a shoulder. */
function Secret({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="field">
      <span>Secret that signs callbacks</span>
      <div class="row">
        <code class="grow breaks">{open ? text : "whsec_••••••••••••"}</code>
        <button type="button" onClick={() => setOpen(!open)}>
          {open ? "Hide" : "Show"}
        </button>
        <button type="button" onClick={() => void copy(text)}>
          <Icon name="copy" /> Copy
        </button>
      </div>
    </div>
  );
}
