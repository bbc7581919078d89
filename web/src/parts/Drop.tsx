/** A place for a file: dropped, pasted, chosen or taken with the camera. */

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Picked } from "../state/picked";
import { Camera } from "./Camera";
import { Icon } from "./Icon";

interface Props {
  title: string;
  hint: string;
  accept: string;
  picked: Picked | null;
  onFiles: (files: File[]) => void;
  onClear: () => void;
  several?: boolean;
  /** Shown over the picture. */
  children?: ComponentChildren;
}

/** The place that takes what is pasted: where focus or pointer were last. */
export const pasteAt = signal("");

export function Drop(props: Props) {
  const { title, hint, accept, picked, onFiles, onClear, several = false } = props;
  const id = useId();
  const [over, setOver] = useState(false);
  const [camera, setCamera] = useState(false);
  const here = () => {
    pasteAt.value = title;
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  };
  return (
    <section
      class={`drop${over ? " over" : ""}${picked ? " full" : ""}`}
      aria-label={title}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onFocusIn={here}
      onPointerEnter={here}
    >
      <h2>{title}</h2>
      <div class="well">
        {picked ? <Preview picked={picked}>{props.children}</Preview> : null}
        <input
          id={id}
          class="pick"
          type="file"
          accept={accept}
          multiple={several}
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
        <label class="ask" for={id}>
          <Icon name="upload" />
          <strong>{asked(picked !== null, several)}</strong>
          <span>{hint}</span>
        </label>
      </div>
      <div class="row">
        <button type="button" class="quiet" onClick={() => setCamera(true)}>
          <Icon name="camera" /> Camera
        </button>
        {picked ? (
          <button type="button" class="quiet" onClick={onClear}>
            <Icon name="close" /> Remove
          </button>
        ) : (
          <span class="aside desk">or paste it: Ctrl+V</span>
        )}
      </div>
      {camera ? (
        <Camera onClose={() => setCamera(false)} onTaken={(file) => onFiles([file])} />
      ) : null}
    </section>
  );
}

function asked(full: boolean, several: boolean): string {
  if (full) return "Choose another file";
  return several ? "Drop photos or choose some" : "Drop a file or choose one";
}

function Preview({ picked, children }: { picked: Picked; children?: ComponentChildren }) {
  const [failed, setFailed] = useState("");
  if (failed === picked.url) {
    return (
      <div class="preview plain">
        <Icon name="film" />
        <p>
          {picked.file.name}
          <br />
          This browser cannot show it; the service may well read it.
        </p>
      </div>
    );
  }
  const broken = () => setFailed(picked.url);
  return (
    <div class="preview">
      <div class="frame">
        {picked.kind === "video" ? (
          <video src={picked.url} muted playsInline controls preload="auto" onError={broken} />
        ) : (
          <img src={picked.url} alt={picked.file.name} onError={broken} />
        )}
        {children}
      </div>
    </div>
  );
}
