import { useSyncExternalStore } from "react";
import { beginUpload, completeUpload, type Preview, previewOnce, putPiece } from "@/api/batch-uploads";
import { Sha256 } from "./sha256";

export type Phase = "hashing" | "sending" | "submitting" | "arrived" | "done" | "failed";
export type Transfer = { phase: Phase; name: string; done: number; all: number; perSecond: number; error?: unknown };

/**
 * Uploads that go on whatever page is open: they belong to the program and not to a page. After the window was closed the same
 * file goes on from the pieces that have arrived; the server knows which.
 */
const running = new Map<string, Transfer>();
const listeners = new Set<() => void>();

const tell = (batch: string, state: Transfer | null) => {
  if (state) running.set(batch, state);
  else running.delete(batch);
  for (const hear of listeners) hear();
};

const subscribe = (hear: () => void) => {
  listeners.add(hear);
  return () => listeners.delete(hear);
};

/** How far the upload of a batch is, if this window is uploading. */
export function useTransfer(batch: string): Transfer | undefined {
  return useSyncExternalStore(subscribe, () => running.get(batch));
}

export const isBusy = (t: Transfer | undefined) => t !== undefined && ["hashing", "sending", "submitting"].includes(t.phase);

if (typeof window !== "undefined")
  window.addEventListener("beforeunload", (e) => {
    if ([...running.values()].some(isBusy)) e.preventDefault();
  });

/** Speed over the last three seconds: what a person waits by. */
function speedometer() {
  let seen: { at: number; done: number }[] = [];
  return (done: number) => {
    const now = performance.now();
    seen = [...seen.filter((p) => now - p.at < 3000), { at: now, done }];
    const first = seen[0];
    const seconds = first ? (now - first.at) / 1000 : 0;
    return first && seconds > 0.2 ? Math.round((done - first.done) / seconds) : 0;
  };
}

const slice = 4 << 20;

/** Reads the file once for its hash; the page stays usable, because each slice is awaited. */
async function hashOf(file: File, progress: (done: number) => void): Promise<string> {
  const sum = new Sha256();
  for (let at = 0; at < file.size; at += slice) {
    sum.add(new Uint8Array(await file.slice(at, at + slice).arrayBuffer()));
    progress(Math.min(at + slice, file.size));
  }
  return sum.hex();
}

const tries = 4;

async function sendPiece(batch: string, number: number, content: Blob, progress: (done: number) => void) {
  const sum = new Sha256().add(new Uint8Array(await content.arrayBuffer())).hex();
  for (let n = 1; ; n++) {
    try {
      return await putPiece(batch, number, sum, content, progress);
    } catch (error) {
      if (n === tries) throw error;
      await new Promise((wake) => setTimeout(wake, 500 * 2 ** n));
    }
  }
}

/** Uploads a file; submits the batch at once where asked to and nothing speaks against it. `refresh` has pages read anew. */
export async function startTransfer(batch: string, file: File, submit: boolean, refresh: () => Promise<unknown>): Promise<void> {
  if (isBusy(running.get(batch))) return;
  const all = file.size;
  const say = (phase: Phase, done: number, perSecond = 0) => tell(batch, { phase, name: file.name, done, all, perSecond });
  try {
    let speed = speedometer();
    say("hashing", 0);
    const sha256 = await hashOf(file, (done) => say("hashing", done, speed(done)));
    const upload = await beginUpload(batch, { name: file.name, size: all, sha256 });
    let received = upload.received;
    speed = speedometer();
    say("sending", received, speed(received));
    for (const number of upload.missing ?? []) {
      const from = (number - 1) * upload.piece_size;
      const content = file.slice(from, from + upload.piece_size);
      await sendPiece(batch, number, content, (done) => say("sending", received + done, speed(received + done)));
      received += content.size;
    }
    if (submit && asExpected(await previewOnce(batch))) {
      say("submitting", all);
      await completeUpload({ id: batch, choice: null });
      await refresh(); // until then the page knows a file that has arrived, and would ask what it becomes
      return tell(batch, null);
    }
    say("arrived", all);
  } catch (error) {
    tell(batch, { phase: "failed", name: file.name, done: 0, all, perSecond: 0, error });
  }
  await refresh();
}

/** Nothing in the file is left to a person: it can be submitted, and all of it is read. */
function asExpected(preview: Preview): boolean {
  return !preview.problem && !preview.unread_sheets?.length;
}
