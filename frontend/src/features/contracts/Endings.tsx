import { FilePdfOutlined } from "@ant-design/icons";
import { attachmentHref } from "@/api/attachments";
import type { Ending } from "@/api/contract-life";
import type { Cause } from "@/api/contracts";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { nameOf } from "@/ui/names";
import { causes } from "./causes";
import { LifeState } from "./LifeState";
import "./life.css";

/** A paper that we made, as a PDF. */
export function Paper({ id, name }: { id: string; name: string }) {
  return (
    <a href={attachmentHref(id)} target="_blank" rel="noreferrer" aria-label={`PDF ${name}`}>
      <FilePdfOutlined aria-hidden /> PDF
    </a>
  );
}

/** Every termination with its clock, its state and its papers. */
export function Endings({ rows }: { rows: readonly Ending[] }) {
  const { t } = useText();
  return (
    <table className="table life-table" aria-label={t("life.endings")}>
      <thead>
        <tr>
          <th scope="col">{t("life.number")}</th>
          <th scope="col">{t("contract.terminate.cause")}</th>
          <th scope="col">{t("life.clock")}</th>
          <th scope="col">{t("life.lastDay")}</th>
          <th scope="col">{t("ui.state")}</th>
          <th scope="col">{t("life.notice")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((e) => (
          <tr key={e.id}>
            <td className="num">{e.number.slice(-3)}</td>
            <td>
              {nameOf(causes, e.cause as Cause, t)}
              <div className="meta">{e.reason}</div>
            </td>
            <td className="num">
              {e.clock_days > 0
                ? t("life.clockOf", { from: e.starts_on ?? "", days: e.clock_days + e.paused_days })
                : t("life.noClock")}
            </td>
            <td className="num">{e.last_day}</td>
            <td>
              <LifeState ending={e.state} />
              <div className="meta">
                {[
                  e.requested_by_name && `${t("life.requestedBy")} ${e.requested_by_name}`,
                  e.decided_by_name && `${t("life.decidedBy")} ${e.decided_by_name}`,
                  e.closed_reason,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </div>
            </td>
            <td>
              <span className="life-papers">
                {e.notice_attachment_id && <Paper id={e.notice_attachment_id} name={e.number} />}
                {e.attachment_id && <AttachmentLink file={{ id: e.attachment_id, name: t("life.scan") }} />}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
