import { Input, InputNumber, Select } from "antd";
import { useId } from "react";
import type { RuleForm as FormValue, Rule, Vocabulary } from "@/api/rules";
import { useText } from "@/i18n";
import { categoryNames, nameOf, optionsOf } from "@/ui/names";
import { stateOptions } from "@/ui/states";
import { ExamplesFields } from "./ExamplesFields";
import { Field, WordsInput } from "./fields";
import { actionNames, classNames } from "./names";
import { PatternsFields, TermsFields } from "./TermsFields";

type Props = { form: FormValue; vocabulary: Vocabulary | undefined; disabled: boolean; onChange: (form: FormValue) => void };

/** A document as fields. Whatever they say is written into the text beside them. */
export function RuleForm(props: Props) {
  if (props.form.rule) return <OneRule {...props} rule={props.form.rule} />;
  if (props.form.bank) return <OneBank {...props} />;
  return <Settings {...props} />;
}

function OneRule({ rule, vocabulary: v, disabled, onChange }: Props & { rule: Rule }) {
  const { t, lang } = useText();
  const id = useId();
  const set = (change: Partial<Rule>) => onChange({ rule: { ...rule, ...change } });
  const named = (list: readonly string[] | null | undefined, names: Parameters<typeof nameOf>[0]) =>
    (list ?? []).map((value) => ({ value, label: nameOf(names, value, t) }));
  const reasons = (v?.reasons ?? []).map((r) => ({ value: r.code, label: `${r.code} ${lang === "en" ? r.en : r.zh}` }));
  const at = (name: string) => `${id}-${name}`;
  return (
    <div className="rule-form">
      <fieldset disabled={disabled}>
        <legend>{t("rules.field.basics")}</legend>
        <Field label={t("rules.field.titleZh")} at={at("zh")}>
          <Input id={at("zh")} value={rule.title.zh} onChange={(e) => set({ title: { ...rule.title, zh: e.target.value } })} />
        </Field>
        <Field label={t("rules.field.titleEn")} at={at("en")}>
          <Input id={at("en")} value={rule.title.en} onChange={(e) => set({ title: { ...rule.title, en: e.target.value } })} />
        </Field>
        <Field label={t("rules.field.class")} at={at("class")}>
          <Select
            id={at("class")}
            disabled={disabled}
            value={rule.class}
            options={named(v?.classes, classNames)}
            onChange={(x) => set({ class: x })}
          />
        </Field>
        <Field label={t("rules.field.level")} at={at("level")}>
          <InputNumber id={at("level")} min={1} max={5} value={rule.level} onChange={(x) => x && set({ level: x })} />
        </Field>
        <Field label={t("rules.field.description")} at={at("about")} wide>
          <Input.TextArea
            id={at("about")}
            autoSize={{ minRows: 1, maxRows: 5 }}
            value={rule.description ?? ""}
            onChange={(e) => set({ description: e.target.value })}
          />
        </Field>
      </fieldset>
      <fieldset disabled={disabled}>
        <legend>{t("rules.field.when")}</legend>
        {rule.scope !== "batch" && (
          <TermsFields terms={rule.terms ?? {}} vocabulary={v} disabled={disabled} onChange={(terms) => set({ terms })} />
        )}
        {rule.scope !== "batch" && (
          <PatternsFields
            patterns={rule.patterns ?? {}}
            vocabulary={v}
            disabled={disabled}
            onChange={(patterns) => set({ patterns })}
          />
        )}
        <Field label={t("rules.field.condition")} at={at("condition")} wide>
          <Input.TextArea
            id={at("condition")}
            className="mono-input"
            autoSize={{ minRows: 1, maxRows: 6 }}
            value={rule.condition ?? ""}
            onChange={(e) => set({ condition: e.target.value })}
          />
        </Field>
        <Field label={t("rules.field.except")} at={at("except")} wide>
          <WordsInput id={at("except")} lines value={rule.except ?? []} onChange={(except) => set({ except })} />
        </Field>
        <Field label={t("rules.field.categories")} at={at("categories")} wide>
          <Select
            id={at("categories")}
            mode="multiple"
            disabled={disabled}
            value={rule.applies_to.categories ?? []}
            options={optionsOf(categoryNames, t)}
            onChange={(categories) => set({ applies_to: { ...rule.applies_to, categories } })}
          />
        </Field>
      </fieldset>
      <fieldset disabled={disabled}>
        <legend>{t("rules.field.outcome")}</legend>
        <Field label={t("rules.field.action")} at={at("action")}>
          <Select
            id={at("action")}
            disabled={disabled}
            value={rule.action}
            options={named(v?.actions, actionNames)}
            onChange={(x) => set({ action: x })}
          />
        </Field>
        <Field label={t("rules.field.state")} at={at("state")}>
          <Select
            id={at("state")}
            disabled={disabled}
            value={rule.state}
            options={stateOptions("rule", t)}
            onChange={(x) => set({ state: x })}
          />
        </Field>
        <Field label={t("rules.field.reason")} at={at("reason")} wide>
          <Select
            id={at("reason")}
            showSearch={{ optionFilterProp: "label" }}
            disabled={disabled}
            value={rule.reason_code || undefined}
            options={reasons}
            onChange={(x) => set({ reason_code: x })}
          />
        </Field>
        {rule.action === "score" && (
          <>
            <Field label={t("rules.field.score")} at={at("score")}>
              <InputNumber
                id={at("score")}
                min={1}
                max={100}
                value={rule.score ?? rule.level}
                onChange={(x) => set({ score: x ?? undefined })}
              />
            </Field>
            <Field label={t("rules.field.group")} at={at("group")}>
              <Select
                id={at("group")}
                allowClear
                disabled={disabled}
                value={rule.group || undefined}
                options={(v?.groups ?? []).map((value) => ({ value, label: value }))}
                onChange={(x) => set({ group: x })}
              />
            </Field>
          </>
        )}
        {rule.action === "pass" && (
          <Field label={t("rules.field.lifts")} at={at("lifts")} wide>
            <Select
              id={at("lifts")}
              mode="tags"
              disabled={disabled}
              value={rule.lifts ?? []}
              options={(v?.rules ?? []).map((value) => ({ value, label: value }))}
              onChange={(lifts) => set({ lifts })}
            />
          </Field>
        )}
      </fieldset>
      <fieldset disabled={disabled}>
        <legend>{t("rules.field.examples")}</legend>
        <ExamplesFields tests={rule.tests} onChange={(tests) => set({ tests })} />
      </fieldset>
    </div>
  );
}

