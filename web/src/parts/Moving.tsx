/** Players: animations frame by frame where the browser can, and videos beside their original. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";

interface FrameOf {
  image: { displayWidth: number; displayHeight: number; duration: number | null; close(): void };
}

/** What we use of WebCodecs' ImageDecoder, which TypeScript does not know yet. */
interface Decoder {
  completed: Promise<void>;
  tracks: { ready: Promise<void>; selectedTrack: { frameCount: number } | null };
  decode(wanted: { frameIndex: number }): Promise<FrameOf>;
  close(): void;
}

type DecoderClass = new (wanted: { data: BufferSource; type: string }) => Decoder;

/** Microseconds a frame is shown where the file does not say. */
const FRAME_US = 100_000;
const US_A_MS = 1000;

interface AnimationProps {
  url: string;
  type: string;
  label: string;
  width: number;
  height: number;
}

/** An animation that can be stopped and stepped through; where the browser has no decoder, it just plays. */
export function AnimationPlayer({ url, type, label, width, height }: AnimationProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const decoder = useDecoder(url, type);
  const [frame, setFrame] = useState(0);
  const [playing, setPlaying] = useState(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  const count = decoder?.tracks.selectedTrack?.frameCount ?? 0;
  usePlay(decoder, canvas, { frame, playing, count, setFrame });
  const style = { "--ratio": `${width} / ${height}`, "--wide": String(width / height) };
  if (!decoder) {
    return (
      <figure class="moving" style={style}>
        <img class="stage" src={url} alt={label} />
      </figure>
    );
  }
  return (
    <figure class="moving" style={style}>
      <canvas ref={canvas} class="stage" role="img" aria-label={label} />
      <figcaption class="row">
        <button
          type="button"
          class="quiet only"
          aria-label={playing ? "Stop" : "Play"}
          onClick={() => setPlaying(!playing)}
        >
          <Icon name={playing ? "stop" : "play"} />
        </button>
        <label class="grow">
          <span class="hidden">Frame</span>
          <input
            type="range"
            min="0"
            max={Math.max(0, count - 1)}
            value={frame}
            // It stops where it is, too, when the frame that is asked for is shown already.
            onPointerDown={() => setPlaying(false)}
            onKeyDown={(event) => {
              if (event.key !== "Tab") setPlaying(false);
            }}
            onInput={(event) => {
              setPlaying(false);
              setFrame(Number(event.currentTarget.value));
            }}
          />
        </label>
        <output class="zoom">
          {frame + 1} / {count}
        </output>
      </figcaption>
    </figure>
  );
}

function useDecoder(url: string, type: string): Decoder | null {
  const [decoder, setDecoder] = useState<Decoder | null>(null);
  useEffect(() => {
    const Known = (globalThis as { ImageDecoder?: DecoderClass }).ImageDecoder;
    let made: Decoder | null = null;
    let gone = false;
    const open = async (Class: DecoderClass) => {
      const data = await (await fetch(url)).arrayBuffer();
      made = new Class({ data, type: type === "image/apng" ? "image/png" : type });
      await Promise.all([made.completed, made.tracks.ready]);
      if (!gone) setDecoder(made);
    };
    // Where it fails, the picture plays by itself.
    if (Known) open(Known).catch(() => setDecoder(null));
    return () => {
      gone = true;
      made?.close();
      setDecoder(null);
    };
  }, [url, type]);
  return decoder;
}

interface Playing {
  frame: number;
  playing: boolean;
  count: number;
  setFrame: (frame: number) => void;
}

function usePlay(
  decoder: Decoder | null,
  canvas: { current: HTMLCanvasElement | null },
  { frame, playing, count, setFrame }: Playing,
): void {
  // At once and not after the next paint: until then the old timer would move on from the chosen frame.
  useLayoutEffect(() => {
    if (!decoder) return;
    let timer = 0;
    let gone = false;
    const show = async () => {
      const { image } = await decoder.decode({ frameIndex: frame });
      const context = canvas.current?.getContext("2d");
      if (gone || !canvas.current || !context) return image.close();
      canvas.current.width = image.displayWidth;
      canvas.current.height = image.displayHeight;
      context.drawImage(image as unknown as CanvasImageSource, 0, 0);
      const delay_ms = (image.duration ?? FRAME_US) / US_A_MS;
      image.close();
      if (playing && count > 1) timer = setTimeout(() => setFrame((frame + 1) % count), delay_ms);
    };
    show().catch(() => undefined); // closed meanwhile
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [decoder, frame, playing, count]);
}

interface FilmProps {
  after: string;
  before: string | null;
  label: string;
  width: number;
  height: number;
  /** The browser cannot play it. */
  onBroken: () => void;
}

/** A video with its controls, and beside it the original, which follows it. */
export function FilmPlayer({ after, before, label, width, height, onBroken }: FilmProps) {
  const result = useRef<HTMLVideoElement>(null);
  const original = useRef<HTMLVideoElement>(null);
  const [both, setBoth] = useState(false);
  const follow = () => {
    const [leader, follower] = [result.current, original.current];
    if (!leader || !follower) return;
    if (Math.abs(leader.currentTime - follower.currentTime) > 0.1) {
      follower.currentTime = leader.currentTime;
    }
    if (leader.paused) follower.pause();
    else follower.play().catch(() => undefined); // a browser that plays on request only
  };
  const style = { "--ratio": `${width} / ${height}`, "--wide": String(width / height) };
  return (
    <figure class={`moving${both ? " both" : ""}`} style={style}>
      {both && before ? (
        <video ref={original} class="stage" src={before} muted playsInline aria-label="Original" />
      ) : null}
      {/* biome-ignore lint/a11y/useMediaCaption: subtitles are in the file, where it has some */}
      <video
        ref={result}
        class="stage"
        src={after}
        controls
        playsInline
        loop
        aria-label={label}
        onError={onBroken}
        onPlay={follow}
        onPause={follow}
        onSeeked={follow}
        onTimeUpdate={follow}
      />
      {before ? (
        <figcaption class="row">
          <label class="switch">
            <input
              type="checkbox"
              role="switch"
              checked={both}
              onChange={(event) => setBoth(event.currentTarget.checked)}
            />
            <span>Original beside it</span>
          </label>
        </figcaption>
      ) : null}
    </figure>
  );
}
