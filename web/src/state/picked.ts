/** A file that was chosen, and how it can be shown. */

export type Kind = "picture" | "animation" | "video";

export interface Picked {
  file: File;
  /** An object URL; `letGo` frees it. */
  url: string;
  kind: Kind;
}

/** Bytes at the beginning of a file in which animations say that they are some. */
const HEAD = 65_536;

export async function pick(file: File): Promise<Picked> {
  return { file, url: URL.createObjectURL(file), kind: await kindOf(file) };
}

export function letGo(picked: Picked | null): void {
  if (picked) URL.revokeObjectURL(picked.url);
}

async function kindOf(file: File): Promise<Kind> {
  if (file.type.startsWith("video/") || /\.(mp4|mov|mkv|webm|avi|m4v)$/i.test(file.name))
    return "video";
  if (file.type === "image/gif") return "animation";
  if (!/^image\/(webp|png|apng)$/.test(file.type)) return "picture";
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const text = Array.from(head, (byte) => String.fromCharCode(byte)).join("");
  return /ANIM|acTL/.test(text) ? "animation" : "picture";
}

/** The first frame of a video or an animation as a picture of its own; null where it cannot be read. */
export async function firstFrame(picked: Picked): Promise<File | null> {
  const shown =
    picked.kind === "video" ? await shownVideo(picked.url) : await shownImage(picked.url);
  if (!shown) return null;
  const canvas = document.createElement("canvas");
  canvas.width = shown.width;
  canvas.height = shown.height;
  canvas.getContext("2d")?.drawImage(shown.element, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/jpeg", 0.95),
  );
  return blob && new File([blob], "first-frame.jpg", { type: blob.type });
}

interface Shown {
  element: CanvasImageSource;
  width: number;
  height: number;
}

async function shownImage(url: string): Promise<Shown | null> {
  const element = new Image();
  element.src = url;
  try {
    await element.decode();
  } catch {
    return null;
  }
  return { element, width: element.naturalWidth, height: element.naturalHeight };
}

function shownVideo(url: string): Promise<Shown | null> {
  const element = document.createElement("video");
  element.muted = true;
  element.preload = "auto";
  return new Promise((resolve) => {
    element.onloadeddata = () =>
      resolve({ element, width: element.videoWidth, height: element.videoHeight });
    element.onerror = () => resolve(null);
    element.src = url;
  });
}