function OneBank({ form, vocabulary: v, disabled, onChange }: Props) {
  const { t } = useText();
  const id = useId();
  const bank = form.bank;
  if (!bank) return null;
  const set = (change: Partial<typeof bank>) => onChange({ bank: { ...bank, ...change } });
  return (
    <div className="rule-form">
      <fieldset disabled={disabled}>
        <legend>{t("rules.field.basics")}</legend>
        <Field label={t("rules.field.titleZh")} at={`${id}-zh`}>
          <Input id={`${id}-zh`} value={bank.title.zh} onChange={(e) => set({ title: { ...bank.title, zh: e.target.value } })} />
        </Field>
        <Field label={t("rules.field.titleEn")} at={`${id}-en`}>
          <Input id={`${id}-en`} value={bank.title.en} onChange={(e) => set({ title: { ...bank.title, en: e.target.value } })} />
        </Field>
        <Field label={t("rules.field.views")} at={`${id}-views`} wide>
          <Select
            id={`${id}-views`}
            mode="multiple"
            disabled={disabled}
            value={bank.views ?? []}
            options={(v?.views ?? []).map((value) => ({ value, label: t(`rules.view.${value}` as "rules.view.plain") }))}
            onChange={(views) => set({ views })}
          />
        </Field>
        <Field label={t("rules.field.words")} at={`${id}-words`} wide>
          {(bank.words ?? []).length > 3000 ? (
            <span className="meta">{t("rules.field.manyWords")}</span>
          ) : (
            <WordsInput id={`${id}-words`} rows={16} value={bank.words ?? []} onChange={(words) => set({ words })} />
          )}
        </Field>
      </fieldset>
    </div>
  );
}

function Settings({ form, disabled, onChange }: Props) {
  const { t } = useText();
  const id = useId();
  const s = form.settings;
  if (!s) return null;
  return (
    <div className="rule-form">
      <fieldset disabled={disabled}>
        <legend>{t("rules.settings")}</legend>
        <Field label={t("rules.field.bandHold")} at={`${id}-hold`}>
          <InputNumber
            id={`${id}-hold`}
            min={1}
            value={s.bands.hold}
            onChange={(x) => x && onChange({ settings: { ...s, bands: { ...s.bands, hold: x } } })}
          />
        </Field>
        <Field label={t("rules.field.bandRefuse")} at={`${id}-refuse`}>
          <InputNumber
            id={`${id}-refuse`}
            min={2}
            value={s.bands.refuse}
            onChange={(x) => x && onChange({ settings: { ...s, bands: { ...s.bands, refuse: x } } })}
          />
        </Field>
        <p className="meta rule-wide">{t("rules.field.groups")}</p>
        {Object.entries(s.groups).map(([name, cap]) => (
          <Field key={name} label={name} at={`${id}-${name}`}>
            <InputNumber
              id={`${id}-${name}`}
              min={0}
              value={cap}
              onChange={(x) => x !== null && onChange({ settings: { ...s, groups: { ...s.groups, [name]: x } } })}
            />
          </Field>
        ))}
        <p className="meta rule-wide">{t("rules.field.patternsInYaml")}</p>
      </fieldset>
    </div>
  );
}
