import { CheckOutlined } from "@ant-design/icons";
import { Button, Form } from "antd";
import { type ReactNode, useEffect, useMemo } from "react";
import type { Blank, Template } from "@/api/contracts";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Panel } from "@/ui/Page";
import { BlankField } from "./BlankField";
import { groupsOf, isRequired } from "./blank-rules";
import { type KeptForm, useServerDraft } from "./use-server-draft";

type Fields = { values: Record<string, string | undefined> };
type Props = {
  template: Template;
  values?: Record<string, string>;
  draftName: string;
  /** What the server has kept of this form, from whichever machine. */
  kept?: KeptForm;
  error: unknown;
  busy: boolean;
  /** Resolves once the server has it: only then may the kept draft go. */
  onSave: (values: Record<string, string>, submit: boolean) => Promise<unknown>;
  extra: (values: () => Record<string, string>) => ReactNode;
};

const filled = (values: Fields["values"] | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).filter((e): e is [string, string] => e[1] !== undefined && e[1] !== ""));

/** One long form with an anchor rail, made from the template's blanks; each part of the rail tells what is still missing. */
export function Blanks({ template, values, draftName, kept, error, busy, onSave, extra }: Props) {
  const { t, lang, pick } = useText();
  const [form] = Form.useForm<Fields>();
  const draft = useServerDraft(form, draftName, kept);
  const groups = useMemo(() => groupsOf(template), [template]);
  const initial = useMemo(() => {
    const defaults = Object.fromEntries((template.blanks ?? []).filter((b) => b.default).map((b) => [b.name, b.default]));
    return { values: { ...defaults, ...values, ...draft.initial } };
  }, [template, values, draft.initial]);
  const now = Form.useWatch("values", { form, preserve: true }) ?? initial.values;
  const missing = (blanks: readonly Blank[]) => blanks.filter((b) => isRequired(b, now) && !now[b.name]).length;
  const lacking = missing(groups.flatMap((g) => g.blanks));

  useEffect(() => {
    if (error) placeErrors(form, error, pick, "values");
  }, [error, form, pick]);

  const current = () => filled(form.getFieldsValue(true).values);
  const save = (submit: boolean) => void onSave(current(), submit).then(draft.forget, () => undefined);
  return (
    <Form<Fields> form={form} layout="vertical" initialValues={initial} onValuesChange={draft.keep} onFinish={() => save(true)}>
      <div className="columns contract-form">
        <div>
          {groups.map((g) => (
            <div key={g.name} id={`part-${g.name}`} className="anchor">
              <Panel title={lang === "en" ? g.label.en : g.label.zh}>
                <div className="form-grid">
                  {g.blanks.map((b) => (
                    <BlankField key={b.name} blank={b} required={isRequired(b, now)} />
                  ))}
                </div>
              </Panel>
            </div>
          ))}
          <ErrorNote error={error} />
        </div>
        <nav className="rail" aria-label={t("contract.anchors")}>
          <ol>
            {groups.map((g) => {
              const left = missing(g.blanks);
              return (
                <li key={g.name}>
                  <a href={`#part-${g.name}`} onClick={jump}>
                    {lang === "en" ? g.label.en : g.label.zh}
                    {left > 0 ? <span className="num meta">{left}</span> : <CheckOutlined aria-hidden className="meta" />}
                  </a>
                </li>
              );
            })}
          </ol>
        </nav>
      </div>
      <div className="form-foot">
        <span className="meta">{lacking ? t("contract.missing", { count: lacking }) : t("contract.complete")}</span>
        <span className="meta">{draft.note}</span>
        <div className="grow" />
        {extra(current)}
        <Button disabled={busy} onClick={() => save(false)}>
          {t("contract.saveDraft")}
        </Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("contract.saveSubmit")}
        </Button>
      </div>
    </Form>
  );
}

/** Scrolls inside the page's own scroll area and leaves the address to the router. */
function jump(e: React.MouseEvent<HTMLAnchorElement>) {
  e.preventDefault();
  const part = document.getElementById(e.currentTarget.hash.slice(1));
  part?.scrollIntoView({ block: "start", behavior: "smooth" });
  part?.querySelector<HTMLElement>("input, textarea")?.focus({ preventScroll: true });
}
