import { useQuery } from "@tanstack/react-query";
import { Checkbox, DatePicker, Form, Input, Modal } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { type Amendment, type LifeStep, termsQuery } from "@/api/contract-life";
import type { Contract } from "@/api/contracts";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Loaded } from "@/ui/Loading";
import { initial, PatchFields } from "./PatchFields";
import { changed, type PatchValues, priceFields } from "./patch";
import "./life.css";

type Dialog<B> = { open: boolean; busy: boolean; onClose: () => void; onAct: (body: B) => void };
type Announced = Extract<LifeStep, { do: "announce_price" }>["body"];
type PriceForm = { terms: PatchValues; effective_from: Dayjs; reason: string; silence_accepts?: boolean };

/** A price that we want to change: the customer is told in writing and answers. */
export function PriceDialog({ contract: c, open, busy, onAct, onClose }: Dialog<Announced> & { contract: Contract }) {
  const { t } = useText();
  const today = useBusinessDay();
  const [form] = Form.useForm<PriceForm>();
  const [idle, setIdle] = useState(false);
  const query = useQuery({ ...termsQuery(c.id, ""), enabled: open });
  const fields = priceFields(c.kind);
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const earliest = dayjs(today).add(30, "day");
  return (
    <Modal
      open={open}
      title={t("life.act.announce_price")}
      okText={t("life.act.announce")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
      width={640}
    >
      <p className="meta life-hint">{t("life.price.hint")}</p>
      <Loaded query={query} rows={4}>
        {(d) => (
          <Form
            form={form}
            layout="vertical"
            clearOnDestroy
            initialValues={{ terms: initial(fields, d.plan), effective_from: earliest }}
            onValuesChange={() => setIdle(false)}
            onFinish={({ terms, effective_from, ...rest }) => {
              const patch = changed(fields, d.plan, terms);
              if (Object.keys(patch).length === 0) setIdle(true);
              else onAct({ ...rest, terms: patch, effective_from: effective_from.format("YYYY-MM-DD") });
            }}
          >
            <PatchFields fields={fields} />
            {idle && (
              <p role="alert" className="field-error">
                {t("life.change.nothing")}
              </p>
            )}
            <Form.Item name="effective_from" label={t("life.price.effective")} rules={must(t("life.price.effective"))}>
              <DatePicker style={{ width: "100%" }} minDate={earliest} />
            </Form.Item>
            <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
              <Input.TextArea rows={2} maxLength={500} />
            </Form.Item>
            <Form.Item name="silence_accepts" valuePropName="checked">
              <Checkbox>{t("life.price.silent")}</Checkbox>
            </Form.Item>
          </Form>
        )}
      </Loaded>
    </Modal>
  );
}

/** The paper that shows that the customer was told: without proof silence is no consent. */
export function ProofDialog({ open, busy, onAct, onClose }: Dialog<{ attachment_id: string }>) {
  const { t } = useText();
  const must = useMust();
  return (
    <FormDialog<{ attachment_id: string }>
      open={open}
      title={t("signing.prove")}
      sentence={t("signing.proofs.none")}
      confirm={t("signing.prove")}
      busy={busy}
      onClose={onClose}
      onAct={onAct}
    >
      <Form.Item name="attachment_id" label={t("signing.proof")} rules={must(t("signing.proof"))}>
        <AttachmentUpload purpose="delivery_proof" label={t("signing.proof")} />
      </Form.Item>
    </FormDialog>
  );
}

/** The second person compares the scan with the text before the supplement holds. */
export function ConfirmSupplement({ amendment: a, open, busy, onAct, onClose }: Dialog<void> & { amendment?: Amendment }) {
  const { t } = useText();
  const paper = (id: string | undefined, name: string) => (id ? <AttachmentLink file={{ id, name }} /> : "—");
  return (
    <ConfirmTotals
      open={open}
      title={t("life.act.confirm")}
      sentence={t("life.supplement.confirmSentence", { from: a?.effective_from ?? "" })}
      lines={
        a && [
          { label: t("life.paper"), value: paper(a.form_attachment_id, a.number) },
          { label: t("life.scan"), value: paper(a.attachment_id, t("life.scan")) },
          { label: t("contract.sign.customer"), value: a.customer_signer },
          { label: t("contract.sign.provider"), value: a.provider_signer },
          { label: t("contract.sign.signedOn"), value: a.signed_on },
        ]
      }
      confirm={t("life.act.confirm")}
      busy={busy}
      onConfirm={() => onAct()}
      onCancel={onClose}
    />
  );
}
