import { Modal } from "antd";
import type { ReactNode } from "react";
import { useText } from "@/i18n";

type Props = {
  open: boolean;
  title: string;
  /** One sentence with the totals: what will happen, to how many, for how much. */
  sentence: ReactNode;
  lines?: readonly { label: string; value: ReactNode }[];
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  disabled?: boolean;
  /** In pixels, where the usual one is too narrow. */
  width?: number;
  children?: ReactNode;
  onConfirm: () => void;
  onCancel: () => void;
};

/** Money and sending can't be undone by a key, so they are confirmed with their totals in words and figures. */
export function ConfirmTotals({
  open,
  title,
  sentence,
  lines,
  confirm,
  danger,
  busy,
  disabled,
  width,
  children,
  onConfirm,
  onCancel,
}: Props) {
  const { t } = useText();
  return (
    <Modal
      open={open}
      width={width}
      title={title}
      okText={confirm}
      cancelText={t("ui.cancel")}
      okButtonProps={{ danger, disabled }}
      confirmLoading={busy}
      onOk={onConfirm}
      onCancel={onCancel}
      destroyOnHidden
    >
      <p className="totals-sentence">{sentence}</p>
      {lines && (
        <dl className="totals">
          {lines.map((l) => (
            <div key={l.label}>
              <dt>{l.label}</dt>
              <dd className="num">{l.value}</dd>
            </div>
          ))}
        </dl>
      )}
      {children}
    </Modal>
  );
}
