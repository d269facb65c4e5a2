import { Modal } from "antd";
import { useText } from "@/i18n";
import { type TrialOf, TrialYear } from "./TrialYear";

/** The trial of a form as it stands, whether or not it is finished. */
export function TrialDialog({ of, parts, onClose }: { of: TrialOf | null; parts: number; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal
      open={of !== null}
      onCancel={onClose}
      title={t("trial.title")}
      footer={null}
      width="min(980px, 96vw)"
      style={{ top: 24 }}
      destroyOnHidden
    >
      {of && <TrialYear of={of} parts={parts} />}
    </Modal>
  );
}
