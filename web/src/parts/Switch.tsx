/** A switch with what it does. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  on: boolean;
  onChange: (on: boolean) => void;
  label: ComponentChildren;
  about: string;
}

export function Switch({ on, onChange, label, about }: Props) {
  const id = useId();
  return (
    <div class="option">
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={on}
          aria-describedby={id}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      <p id={id} class="aside">
        {about}
      </p>
    </div>
  );
}
