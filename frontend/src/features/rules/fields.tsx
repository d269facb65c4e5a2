import { Input } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { splitLines, splitWords } from "./names";

export function Field({ label, at, wide, children }: { label: string; at: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? "rule-field rule-wide" : "rule-field"}>
      <label htmlFor={at}>{label}</label>
      {children}
    </div>
  );
}

type Words = { id: string; value: readonly string[]; rows?: number; lines?: boolean; onChange: (words: string[]) => void };

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x, i) => x === b[i]);

/** Words as one types them. What is typed stays as typed until the words come from elsewhere. */
export function WordsInput({ id, value, rows = 3, lines, onChange }: Words) {
  const read = lines ? splitLines : splitWords;
  const show = (words: readonly string[]) => words.join(lines || words.some((w) => /\s/.test(w)) ? "\n" : " ");
  const [typed, setTyped] = useState(show(value));
  // biome-ignore lint/correctness/useExhaustiveDependencies: only words from outside replace what is typed
  useEffect(() => {
    if (!same(read(typed), value)) setTyped(show(value));
  }, [value]);
  return (
    <Input.TextArea
      id={id}
      autoSize={{ minRows: lines ? 1 : Math.min(rows, 3), maxRows: rows > 3 ? rows : 8 }}
      value={typed}
      onChange={(e) => {
        setTyped(e.target.value);
        const next = read(e.target.value);
        if (!same(next, value)) onChange(next);
      }}
    />
  );
}
