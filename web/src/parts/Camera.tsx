/** Takes a picture with the camera; on phones without a secure address the system's own does. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Modal } from "./Modal";

interface Props {
  onTaken: (file: File) => void;
  onClose: () => void;
}

export function Camera({ onTaken, onClose }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [facing, setFacing] = useState<"user" | "environment">("user");
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState("");

  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    setReady(false);
    opened(facing)
      .then((found) => {
        stream = found;
        if (gone) stopped(found);
        else if (video.current) video.current.srcObject = found;
      })
      .catch((error) => setProblem(words(error)));
    return () => {
      gone = true;
      if (stream) stopped(stream);
    };
  }, [facing]);

  const take = async () => {
    const file = video.current ? await taken(video.current) : null;
    if (file) onTaken(file);
    onClose();
  };
  return (
    <Modal title="Camera" onClose={onClose}>
      {problem ? (
        <FromSystem problem={problem} onTaken={onTaken} onClose={onClose} />
      ) : (
        <>
          <video
            ref={video}
            class={`camera ${facing}`}
            autoPlay
            muted
            playsInline
            onCanPlay={() => setReady(true)}
          />
          <div class="row">
            <button type="button" class="main" disabled={!ready} onClick={take}>
              Take the picture
            </button>
            <button
              type="button"
              onClick={() => setFacing(facing === "user" ? "environment" : "user")}
            >
              Other camera
            </button>
          </div>
        </>
      )}
    </Modal>
  );
}

function FromSystem({ problem, onTaken, onClose }: Props & { problem: string }) {
  return (
    <>
      <p>{problem}</p>
      <label class="button">
        Use the camera app
        <input
          class="pick"
          type="file"
          accept="image/*"
          capture="user"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file) onTaken(file);
            onClose();
          }}
        />
      </label>
    </>
  );
}

function opened(facingMode: string): Promise<MediaStream> {
  if (!navigator.mediaDevices) {
    return Promise.reject(
      new Error("Browsers open the camera on secure addresses (https or localhost) only."),
    );
  }
  return navigator.mediaDevices.getUserMedia({ video: { facingMode, width: { ideal: 1280 } } });
}

function stopped(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function words(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return "The camera may not be used: allow it in the browser.";
  if (name === "NotFoundError") return "No camera was found.";
  return error instanceof Error ? error.message : "The camera cannot be used.";
}

async function taken(video: HTMLVideoElement): Promise<File | null> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.95));
  return blob && new File([blob], "camera.jpg", { type: "image/jpeg" });
}
