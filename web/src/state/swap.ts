/** What the swap tab asks for, and the call that follows from it. */

import { computed, signal } from "@preact/signals";
import { type Call, form, local, type Part } from "../api/call";
import type { Attachment, Face } from "../api/types";
import { Looks } from "./looks";
import { letGo, type Picked, pick } from "./picked";
import { go } from "./route";
import { Run } from "./run";
import { channel, me, namedChannel } from "./session";

/** Stands for the chosen source where a face of the target asks who goes there. */
export const GIVER = "*";
/** Leaves a face as it is; the API's own word. */
export const NOBODY = "_";
/** People in one mix, repeats counted; docs/identities.md. */
export const MOST_MIXED = 3;
const DEFAULT_NAME = "me";

export interface Options {
  mouth: boolean;
  eyes: boolean;
  detail: boolean;
  sharp: boolean;
  front: boolean;
  /** Below 0 younger, above 0 older, to 1000 either way. */
  age: number;
}

export const source = signal<Picked | null>(null);
export const target = signal<Picked | null>(null);
/** Whether the face comes from a photo, or from people that were saved. */
export const giver = signal<"photo" | "saved">("photo");
/** Names of a mix; the first gives the frame. */
export const mix = signal<readonly string[]>([]);
export const options = signal<Options>({
  mouth: false,
  eyes: false,
  detail: false,
  sharp: false,
  front: false,
  age: 0,
});
/** Who goes on which face of the target, from left to right. */
export const cast = signal<readonly string[]>([]);
/** The name under which a source photo is saved, where only some faces get it. */
export const saveAs = signal(DEFAULT_NAME);
export const replyUrl = signal("");
export const replyRef = signal("");

export const sourceLook = new Looks();
export const targetLook = new Looks();
export const run = new Run();
/** The target of the last call, to compare its result with. */
export const before = signal<Picked | null>(null);

export const faces = computed<readonly Face[]>(() => targetLook.look.value?.faces?.faces ?? []);

/** Who goes on each face; null where the same goes on all. */
const list = computed<readonly string[] | null>(() => {
  const row = faces.value.map((_, at) => cast.value[at] ?? GIVER);
  return row.length > 1 && row.some((who) => who !== GIVER) ? row : null;
});

/** Whether the call has to save the source photo, because a list can only name saved people. */
export const saves = computed(
  () => giver.value === "photo" && (list.value?.includes(GIVER) ?? false),
);

/** Bytes of the largest file that the service takes; without end before that is known. */
const most = computed(() => me.value?.limits.uploadBytes ?? Number.POSITIVE_INFINITY);

/** What is still needed before anything can be swapped; "" when nothing is. */
export const missing = computed(() => {
  const wanted = !list.value || list.value.includes(GIVER);
  if (wanted && giver.value === "photo" && !source.value) return "Choose a source first";
  if (wanted && giver.value === "saved" && !mix.value.length) return "Choose a person first";
  if (!target.value) return "Choose a target first";
  const large = [source.value, target.value].find((each) => each && each.file.size > most.value);
  if (large)
    return `${large.file.name} is larger than ${most.value / 1e6} MB, the most that is taken`;
  if (saves.value && !/^[\p{L}\p{N}]+$/u.test(saveAs.value)) {
    return "Give the source a name of letters and digits";
  }
  return "";
});

export async function setSource(file: File): Promise<void> {
  letGo(source.value);
  source.value = await pick(file);
  giver.value = "photo";
  await sourceLook.at(source.value);
}

export async function setTarget(file: File): Promise<void> {
  if (target.value !== before.value) letGo(target.value);
  target.value = await pick(file);
  cast.value = [];
  await targetLook.at(target.value);
}

export function clearSource(): void {
  letGo(source.value);
  source.value = null;
  void sourceLook.at(null);
}

export function clearTarget(): void {
  if (target.value !== before.value) letGo(target.value);
  target.value = null;
  cast.value = [];
  void targetLook.at(null);
}

/** Put files where they belong: the first empty place, else the target. */
export function place(files: readonly File[]): void {
  const [first, second] = files;
  if (first && second) {
    void setSource(first);
    void setTarget(second);
  } else if (first) {
    const free = giver.value === "photo" && !source.value;
    void (free ? setSource(first) : setTarget(first));
  }
}

/** A result becomes the next target (or source). */
export async function reuse(result: Attachment, as: "source" | "target"): Promise<void> {
  const blob = await (await fetch(local(result.url))).blob();
  const file = new File([blob], result.filename, { type: result.content_type });
  await (as === "target" ? setTarget(file) : setSource(file));
  go("swap");
}

export function choosePeople(names: readonly string[]): void {
  mix.value = names.slice(0, MOST_MIXED);
  giver.value = "saved";
}

export function castFace(at: number, who: string): void {
  const row = faces.value.map((_, number) => cast.value[number] ?? GIVER);
  row[at] = who;
  cast.value = row;
}

export function setOption<Name extends keyof Options>(name: Name, value: Options[Name]): void {
  options.value = { ...options.value, [name]: value };
}

/** The options in the API's words. */
export function optionWords({ mouth, eyes, detail, sharp, front, age }: Options): string {
  const words = [
    mouth && "-m",
    detail && "-f",
    sharp && "-s",
    eyes && "--keep-eyes",
    front && "--no-occlusion",
    age > 0 && `-o ${age}`,
    age < 0 && `--younger ${-age}`,
  ];
  return words.filter(Boolean).join(" ");
}

export function start(): void {
  if (missing.value || !target.value || run.busy) return;
  if (before.value !== target.value) letGo(before.value);
  before.value = target.value;
  void run.start(call(target.value));
}

/** The call for what is chosen; see docs/identities.md for lists. */
function call(onto: Picked): Call {
  const words = optionWords(options.value);
  const common = { replyUrl: replyUrl.value, replyRef: replyRef.value };
  if (giver.value === "photo" && source.value && !list.value) {
    const files = [part("source_image", source.value), part("target_image_gif_or_video", onto)];
    const texts = { options: words, channel: channel.value, ...common };
    return { method: "POST", path: "v1/faceswap/picsi", form: form(texts, files) };
  }
  const who = wanted(words);
  if (saves.value && source.value) {
    const files = [part("saveid_image", source.value), part("swapid_image", onto)];
    const texts = { saveid_idname: saveAs.value, swapid_idname: who, channel: channel.value };
    return { method: "POST", path: "v1/faceswap/swap", form: form({ ...texts, ...common }, files) };
  }
  const texts = { idname: who, channel: namedChannel.value, ...common };
  return { method: "POST", path: "v1/faceswap/swapid", form: form(texts, [part("image", onto)]) };
}

/** People and options as `idname` takes them. */
function wanted(words: string): string {
  const name = giver.value === "photo" ? saveAs.value : mix.value.join("+");
  const row = (list.value ?? [GIVER]).map((who) => (who === GIVER ? name : who));
  return `${row.join(",")} ${words}`;
}

function part(name: string, picked: Picked): Part {
  return { name, value: picked.file };
}
