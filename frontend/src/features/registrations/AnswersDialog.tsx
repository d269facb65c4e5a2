import { UploadOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useRef, useState } from "react";
import { type AnswerPreview, type Desk, importAnswers, previewAnswers } from "@/api/registrations";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";

/** A carrier's file of answers: first what it would change, line by line, then the change. */
export function AnswersDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const { t, pick } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [seen, setSeen] = useState<AnswerPreview | null>(null);
  const look = useAct(previewAnswers, { quiet: true, touches: [], onDone: setSeen });
  const take = useAct(importAnswers, { quiet: true, done: t("chain.import.done"), onDone: onClose });
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    setSeen(null);
    setFile(chosen);
    look.mutate({ carrier: desk.carrier, file: chosen });
  };
  const clean = seen !== null && seen.faults.length === 0;
  return (
    <Modal
      open
      width={720}
      title={t("chain.import.title", { carrier: pick(desk.name, desk.name_en) })}
      okText={t("chain.import.confirm")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !clean || seen.new === 0 }}
      confirmLoading={take.isPending}
      onOk={() => file && take.mutate({ carrier: desk.carrier, file })}
      onCancel={onClose}
    >
      <input
        ref={input}
        className="sr-only"
        type="file"
        accept=".xlsx,.csv"
        aria-label={t("chain.import.choose")}
        onChange={(e) => choose(e.target.files?.[0])}
      />
      <Button icon={<UploadOutlined />} loading={look.isPending} onClick={() => input.current?.click()}>
        {file?.name ?? t("chain.import.choose")}
      </Button>
      <ErrorNote error={look.error ?? take.error} compact />
      {seen && (
        <>
          {clean ? (
            <p>{t("chain.import.would", { n: seen.new, same: seen.rows.length - seen.new })}</p>
          ) : (
            <p className="state" data-tone="bad">
              {t("chain.import.faults", { n: seen.faults.length })}
            </p>
          )}
          <table className="chain" style={{ minWidth: 0 }}>
            <tbody>
              {seen.faults.slice(0, 50).map((f) => (
                <tr key={`${f.line}.${f.column}`}>
                  <td className="num">
                    {t("chain.import.line")} {f.line}
                  </td>
                  <td colSpan={3}>{pick(f.detail, f.detail_en)}</td>
                </tr>
              ))}
              {clean &&
                seen.rows.slice(0, 50).map((r) => (
                  <tr key={r.line}>
                    <td>
                      <code className="mono">{r.reference}</code>
                    </td>
                    <td>{r.text}</td>
                    <td>
                      <StateTag kind="filing" state={r.after} />
                    </td>
                    <td>{r.reason}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </>
      )}
    </Modal>
  );
}
