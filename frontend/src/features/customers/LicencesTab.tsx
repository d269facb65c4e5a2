import { PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, Modal, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { customerLicencesQuery, type Licence, type LicenceKind, submitLicence } from "@/api/licences";
import { useText } from "@/i18n";
import { AppealButton } from "@/parts/AppealButton";
import { useSession } from "@/session/session";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Instant } from "@/ui/Instant";
import { licenceKindNames, nameOf, optionsOf } from "@/ui/names";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";

export function LicencesTab({ customer }: { customer: string }) {
  const { t } = useText();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const columns: Column<Licence>[] = [
    { key: "kind", title: t("customer.licence.kind"), always: true, render: (l) => nameOf(licenceKindNames, l.kind, t) },
    { key: "number", title: t("customer.licence.number"), render: (l) => <span className="num">{l.number}</span> },
    { key: "issuer", title: t("customer.licence.issuer"), render: (l) => l.issuer },
    {
      key: "valid",
      title: t("customer.licence.valid"),
      render: (l) => (
        <span className="num">
          {l.valid_from} – {l.valid_to || t("customer.licence.longTerm")}
        </span>
      ),
    },
    { key: "state", title: t("ui.state"), render: (l) => <StateTag kind="licence" state={l.state} /> },
    {
      key: "scan",
      title: t("customer.licence.scan"),
      render: (l) => l.attachment_id && <AttachmentLink file={{ id: l.attachment_id, name: t("customer.licence.scan") }} />,
    },
    { key: "submitted", title: t("customer.licence.submittedAt"), render: (l) => <Instant at={l.submitted_at} /> },
    { key: "reason", title: t("ui.reason"), render: (l) => l.reason },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (l) =>
        (l.state === "refused" || l.state === "revoked") && (
          <AppealButton small kind="licence" objectId={l.id} title={nameOf(licenceKindNames, l.kind, t)} />
        ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="customer-licences"
        label={t("customer.licences")}
        columns={columns}
        query={(p) => customerLicencesQuery(customer, p)}
        rowKey={(l) => l.id}
        toolbar={
          can("licence.write") && (
            <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
              {t("customer.licence.add")}
            </Button>
          )
        }
        empty={{ why: t("customer.licence.empty"), next: t("customer.licence.emptyNext") }}
      />
      <LicenceDialog customer={customer} open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

type Fields = { kind: LicenceKind; number: string; issuer: string; from: Dayjs; to?: Dayjs; attachment_id: string };

function LicenceDialog({ customer, open, onClose }: { customer: string; open: boolean; onClose: () => void }) {
  const { t, pick } = useText();
  const [form] = Form.useForm<Fields>();
  const act = useAct(submitLicence, { quiet: true, done: t("customer.licence.submitted"), onDone: onClose });
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const send = (v: Fields) =>
    act.mutate(
      {
        customer_id: customer,
        kind: v.kind,
        number: v.number,
        issuer: v.issuer,
        valid_from: v.from.format("YYYY-MM-DD"),
        valid_to: v.to?.format("YYYY-MM-DD"),
        attachment_id: v.attachment_id,
      },
      { onError: (e) => void placeErrors(form, e, pick) },
    );
  return (
    <Modal
      open={open}
      title={t("customer.licence.add")}
      okText={t("ui.submit")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" onFinish={send} initialValues={{ kind: "business" }} clearOnDestroy>
        <Form.Item name="kind" label={t("customer.licence.kind")} rules={must(t("customer.licence.kind"))}>
          <Select options={optionsOf(licenceKindNames, t)} />
        </Form.Item>
        <Form.Item name="number" label={t("customer.licence.number")} rules={must(t("customer.licence.number"))}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="issuer" label={t("customer.licence.issuer")} rules={must(t("customer.licence.issuer"))}>
          <Input maxLength={120} />
        </Form.Item>
        <div className="form-grid">
          <Form.Item name="from" label={t("customer.licence.validFrom")} rules={must(t("customer.licence.validFrom"))}>
            <DatePicker style={{ width: "100%" }} />
          </Form.Item>
          <Form.Item name="to" label={`${t("customer.licence.validTo")} (${t("ui.optional")})`}>
            <DatePicker style={{ width: "100%" }} placeholder={t("customer.licence.longTerm")} />
          </Form.Item>
        </div>
        <Form.Item name="attachment_id" label={t("customer.licence.scan")} rules={must(t("customer.licence.scan"))}>
          <AttachmentUpload purpose="licence" label={t("customer.licence.scan")} />
        </Form.Item>
        <ErrorNote error={act.error} compact />
      </Form>
    </Modal>
  );
}
