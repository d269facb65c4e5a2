import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { customerSignaturesQuery, type Signature, submitSignature } from "@/api/signatures";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Instant } from "@/ui/Instant";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";

export function SignaturesTab({ customer }: { customer: string }) {
  const { t } = useText();
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  const columns: Column<Signature>[] = [
    { key: "text", title: t("customer.signature.text"), always: true, render: (s) => `【${s.text}】` },
    { key: "state", title: t("ui.state"), render: (s) => <StateTag kind="signature" state={s.state} /> },
    {
      key: "proof",
      title: t("customer.signature.proof"),
      render: (s) =>
        s.proof_attachment_id && <AttachmentLink file={{ id: s.proof_attachment_id, name: t("customer.signature.proof") }} />,
    },
    { key: "submitted", title: t("customer.licence.submittedAt"), render: (s) => <Instant at={s.submitted_at} /> },
    { key: "reason", title: t("ui.reason"), render: (s) => s.reason },
  ];
  return (
    <>
      <DataTable
        embedded
        id="customer-signatures"
        label={t("customer.signatures")}
        columns={columns}
        query={(p) => customerSignaturesQuery(customer, p)}
        rowKey={(s) => s.id}
        toolbar={
          can("signature.write") && (
            <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
              {t("customer.signature.add")}
            </Button>
          )
        }
        empty={{ why: t("customer.signature.empty"), next: t("customer.signature.emptyNext") }}
      />
      <SignatureDialog customer={customer} open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

type Fields = { text: string; proof_attachment_id?: string };

function SignatureDialog({ customer, open, onClose }: { customer: string; open: boolean; onClose: () => void }) {
  const { t, pick } = useText();
  const [form] = Form.useForm<Fields>();
  const act = useAct(submitSignature, { quiet: true, done: t("customer.signature.submitted"), onDone: onClose });
  return (
    <Modal
      open={open}
      title={t("customer.signature.add")}
      okText={t("ui.submit")}
      cancelText={t("ui.cancel")}
      confirmLoading={act.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        clearOnDestroy
        onFinish={(v) => act.mutate({ customer_id: customer, ...v }, { onError: (e) => void placeErrors(form, e, pick) })}
      >
        <Form.Item
          name="text"
          label={t("customer.signature.text")}
          extra={t("customer.signature.textHint")}
          rules={[{ required: true, message: t("ui.required", { name: t("customer.signature.text") }) }]}
        >
          <Input prefix="【" suffix="】" maxLength={20} />
        </Form.Item>
        <Form.Item
          name="proof_attachment_id"
          label={t("customer.signature.proof")}
          rules={[{ required: true, message: t("ui.required", { name: t("customer.signature.proof") }) }]}
        >
          <AttachmentUpload purpose="signature" label={t("customer.signature.proof")} />
        </Form.Item>
        <ErrorNote error={act.error} compact />
      </Form>
    </Modal>
  );
}
