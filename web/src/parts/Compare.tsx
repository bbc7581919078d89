/** Before and after in one frame: a slider between them, zoom, and panning when zoomed. */

import { useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";

interface Props {
  before: string | null;
  after: string;
  width: number;
  height: number;
  label: string;
}

const MOST = 8;
const STEP = 1.5;
/** Pixels beside the line within which a drag moves the line, also when zoomed. */
const GRIP = 24;

interface View {
  zoom: number;
  /** Offset of the picture, shares of the frame. */
  x: number;
  y: number;
}

const WHOLE: View = { zoom: 1, x: 0, y: 0 };

export function Compare({ before, after, width, height, label }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const [split, setSplit] = useState(50);
  const [view, setView] = useState(WHOLE);
  const zoomTo = (zoom: number) => setView(held({ ...view, zoom }));
  const drag = useDrag(stage, view, setView, before ? split : null, setSplit);
  const style = {
    "--split": `${split}%`,
    "--zoom": String(view.zoom),
    "--x": `${view.x * 100}%`,
    "--y": `${view.y * 100}%`,
    "--ratio": `${width} / ${height}`,
    "--wide": String(width / height),
  };
  return (
    <figure class="compare" style={style}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the slider and the buttons below do the same */}
      <div
        ref={stage}
        class={`stage${view.zoom > 1 ? " zoomed" : ""}`}
        {...drag}
        onDblClick={() => setView(view.zoom > 1 ? WHOLE : held({ ...view, zoom: 2 }))}
      >
        {before ? <img class="before" src={before} alt="Before" draggable={false} /> : null}
        <img class={`after${before ? " cut" : ""}`} src={after} alt={label} draggable={false} />
        {before ? (
          <>
            <span class="line" aria-hidden="true" />
            <span class="tag left" aria-hidden="true">
              before
            </span>
            <span class="tag right" aria-hidden="true">
              after
            </span>
          </>
        ) : null}
      </div>
      <figcaption class="row">
        {before ? (
          <label class="grow">
            <span class="hidden">How much of the original is shown</span>
            <input
              type="range"
              min="0"
              max="100"
              value={split}
              onInput={(event) => setSplit(Number(event.currentTarget.value))}
            />
          </label>
        ) : (
          <span class="grow" />
        )}
        <button
          type="button"
          class="quiet only"
          aria-label="Zoom out"
          disabled={view.zoom <= 1}
          onClick={() => zoomTo(view.zoom / STEP)}
        >
          <Icon name="minus" />
        </button>
        <output class="zoom">{Math.round(view.zoom * 100)} %</output>
        <button
          type="button"
          class="quiet only"
          aria-label="Zoom in"
          disabled={view.zoom >= MOST}
          onClick={() => zoomTo(view.zoom * STEP)}
        >
          <Icon name="plus" />
        </button>
      </figcaption>
    </figure>
  );
}

/** `view` within its bounds: no emptiness beside the picture. */
function held(view: View): View {
  const zoom = Math.min(MOST, Math.max(1, view.zoom));
  const most = (zoom - 1) / 2;
  const within = (value: number) => Math.min(most, Math.max(-most, value));
  return { zoom, x: within(view.x), y: within(view.y) };
}

function useDrag(
  stage: { current: HTMLDivElement | null },
  view: View,
  setView: (view: View) => void,
  split: number | null,
  setSplit: (split: number) => void,
) {
  const start = useRef<{ x: number; y: number; view: View; line: boolean } | null>(null);
  const slide = (event: PointerEvent, box: DOMRect) =>
    setSplit(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
  return {
    onPointerDown: (event: PointerEvent) => {
      const box = stage.current?.getBoundingClientRect();
      if (!box || event.button !== 0) return;
      const off = Math.abs(event.clientX - box.left - ((split ?? -1) / 100) * box.width);
      const line = split !== null && (view.zoom === 1 || off < GRIP);
      start.current = { x: event.clientX, y: event.clientY, view, line };
      stage.current?.setPointerCapture(event.pointerId);
      if (line) slide(event, box);
    },
    onPointerMove: (event: PointerEvent) => {
      const box = stage.current?.getBoundingClientRect();
      const from = start.current;
      if (!box || !from) return;
      if (from.line) {
        slide(event, box);
        return;
      }
      setView(
        held({
          zoom: view.zoom,
          x: from.view.x + (event.clientX - from.x) / box.width,
          y: from.view.y + (event.clientY - from.y) / box.height,
        }),
      );
    },
    onPointerUp: () => {
      start.current = null;
    },
    onPointerCancel: () => {
      start.current = null;
    },
  };
}
