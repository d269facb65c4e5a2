import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect } from "react";
import { saveTerms, type TermsVersion, termsFormQuery } from "@/api/service-terms";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Loaded } from "@/ui/Loading";
import { useAct } from "@/ui/use-act";
import { asRows, asText, type Blank, type Template } from "./blanks";
import "./terms.css";

type Fields = { values: Record<string, string | Dayjs | string[][] | undefined>; changes?: string; use_accepts?: boolean };
type Props = { draft?: TermsVersion; last?: TermsVersion; onClose: () => void };

/** Writes the next version: what the template of the terms asks for, and what customers are told of it. */
export function TermsEditor({ draft, last, onClose }: Props) {
  const { t } = useText();
  const query = useQuery(termsFormQuery);
  return (
    <Modal open title={t(draft ? "terms.edit" : "terms.draft")} footer={null} onCancel={onClose} width={760} destroyOnHidden>
      <Loaded query={query} rows={5}>
        {(tpl) => <Editor template={tpl} draft={draft} last={last} onClose={onClose} />}
      </Loaded>
    </Modal>
  );
}

function Editor({ template, draft, last, onClose }: Props & { template: Template }) {
  const { t, pick } = useText();
  const [form] = Form.useForm<Fields>();
  const act = useAct(saveTerms, { quiet: true, onDone: onClose });
  useEffect(() => {
    if (act.error) placeErrors(form, act.error, pick);
  }, [act.error, form, pick]);
  const blanks = (template.blanks ?? []).filter((b) => !b.configured);
  const before = draft?.values ?? last?.values ?? {};
  const initial = Object.fromEntries(
    blanks.map((b) => {
      const v = before[b.name] ?? b.default ?? "";
      if (b.type === "rows") return [b.name, asRows(v)];
      return [b.name, b.type === "date" ? (v && dayjs(v)) || undefined : v];
    }),
  );
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      initialValues={{ values: initial, changes: draft?.changes, use_accepts: draft?.use_accepts ?? true }}
      onFinish={({ values, changes, use_accepts }) =>
        act.mutate({
          id: draft?.id,
          version: draft?.version,
          values: Object.fromEntries(blanks.map((b) => [b.name, asText(b, values[b.name])])),
          changes: changes ?? "",
          use_accepts: use_accepts ?? false,
        })
      }
    >
      {blanks.map((b) => (
        <Field key={b.name} blank={b} />
      ))}
      <Form.Item name="changes" label={t("terms.changes")}>
        <Input.TextArea rows={3} maxLength={2000} showCount />
      </Form.Item>
      <Form.Item name="use_accepts" valuePropName="checked">
        <Checkbox>{t("terms.useAccepts")}</Checkbox>
      </Form.Item>
      <ErrorNote error={act.error} compact />
      <div className="actions">
        <Button onClick={onClose}>{t("ui.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={act.isPending}>
          {t("terms.save")}
        </Button>
      </div>
    </Form>
  );
}

function Field({ blank: b }: { blank: Blank }) {
  const { t, pick } = useText();
  const label = pick(b.label.zh, b.label.en);
  if (b.type === "rows") return <Rows blank={b} label={label} />;
  return (
    <Form.Item
      name={["values", b.name]}
      label={label}
      extra={b.help ? pick(b.help.zh, b.help.en) : undefined}
      rules={b.required ? [{ required: true, message: t("ui.required", { name: label }) }] : []}
    >
      {b.type === "date" ? (
        <DatePicker style={{ width: "100%" }} />
      ) : b.type === "choice" ? (
        <Select options={(b.choices ?? []).map((c) => ({ value: c.value, label: pick(c.label.zh, c.label.en) }))} />
      ) : (
        <Input maxLength={b.max_length || undefined} />
      )}
    </Form.Item>
  );
}

function Rows({ blank: b, label }: { blank: Blank; label: string }) {
  const { t, pick } = useText();
  const columns = b.columns ?? [];
  return (
    <Form.Item label={label}>
      <Form.List name={["values", b.name]}>
        {(fields, { add, remove }) => (
          <div className="terms-rows">
            {fields.map((f, n) => (
              <div key={f.key} style={{ gridTemplateColumns: `repeat(${columns.length}, minmax(0, 1fr)) 32px` }}>
                {columns.map((c, i) => {
                  const name = pick(c.label.zh, c.label.en);
                  return (
                    <Form.Item key={c.label.zh} name={[f.name, i]} noStyle>
                      <Input aria-label={`${name} ${n + 1}`} placeholder={name} />
                    </Form.Item>
                  );
                })}
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("signing.annex.removeItem", { n: n + 1 })}
                  onClick={() => remove(f.name)}
                />
              </div>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} onClick={() => add(columns.map(() => ""))}>
              {t("signing.annex.addItem")}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}
