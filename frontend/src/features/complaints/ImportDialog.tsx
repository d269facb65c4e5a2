import { Button, Modal, Select } from "antd";
import { useRef, useState } from "react";
import { importComplaints } from "@/api/complaints";
import { useText } from "@/i18n";
import { carriers } from "@/parts/chain/names";
import { useAct } from "@/ui/use-act";

/** A carrier's file of complaints: what became of each line. */
export function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, pick } = useText();
  const [carrier, setCarrier] = useState<(typeof carriers)[number]>("cmcc");
  const input = useRef<HTMLInputElement>(null);
  const run = useAct(importComplaints);
  const sheet = run.data;
  return (
    <Modal
      open={open}
      title={t("complaint.import")}
      footer={null}
      onCancel={() => {
        run.reset();
        onClose();
      }}
      width={680}
      destroyOnHidden
    >
      <p>{t("complaint.importHint")}</p>
      <div className="row-actions">
        <Select
          aria-label={t("complaint.source.carrier")}
          value={carrier}
          onChange={setCarrier}
          style={{ width: 160 }}
          options={carriers.map((c) => ({ value: c, label: t(`complaint.carriers.${c}`) }))}
        />
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,.txt,.xlsx"
          aria-label={t("complaint.importChoose")}
          onChange={(e) => {
            const file = e.target.files?.[0];
            if (file) run.mutate({ carrier, file });
            e.target.value = "";
          }}
        />
        <Button type="primary" loading={run.isPending} onClick={() => input.current?.click()}>
          {t("complaint.importChoose")}
        </Button>
      </div>
      {sheet && (
        <>
          <p role="status">{t("complaint.imported", { taken: sheet.taken, known: sheet.known, bad: sheet.bad })}</p>
          <table className="table" aria-label={t("complaint.import")}>
            <tbody>
              {sheet.lines.map((l) => (
                <tr key={l.line}>
                  <td className="num">{t("complaint.line", { line: l.line })}</td>
                  <td className="num">{l.carrier_ref}</td>
                  <td className={l.problem ? "bad" : undefined}>
                    {l.problem ? pick(l.problem, l.problem_en ?? l.problem) : l.known ? t("complaint.known") : l.number}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Modal>
  );
}
