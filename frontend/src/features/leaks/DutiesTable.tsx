import { Button } from "antd";
import type { Leak, LeakDuty } from "@/api/leaks";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { StateTag } from "@/ui/StateTag";
import { formatInstant } from "@/ui/time";
import { DueAt } from "./DueAt";
import type { LeakAct } from "./LeakDialog";

/** Whom a leak must be told to, until when and why, and the proof that it was. */
export function DutiesTable({ of: l, act }: { of: Leak; act: (a: LeakAct) => void }) {
  const { t } = useText();
  return (
    <table className="table plain" aria-label={t("leak.duties")}>
      <thead>
        <tr>
          {(["leak.duties", "leak.dueAt", "ui.state", "leak.proof", "ui.actions"] as const).map((key) => (
            <th key={key} scope="col">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(l.duties ?? []).map((d) => (
          <tr key={d.id}>
            <td>
              <b>{t(`leak.duty.${d.kind}`)}</b>
              <div className="meta">
                {d.customer_name}
                {d.people > 0 && ` · ${t("leak.peopleOf", { count: d.people })}`}
              </div>
            </td>
            <td>
              <DueAt of={d} />
              <div className="meta">{d.basis}</div>
            </td>
            <td style={{ whiteSpace: "nowrap" }}>
              <StateTag kind="leakDuty" state={d.state} />
            </td>
            <td>
              <Proof of={d} />
            </td>
            <td>
              {allows(l, "duty") && d.state === "due" && (
                <span className="row-actions">
                  <Button size="small" onClick={() => act({ what: "meet", of: l, duty: d })}>
                    {t("leak.meet")}
                  </Button>
                  {d.kind === "persons" && (
                    <Button size="small" onClick={() => act({ what: "waive", of: l, duty: d })}>
                      {t("leak.waive")}
                    </Button>
                  )}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Proof({ of: d }: { of: LeakDuty }) {
  const { t } = useText();
  if (d.state === "waived") return <span className="meta">{d.reason}</span>;
  if (d.state !== "done") return null;
  return (
    <>
      {d.told} · {d.way} <Instant at={d.done_at} />
      <div className="meta">
        {d.done_by_name} {d.reference} {d.document_id && <AttachmentLink file={{ id: d.document_id, name: t("leak.proof") }} />}
      </div>
      {d.kind === "customer" && !d.document_id && (
        <div className={d.reached ? "meta" : "bad"}>
          {d.proof.returned
            ? t("leak.returned")
            : d.proof.read_at
              ? t("leak.readAt", { at: formatInstant(d.proof.read_at) })
              : d.reached
                ? t("leak.mailed")
                : t("leak.unread")}
        </div>
      )}
    </>
  );
}
