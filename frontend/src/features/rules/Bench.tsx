import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Input, Radio, Select } from "antd";
import { useDeferredValue, useEffect, useId, useState } from "react";
import { type Rule, tryRules } from "@/api/rules";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { categoryNames, optionsOf } from "@/ui/names";
import { BenchResult } from "./BenchResult";
import { isPlain } from "./ExamplesFields";

type Props = {
  /** The document as it stands in the editor, tried in place of the draft's. */
  docKey: string;
  body: string;
  rule: Rule | undefined;
  onExample?: (kind: "hit" | "miss", text: string) => void;
};

/** The signature that a message carries at its start or end: taken as registered unless another is named. */
export const signatureIn = (text: string): string | undefined =>
  (/^\s*【([^】]{1,20})】/.exec(text) ?? /【([^】]{1,20})】\s*$/.exec(text))?.[1];

/** A value that has stood still for a moment. */
function useSettled<T>(value: T, wait: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return settled;
}

/** Paste a message and see what the rules make of it: before the change and with it. Nothing is kept. */
export function Bench({ docKey, body, rule, onExample }: Props) {
  const { t } = useText();
  const id = useId();
  const [text, setText] = useState("");
  const [category, setCategory] = useState("notice");
  const [signature, setSignature] = useState("");
  const [against, setAgainst] = useState<"published" | "draft" | "both">("draft");
  const asked = useSettled({ text, category, signature, body }, 400);
  const query = useQuery({
    // The text is content: it stays in this page's memory only while the page is open.
    queryKey: ["rules-bench", asked, against, docKey],
    queryFn: ({ signal }) =>
      tryRules(
        {
          text: asked.text,
          category: asked.category,
          signature: asked.signature || signatureIn(asked.text),
          against,
          key: docKey,
          body: asked.body,
        },
        signal,
      ),
    enabled: asked.text.trim() !== "",
    placeholderData: (old) => old,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const results = useDeferredValue(text.trim() === "" ? [] : (query.data?.results ?? []));
  const examples = [...(rule?.tests.hit ?? []), ...(rule?.tests.miss ?? [])].filter(isPlain);
  return (
    <section className="rule-bench" aria-label={t("rules.edit.bench")}>
      <h2>{t("rules.edit.bench")}</h2>
      <label htmlFor={`${id}-text`} className="sr-only">
        {t("rules.bench.text")}
      </label>
      <Input.TextArea
        id={`${id}-text`}
        autoSize={{ minRows: 3, maxRows: 8 }}
        maxLength={5000}
        placeholder={t("rules.bench.text")}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <div className="rule-bench-tools">
        <Select
          size="small"
          aria-label={t("rules.bench.category")}
          value={category}
          options={optionsOf(categoryNames, t)}
          onChange={setCategory}
          popupMatchSelectWidth={false}
        />
        <Input
          size="small"
          aria-label={t("rules.bench.signature")}
          placeholder={t("rules.bench.signature")}
          value={signature}
          onChange={(e) => setSignature(e.target.value)}
        />
        <Radio.Group
          size="small"
          aria-label={t("rules.bench.against")}
          value={against}
          onChange={(e) => setAgainst(e.target.value)}
          optionType="button"
          options={[
            { value: "draft", label: t("rules.bench.draft") },
            { value: "published", label: t("rules.bench.published") },
            { value: "both", label: t("rules.bench.both") },
          ]}
        />
        {examples.length > 0 && (
          <Dropdown
            menu={{
              items: examples.map((e, i) => ({ key: String(i), label: <span className="rule-example">{e.text}</span> })),
              onClick: ({ key }) => setText(examples[Number(key)]?.text ?? ""),
            }}
          >
            <Button size="small">{t("rules.bench.fromExample")}</Button>
          </Dropdown>
        )}
      </div>
      <ErrorNote error={query.error} compact />
      {results.length === 0 && !query.error && <p className="meta">{t("rules.bench.empty")}</p>}
      <div aria-live="polite" aria-busy={query.isFetching || undefined}>
        {results.map((r) => (
          <BenchResult key={r.against} result={r} several={results.length > 1} />
        ))}
      </div>
      {onExample && rule && text.trim() !== "" && !text.includes("\n") && (
        <div className="actions rule-bench-keep">
          <Button size="small" onClick={() => onExample("hit", text.trim())}>
            {t("rules.bench.asHit")}
          </Button>
          <Button size="small" onClick={() => onExample("miss", text.trim())}>
            {t("rules.bench.asMiss")}
          </Button>
        </div>
      )}
    </section>
  );
}
