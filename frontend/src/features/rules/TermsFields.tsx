import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select } from "antd";
import { useId } from "react";
import type { Pattern, Terms, Vocabulary } from "@/api/rules";
import { useText } from "@/i18n";
import { nameOf } from "@/ui/names";
import { Field, WordsInput } from "./fields";
import { viewNames } from "./names";

type Named<T> = Record<string, T>;
type Props<T> = { vocabulary: Vocabulary | undefined; disabled: boolean; onChange: (all: Named<T>) => void };

/** A name that is not taken: a, b, c … by what it is for. */
export function freeName(taken: readonly string[], base: string): string {
  if (!taken.includes(base)) return base;
  for (let i = 2; ; i++) if (!taken.includes(`${base}${i}`)) return `${base}${i}`;
}

const without = <T,>(all: Named<T>, name: string): Named<T> =>
  Object.fromEntries(Object.entries(all).filter(([n]) => n !== name));
const renamed = <T,>(all: Named<T>, from: string, to: string): Named<T> =>
  Object.fromEntries(Object.entries(all).map(([n, v]) => [n === from ? to : n, v]));

export function TermsFields({ terms, vocabulary: v, disabled, onChange }: Props<Terms> & { terms: Named<Terms> }) {
  const { t } = useText();
  const id = useId();
  const set = (name: string, change: Partial<Terms>) => onChange({ ...terms, [name]: { ...terms[name], ...change } });
  return (
    <div className="rule-wide rule-terms">
      {Object.entries(terms).map(([name, x], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed
        <section key={i} className="rule-group" aria-label={`${t("rules.field.terms")} ${name}`}>
          <NameField
            what={t("rules.field.terms")}
            name={name}
            taken={Object.keys(terms)}
            onName={(n) => onChange(renamed(terms, name, n))}
            onRemove={() => onChange(without(terms, name))}
            disabled={disabled}
          />
          <Field label={t("rules.field.words")} at={`${id}-${i}-words`} wide>
            <WordsInput id={`${id}-${i}-words`} value={x.words ?? []} onChange={(words) => set(name, { words })} />
          </Field>
          <Field label={t("rules.field.banks")} at={`${id}-${i}-banks`}>
            <Select
              id={`${id}-${i}-banks`}
              mode="multiple"
              disabled={disabled}
              value={x.banks ?? []}
              options={(v?.banks ?? []).map((value) => ({ value, label: value }))}
              onChange={(banks) => set(name, { banks })}
            />
          </Field>
          <Field label={t("rules.field.views")} at={`${id}-${i}-views`}>
            <Select
              id={`${id}-${i}-views`}
              mode="multiple"
              disabled={disabled}
              placeholder={nameOf(viewNames, "stripped", t)}
              value={x.views ?? []}
              options={(v?.views ?? []).map((value) => ({ value, label: nameOf(viewNames, value, t) }))}
              onChange={(views) => set(name, { views })}
            />
          </Field>
          <Field label={t("rules.field.gap")} at={`${id}-${i}-gap`}>
            <InputNumber
              id={`${id}-${i}-gap`}
              min={0}
              max={20}
              placeholder="3"
              value={x.max_gap ?? null}
              onChange={(gap) => set(name, { max_gap: gap ?? undefined })}
            />
          </Field>
          <Field label={t("rules.field.whole")} at={`${id}-${i}-whole`}>
            <Select
              id={`${id}-${i}-whole`}
              disabled={disabled}
              value={x.whole_word === undefined ? "" : String(x.whole_word)}
              options={[
                { value: "", label: t("rules.field.auto") },
                { value: "true", label: t("ui.yes") },
                { value: "false", label: t("ui.no") },
              ]}
              onChange={(w) => set(name, { whole_word: w === "" ? undefined : w === "true" })}
            />
          </Field>
        </section>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={disabled}
        onClick={() => onChange({ ...terms, [freeName(Object.keys(terms), "words")]: { words: [] } })}
      >
        {t("rules.field.addTerms")}
      </Button>
    </div>
  );
}

const howOf = (p: Pattern) => (p.extract ? "extract" : p.use ? "use" : p.any?.length ? "any" : "regex");

export function PatternsFields({ patterns, vocabulary: v, disabled, onChange }: Props<Pattern> & { patterns: Named<Pattern> }) {
  const { t } = useText();
  const id = useId();
  const names = Object.keys(patterns);
  return (
    <div className="rule-wide rule-terms">
      {Object.entries(patterns).map(([name, p], i) => {
        const how = howOf(p);
        const options = (how === "extract" ? v?.extractors : v?.patterns) ?? [];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed
          <section key={i} className="rule-group" aria-label={`${t("rules.field.patterns")} ${name}`}>
            <NameField
              what={t("rules.field.patterns")}
              name={name}
              taken={names}
              onName={(n) => onChange(renamed(patterns, name, n))}
              onRemove={() => onChange(without(patterns, name))}
              disabled={disabled}
            />
            <Field label={how === "any" ? t("rules.field.oneOf") : t(`rules.field.${how}`)} at={`${id}-${i}`} wide>
              {how === "regex" ? (
                <Input
                  id={`${id}-${i}`}
                  className="mono-input"
                  value={p.regex ?? ""}
                  onChange={(e) => onChange({ ...patterns, [name]: { ...p, regex: e.target.value } })}
                />
              ) : how === "any" ? (
                <code className="mono">{JSON.stringify(p.any)}</code>
              ) : (
                <Select
                  id={`${id}-${i}`}
                  disabled={disabled}
                  value={p[how]}
                  options={options.map((value) => ({ value, label: value }))}
                  onChange={(x) => onChange({ ...patterns, [name]: { [how]: x } })}
                />
              )}
            </Field>
          </section>
        );
      })}
      <Select
        size="small"
        className="rule-add"
        disabled={disabled}
        value={null}
        placeholder={t("rules.field.addPattern")}
        aria-label={t("rules.field.addPattern")}
        options={[
          ...(v?.extractors ?? []).map((x) => ({ value: `extract ${x}`, label: `${t("rules.field.extract")} ${x}` })),
          ...(v?.patterns ?? []).map((x) => ({ value: `use ${x}`, label: `${t("rules.field.use")} ${x}` })),
          { value: "regex ", label: t("rules.field.regex") },
        ]}
        onChange={(choice: string | null) => {
          const [how = "regex", what = ""] = (choice ?? "").split(" ");
          const value: Pattern = how === "regex" ? { regex: "示例" } : { [how]: what };
          onChange({ ...patterns, [freeName(names, what || "pattern")]: value });
        }}
      />
    </div>
  );
}

type NameProps = {
  what: string;
  name: string;
  taken: readonly string[];
  disabled: boolean;
  onName: (name: string) => void;
  onRemove: () => void;
};

/** The name by which the condition speaks of a list; one that is taken or no name is not passed on. */
function NameField({ what, name, taken, disabled, onName, onRemove }: NameProps) {
  const { t } = useText();
  return (
    <div className="rule-group-head">
      <Input
        size="small"
        aria-label={`${what} ${t("rules.field.termName")}`}
        className="mono-input"
        defaultValue={name}
        key={name}
        disabled={disabled}
        onBlur={(e) => {
          const next = e.target.value.trim();
          if (next !== name && /^[a-z][a-z0-9_]*$/.test(next) && !taken.includes(next)) onName(next);
          else e.target.value = name;
        }}
      />
      <span className="meta">{what}</span>
      <span className="grow" />
      <Button
        size="small"
        type="text"
        icon={<DeleteOutlined />}
        disabled={disabled}
        aria-label={t("rules.field.remove", { name })}
        onClick={onRemove}
      />
    </div>
  );
}
