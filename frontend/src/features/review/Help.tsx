import { Modal } from "antd";
import { type TextKey, useText } from "@/i18n";

const keys: readonly (readonly [string, TextKey])[] = [
  ["A", "review.act.approve"],
  ["R", "review.act.refuse"],
  ["1–9", "review.reasons"],
  ["↵", "review.act.finish"],
  ["J", "review.act.next"],
  ["K", "review.act.previous"],
  ["N", "review.act.nextHit"],
  ["]", "review.act.nextBatch"],
  ["[", "review.act.previousBatch"],
  ["S", "review.samples"],
  ["F", "rules.alarm.report"],
  ["T", "review.act.take"],
  ["L", "review.act.release"],
  ["Z", "review.act.undoHelp"],
  ["E", "review.act.escalate"],
  ["X", "review.act.takedown"],
  ["H", "review.act.handOver"],
  ["M", "review.act.addNote"],
  ["?", "review.act.help"],
];

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal open={open} title={t("review.act.help")} footer={null} onCancel={onClose} width={420}>
      <dl className="desk-keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <p className="meta">{t("review.keysHelp")}</p>
    </Modal>
  );
}
