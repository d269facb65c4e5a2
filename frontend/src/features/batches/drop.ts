import { useEffect, useRef, useState } from "react";

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
