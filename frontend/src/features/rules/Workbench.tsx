import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { lazy, Suspense, useRef } from "react";
import { vocabularyQuery } from "@/api/rules";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { Skeleton } from "@/ui/Loading";
import { Bench } from "./Bench";
import { Field } from "./fields";
import { Problems } from "./Problems";
import { RuleForm } from "./RuleForm";
import type { RuleControl } from "./use-rule";
import type { YamlHandle } from "./YamlEditor";

const YamlEditor = lazy(() => import("./YamlEditor"));

type Props = {
  docKey: string;
  rule: RuleControl;
  disabled: boolean;
  locked: boolean;
  onSave: () => void;
  /** A new document: its id can be chosen. */
  naming?: boolean;
};

/** The form, the text and the bench, each in a column of its own. */
export function Workbench({ docKey, rule, disabled, locked, onSave, naming }: Props) {
  const { t } = useText();
  const editor = useRef<YamlHandle>(null);
  const vocabulary = useQuery(vocabularyQuery);
  const { form } = rule;
  const one = form?.rule ?? undefined;
  const ref = one?.id ?? form?.bank?.id ?? "";
  const own = docKey || `${form?.bank ? "bank" : "rule"}:${ref}`;
  const rename = (id: string) => {
    if (one) rule.fill({ rule: { ...one, id } });
    else if (form?.bank) rule.fill({ bank: { ...form.bank, id } });
  };
  return (
    <>
      {disabled && <p className="meta">{t(locked ? "rules.edit.locked" : "rules.edit.readOnly")}</p>}
      <ErrorNote error={rule.fault} compact />
      <div className="workbench">
        <section className="panel workbench-form" aria-label={t("rules.edit.form")} tabIndex={disabled ? 0 : undefined}>
          <h2>{t("rules.edit.form")}</h2>
          {/* While the text is ahead of the form, the form waits: what it said before must not be written over the text. */}
          <div inert={rule.ahead}>
            {naming && form && (
              <Field label={t("rules.field.id")} at="rule-id" wide>
                <Input
                  id="rule-id"
                  className="mono-input"
                  value={ref}
                  onChange={(e) => rename(e.target.value.replace(/[^a-z0-9_.]/g, ""))}
                />
              </Field>
            )}
            {form ? (
              <RuleForm form={form} vocabulary={vocabulary.data} disabled={disabled} onChange={rule.fill} />
            ) : (
              !rule.checking && <p className="warn-note">{t("rules.edit.noForm")}</p>
            )}
          </div>
        </section>
        <section className="panel workbench-text" aria-label={t("rules.edit.yaml")}>
          <h2>{t("rules.edit.yaml")}</h2>
          <Suspense fallback={<Skeleton rows={10} />}>
            <YamlEditor
              ref={editor}
              value={rule.text}
              onChange={rule.write}
              onSave={onSave}
              readOnly={disabled}
              problems={rule.problems.filter((p) => p.doc === own)}
              vocabulary={vocabulary.data}
              label={t("rules.edit.editor")}
            />
          </Suspense>
          <Problems
            problems={rule.problems}
            checking={rule.checking}
            own={own}
            onGo={(line, column) => editor.current?.goTo(line, column)}
          />
        </section>
        <div className="panel workbench-bench">
          <Bench
            docKey={own}
            body={rule.text}
            rule={one}
            onExample={
              disabled || !one
                ? undefined
                : (kind, text) =>
                    rule.fill({ rule: { ...one, tests: { ...one.tests, [kind]: [...(one.tests[kind] ?? []), { text }] } } })
            }
          />
        </div>
      </div>
    </>
  );
}
