import { useQuery } from "@tanstack/react-query";
import { DatePicker, Form, Input, Modal } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { type LifeStep, termsQuery } from "@/api/contract-life";
import type { Contract } from "@/api/contracts";
import { useText } from "@/i18n";
import { AttachmentUpload } from "@/ui/Attachment";
import { Loaded } from "@/ui/Loading";
import { initial, PatchFields } from "./PatchFields";
import { changed, type PatchValues, planFields, supplementFields } from "./patch";
import "./life.css";

type Dialog<B> = { open: boolean; busy: boolean; onClose: () => void; onAct: (body: B) => void };
type Body<D extends LifeStep["do"]> = Extract<LifeStep, { do: D; body: unknown }>["body"];

const day = (d: Dayjs) => d.format("YYYY-MM-DD");

type PlanForm = { terms: PatchValues; reason?: string; attachment_id?: string };

/** The plan-change form: what holds then, to be changed; it says from when on the change would hold. */
export function ChangePlanDialog({
  contract: c,
  open,
  busy,
  onAct,
  onClose,
}: Dialog<Body<"change_plan">> & { contract: Contract }) {
  const { t } = useText();
  const [form] = Form.useForm<PlanForm>();
  const [idle, setIdle] = useState(false);
  const from = c.life.plan_change_from ?? "";
  const query = useQuery({ ...termsQuery(c.id, from), enabled: open });
  const fields = planFields(c.kind);
  return (
    <Modal
      open={open}
      title={t("life.act.change_plan")}
      okText={t("life.act.request")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
      width={640}
    >
      <p className="totals-sentence">{t("life.change.from", { from })}</p>
      <p className="meta life-hint">{t("life.change.rule", { n: c.life.plan_change_cutoff })}</p>
      <Loaded query={query} rows={4}>
        {(d) => (
          <Form
            form={form}
            layout="vertical"
            clearOnDestroy
            initialValues={{ terms: initial(fields, d.plan) }}
            onValuesChange={() => setIdle(false)}
            onFinish={({ terms, ...rest }) => {
              const patch = changed(fields, d.plan, terms);
              if (Object.keys(patch).length === 0) setIdle(true);
              else onAct({ ...rest, terms: patch });
            }}
          >
            <PatchFields fields={fields} />
            {idle && (
              <p role="alert" className="field-error">
                {t("life.change.nothing")}
              </p>
            )}
            <Form.Item name="reason" label={t("ui.reason")}>
              <Input.TextArea rows={2} maxLength={500} />
            </Form.Item>
            <Form.Item name="attachment_id" label={t("life.change.proof")}>
              <AttachmentUpload purpose="plan_change_request" label={t("life.change.proof")} />
            </Form.Item>
          </Form>
        )}
      </Loaded>
    </Modal>
  );
}

type SupplementForm = { terms: PatchValues; effective_from?: Dayjs | null; until?: Dayjs | null; reason?: string };

/** Any terms from a day on, or a new end; the text that both sides sign is made from it. */
export function SupplementDialog({
  contract: c,
  open,
  busy,
  onAct,
  onClose,
}: Dialog<Body<"supplement">> & { contract: Contract }) {
  const { t } = useText();
  const [form] = Form.useForm<SupplementForm>();
  const [idle, setIdle] = useState(false);
  const earliest = c.life.supplement_from ?? "";
  const query = useQuery({ ...termsQuery(c.id, ""), enabled: open });
  const fields = supplementFields(c.kind);
  return (
    <Modal
      open={open}
      title={t("life.act.supplement")}
      okText={t("life.act.drawUp")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
      width={640}
    >
      <p className="meta life-hint">{t("life.supplement.hint")}</p>
      <Loaded query={query} rows={4}>
        {(d) => (
          <Form
            form={form}
            layout="vertical"
            clearOnDestroy
            initialValues={{ terms: initial(fields, d.plan) }}
            onValuesChange={() => setIdle(false)}
            onFinish={({ terms, effective_from, until, reason }) => {
              const patch = changed(fields, d.plan, terms);
              if (Object.keys(patch).length === 0 && !until) {
                setIdle(true);
                return;
              }
              onAct({
                terms: patch,
                ...(effective_from && { effective_from: day(effective_from) }),
                ...(until && { until: day(until) }),
                ...(reason && { reason }),
              });
            }}
          >
            <div className="form-grid">
              <Form.Item
                name="effective_from"
                label={t("life.supplement.effective")}
                extra={t("life.supplement.earliest", { day: earliest })}
                dependencies={["until"]}
                rules={[
                  ({ getFieldValue }) => ({
                    required: !getFieldValue("until"),
                    message: t("ui.required", { name: t("life.supplement.effective") }),
                  }),
                ]}
              >
                <DatePicker style={{ width: "100%" }} minDate={earliest ? dayjs(earliest) : undefined} />
              </Form.Item>
              <Form.Item
                name="until"
                label={t("life.supplement.until")}
                extra={t("life.supplement.untilHint", { end: c.end ?? "" })}
              >
                <DatePicker style={{ width: "100%" }} minDate={dayjs(c.end).add(1, "day")} />
              </Form.Item>
            </div>
            <PatchFields fields={fields} />
            {idle && (
              <p role="alert" className="field-error">
                {t("life.change.nothing")}
              </p>
            )}
            <Form.Item name="reason" label={t("ui.reason")}>
              <Input.TextArea rows={2} maxLength={500} />
            </Form.Item>
          </Form>
        )}
      </Loaded>
    </Modal>
  );
}
