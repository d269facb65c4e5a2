import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

export type Upload = { done: number; all: number; perSecond: number };

/** Progress of one upload with its speed over the last seconds, which is what a person waits by. */
export function useUploadProgress() {
  const [upload, setUpload] = useState<Upload | null>(null);
  const seen = useRef<{ at: number; done: number }[]>([]);
  return {
    upload,
    start: () => {
      seen.current = [{ at: performance.now(), done: 0 }];
      setUpload({ done: 0, all: 0, perSecond: 0 });
    },
    progress: (done: number, all: number) => {
      const now = performance.now();
      seen.current = [...seen.current.filter((p) => now - p.at < 3000), { at: now, done }];
      const first = seen.current[0];
      const seconds = first ? (now - first.at) / 1000 : 0;
      setUpload({ done, all, perSecond: first && seconds > 0.2 ? Math.round((done - first.done) / seconds) : 0 });
    },
    stop: () => setUpload(null),
  };
}

/** Takes a file that is dropped anywhere on the window; tells whether one hovers over it. */
export function useDropAnywhere(onFile: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
  const take = useRef(onFile);
  take.current = onFile;
  useEffect(() => {
    let depth = 0;
    const hasFile = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
    const enter = (e: DragEvent) => {
      if (!hasFile(e)) return;
      depth++;
      setOver(true);
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (e: DragEvent) => hasFile(e) && e.preventDefault();
    const drop = (e: DragEvent) => {
      e.preventDefault();
      depth = 0;
      setOver(false);
      const file = e.dataTransfer?.files[0];
      if (file) take.current(file);
    };
    const pairs = [
      ["dragenter", enter],
      ["dragleave", leave],
      ["dragover", hover],
      ["drop", drop],
    ] as const;
    for (const [name, act] of pairs) window.addEventListener(name, act as EventListener);
    return () => {
      for (const [name, act] of pairs) window.removeEventListener(name, act as EventListener);
    };
  }, []);
  return over;
}

/** Bytes on their way are lost when the page goes; rows that the server works on are not. */
export function useStayWhile(busy: boolean, question: string): void {
  useBlocker({ shouldBlockFn: () => busy && !window.confirm(question), enableBeforeUnload: () => busy });
}
