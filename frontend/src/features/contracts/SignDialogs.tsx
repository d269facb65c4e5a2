import { FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Checkbox, Form, Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { attachmentHref } from "@/api/attachments";
import type { Amendment } from "@/api/contract-life";
import { type Contract, contractDocument } from "@/api/contracts";
import { signInPortal, statementQuery } from "@/api/signing";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Loaded } from "@/ui/Loading";
import { useAct } from "@/ui/use-act";
import "./signing.css";

type Props = { contract: Contract; amendment?: Amendment; way: "sign_online" | "e_sign" | null; onClose: () => void };
type Fields = { agree: boolean; password?: string };

/** Signs for the side of whoever is signed in: the sentence with the text's hash, the text itself, a tick, and by key the password again. */
export function SignInPortal({ contract, amendment, way, onClose }: Props) {
  const { t, pick } = useText();
  const [form] = Form.useForm<Fields>();
  const sign = useAct(signInPortal, { quiet: true, done: t("signing.done"), onDone: onClose });
  // What is being signed is not asked for again: once it is signed there is nothing left to sign.
  const query = useQuery({ ...statementQuery(contract.id, amendment?.id), enabled: way !== null && !sign.isPending });
  const [shown, setShown] = useState("");
  useEffect(() => {
    if (sign.error) placeErrors(form, sign.error, pick);
  }, [sign.error, form, pick]);
  const href = amendment?.form_attachment_id ? attachmentHref(amendment.form_attachment_id) : contractDocument(contract.id);
  const title = way ? t(`signing.${way}`) : shown;
  return (
    <Modal
      open={way !== null}
      title={`${title} · ${amendment?.number ?? contract.number}`}
      okText={title}
      cancelText={t("ui.cancel")}
      confirmLoading={sign.isPending}
      okButtonProps={{ disabled: !query.data }}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterOpenChange={(open) => open && way && setShown(t(`signing.${way}`))}
      destroyOnHidden
      width={640}
    >
      <Loaded query={query} rows={3}>
        {(s) => (
          <Form<Fields>
            form={form}
            layout="vertical"
            requiredMark={false}
            clearOnDestroy
            onFinish={({ password }) => sign.mutate({ id: contract.id, amendment: amendment?.id, sha256: s.sha256, password })}
          >
            <blockquote className="statement">{s.statement}</blockquote>
            <p>
              <a href={href} target="_blank" rel="noreferrer">
                <FilePdfOutlined aria-hidden /> {t("signing.read")}
              </a>
            </p>
            <Form.Item
              name="agree"
              valuePropName="checked"
              rules={[{ validator: (_, v) => (v ? Promise.resolve() : Promise.reject(new Error(t("signing.mustAgree")))) }]}
            >
              <Checkbox>{t("signing.agree")}</Checkbox>
            </Form.Item>
            {way === "e_sign" && (
              <Form.Item
                name="password"
                label={t("signing.password")}
                rules={[{ required: true, message: t("ui.required", { name: t("signing.password") }) }]}
              >
                <Input.Password autoComplete="current-password" maxLength={1024} />
              </Form.Item>
            )}
            <p className="meta">{t("signing.evidenceHint")}</p>
            <ErrorNote error={sign.error} compact />
          </Form>
        )}
      </Loaded>
    </Modal>
  );
}
