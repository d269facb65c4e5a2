import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ForceMajeure } from "@/api/signing";
import { useText } from "@/i18n";
import { AttachmentLink } from "@/ui/Attachment";
import { Empty } from "@/ui/Page";

type Pause = "clocks" | "payment" | "service" | "maintenance";
type Props = { rows: readonly ForceMajeure[]; linked?: boolean; actions?: (m: ForceMajeure) => ReactNode };

/** Events of force majeure: whom they affect, what they pause, how long they have lasted. */
export function ForceTable({ rows, linked, actions }: Props) {
  const { t } = useText();
  if (rows.length === 0) return <Empty why={t("signing.force.none")} />;
  return (
    <table className="table life-table" aria-label={t("signing.force.title")}>
      <thead>
        <tr>
          <th scope="col">{t("life.number")}</th>
          <th scope="col">{t("signing.force.what")}</th>
          <th scope="col">{t("signing.force.pauses")}</th>
          <th scope="col">{t("signing.force.startsOn")}</th>
          <th scope="col">{t("signing.force.lastDay")}</th>
          {actions && <th scope="col">{t("ui.actions")}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((m) => (
          <tr key={m.id}>
            <td className="num">
              {linked ? <Link to={`/contracts/${m.contract_id}?tab=changes`}>{m.number}</Link> : m.number.slice(-3)}
            </td>
            <td>
              {m.what}
              <div className="meta">
                {t("signing.force.side")}：{t(m.side === "provider" ? "contract.sign.provider" : "contract.sign.customer")}
              </div>
              {m.attachment_id && <AttachmentLink file={{ id: m.attachment_id, name: t("signing.force.proof") }} />}
            </td>
            <td>{((m.pauses ?? []) as Pause[]).map((p) => t(`signing.force.${p}`)).join("、") || "—"}</td>
            <td className="num">{m.starts_on}</td>
            <td>
              {m.ends_on ? (
                <>
                  <span className="num">{m.ends_on}</span>
                  <div className="meta">{t("signing.force.lasted", { n: m.days })}</div>
                </>
              ) : (
                <>
                  {t("signing.force.lasts")} · {t("signing.force.days", { n: m.days })}
                  <div className="meta">{t("signing.force.over", { day: m.over_on ?? "" })}</div>
                </>
              )}
            </td>
            {actions && <td>{actions(m)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
