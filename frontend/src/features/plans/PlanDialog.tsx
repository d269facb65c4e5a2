import { DatePicker, Form, Input, InputNumber, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { ContractKind } from "@/api/contracts";
import { createPlan, type Plan, type PlanPatch, type PlanVersion, revisePlan } from "@/api/plans";
import { useText } from "@/i18n";
import { type Field, fieldsOf, termNames } from "@/parts/plan-fields";
import { useBusinessDay } from "@/parts/use-business-day";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { MoneyInput } from "@/ui/Money";
import { contractKindNames, optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";

type Fields = {
  code: string;
  name: string;
  name_en?: string;
  kind: ContractKind;
  terms: Record<string, number | string | null | undefined>;
  valid_from: Dayjs;
  note: string;
};

/** A new plan, or the next version of one: what is not touched stays as the newest version has it. */
export function PlanDialog({ plan, version, onClose }: { plan?: Plan; version?: PlanVersion; onClose: () => void }) {
  const { t, pick } = useText();
  const [form] = Form.useForm<Fields>();
  const today = useBusinessDay();
  const base = version?.terms ?? plan?.versions?.[0]?.terms;
  const kind = Form.useWatch("kind", form) ?? plan?.kind ?? "package";
  const fields = fieldsOf[kind as ContractKind] ?? [];
  const act = useAct(
    (v: Fields, key: string) => {
      const terms = Object.fromEntries(
        fields.flatMap((f) => {
          const value = v.terms?.[f.name];
          return value === undefined || value === null || value === "" ? [] : [[f.name, value]];
        }),
      ) as PlanPatch;
      const rest = { terms, valid_from: v.valid_from.format("YYYY-MM-DD"), note: v.note };
      return plan
        ? revisePlan({ id: plan.id, ...rest }, key)
        : createPlan({ code: v.code, name: v.name, name_en: v.name_en, kind: v.kind, ...rest }, key);
    },
    { quiet: true, done: t("plan.saved"), onDone: onClose },
  );
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Modal
      open
      width={680}
      title={plan ? `${plan.code} ${t(version ? "plan.edit" : "plan.revise")}` : t("plan.create")}
      okText={t("plan.save")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{
          kind: plan?.kind ?? "package",
          terms: base && Object.fromEntries((fieldsOf[plan?.kind as ContractKind] ?? []).map((f) => [f.name, base[f.name]])),
          valid_from: dayjs(version?.valid_from && version.valid_from > today ? version.valid_from : today),
          note: version?.note,
        }}
        onFinish={(v) => act.mutate(v, { onError: (e) => placeErrors(form, e, pick) })}
      >
        {!plan && (
          <div className="form-grid">
            <Form.Item name="code" label={t("plan.code")} extra={t("plan.codeHint")} rules={must(t("plan.code"))}>
              <Input maxLength={24} className="num" />
            </Form.Item>
            <Form.Item name="kind" label={t("plan.kind")} rules={must(t("plan.kind"))}>
              <Select options={optionsOf(contractKindNames, t)} />
            </Form.Item>
            <Form.Item name="name" label={t("plan.name")} rules={must(t("plan.name"))}>
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item name="name_en" label={t("plan.nameEn")}>
              <Input maxLength={100} />
            </Form.Item>
          </div>
        )}
        <div className="form-grid">
          {fields.map((f) => (
            <Form.Item key={f.name} name={["terms", f.name]} label={t(termNames[f.name] ?? "plan.prices")}>
              <Value field={f} />
            </Form.Item>
          ))}
          <Form.Item name="valid_from" label={t("plan.validFrom")} rules={must(t("plan.validFrom"))}>
            <DatePicker style={{ width: "100%" }} minDate={dayjs(today)} />
          </Form.Item>
        </div>
        <Form.Item name="note" label={t("plan.note")} extra={t("plan.noteHint")} rules={must(t("plan.note"))}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <ErrorNote error={act.error} />
      </Form>
    </Modal>
  );
}

/** The control of one term; what antd's form gives it (value, id, change) goes through. */
function Value({ field, ...given }: { field: Field; id?: string; value?: never; onChange?: never }) {
  const { t } = useText();
  switch (field.kind) {
    case "fen":
      return <MoneyInput {...given} />;
    case "price":
      return <InputNumber<string> {...given} stringMode controls={false} min="0" max="10000" style={{ width: "100%" }} />;
    case "mode":
      return (
        <Select
          {...given}
          options={(["excess", "whole", "instead"] as const).map((value) => ({ value, label: t(`plan.mode.${value}`) }))}
        />
      );
    default:
      return (
        <InputNumber
          {...given}
          min={0}
          max={field.max ?? 1_000_000_000_000}
          precision={0}
          controls={false}
          style={{ width: "100%" }}
        />
      );
  }
}
