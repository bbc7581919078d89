/** The faces that were found: as frames over the picture, and in a row to say who goes where. */

import { useEffect, useRef } from "preact/hooks";
import type { Face } from "../api/types";
import type { Looks } from "../state/looks";
import { names } from "../state/server";
import * as swap from "../state/swap";

/** Numbers are as high as the picture by this. */
const NUMBER = 12;

/** Frames with numbers; `only` marks the one face that gives. */
export function FaceBoxes({ looks, only = false }: { looks: Looks; only?: boolean }) {
  const found = looks.look.value?.faces;
  if (!found?.faces.length) return null;
  const number = found.faces.length > 1 && !only;
  // Laid over the picture as the picture is laid into its frame.
  return (
    <svg class="boxes" viewBox={`0 0 ${found.width} ${found.height}`} aria-hidden="true">
      {found.faces.map(({ box: [x0, y0, x1, y1] }, at) => (
        <g key={`${x0},${y0}`}>
          <rect x={x0} y={y0} width={x1 - x0} height={y1 - y0} />
          {number ? (
            <text x={(x0 + x1) / 2} y={y0} font-size={found.height / NUMBER}>
              {at + 1}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}

export function FaceList() {
  const look = swap.targetLook.look.value;
  const faces = swap.faces.value;
  return (
    <section class="faces" aria-labelledby="faces-title">
      <h2 id="faces-title">Faces of the target</h2>
      {faces.length && look ? (
        <>
          <ol class="row scroll">
            {faces.map((face, at) => (
              <li key={`${face.box}`}>
                <Crop url={look.frame} face={face} />
                {faces.length > 1 ? <Choice at={at} /> : <span class="aside">gets the source</span>}
              </li>
            ))}
          </ol>
          {swap.saves.value ? <SaveAs /> : null}
        </>
      ) : (
        <p class="nofaces aside" role="status">
          {words(look?.state, look?.sentence ?? "")}
        </p>
      )}
    </section>
  );
}

function words(state: string | undefined, sentence: string): string {
  if (state === "looking") return "Looking for faces …";
  if (state === "failed") return sentence;
  if (state === "found") return "No face was found here. A swap will fail.";
  return "With several faces, you say here who goes where.";
}

function Choice({ at }: { at: number }) {
  const others = names();
  return (
    <select
      aria-label={`Who goes on face ${at + 1}`}
      value={swap.cast.value[at] ?? swap.GIVER}
      onChange={(event) => swap.castFace(at, event.currentTarget.value)}
    >
      <option value={swap.GIVER}>the source</option>
      <option value={swap.NOBODY}>leave it</option>
      {others.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function SaveAs() {
  return (
    <label class="field inline">
      <span>To put the source on some faces only, it is saved as</span>
      <input
        type="text"
        value={swap.saveAs.value}
        maxLength={10}
        spellcheck={false}
        onInput={(event) => {
          swap.saveAs.value = event.currentTarget.value.trim();
        }}
      />
    </label>
  );
}

/** Room around a face, a share of its size. */
const ROOM = 0.25;
/** Pixels of the little picture. */
const SIDE = 72;

function Crop({ url, face }: { url: string; face: Face }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const picture = new Image();
    picture.onload = () => {
      const [x0, y0, x1, y1] = face.box;
      const side = Math.max(x1 - x0, y1 - y0) * (1 + 2 * ROOM);
      const [x, y] = [(x0 + x1 - side) / 2, (y0 + y1 - side) / 2];
      canvas.current?.getContext("2d")?.drawImage(picture, x, y, side, side, 0, 0, SIDE, SIDE);
    };
    picture.src = url;
  }, [url, face]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} />;
}
