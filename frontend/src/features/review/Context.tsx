import { CheckCircleOutlined, ExclamationCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { Desk } from "@/api/review";
import { type TextKey, useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { Facts } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { Known } from "./Known";
import { useReasonName } from "./reasons";

const checkNames: Readonly<Record<string, TextKey>> = {
  contract: "review.check.contract",
  category: "review.check.category",
  hours: "review.check.hours",
  daily_cap: "review.check.daily_cap",
  batch_rules: "review.check.batch_rules",
  authority: "review.check.authority",
};

/** What helps to judge: what the system checked, how this customer's batches went before, what was decided and why. */
export function Context({ data }: { data: Desk }) {
  const { t, pick } = useText();
  const reasonName = useReasonName();
  const { record } = data;
  const detail = ({ code, detail = "" }: NonNullable<Desk["checks"]>[number]) => {
    if (code === "category") return nameOf(categoryNames, detail, t);
    if (code !== "batch_rules") return detail;
    const words = (hit: string) => {
      const reason = data.batch.reasons?.find((r) => r.code === hit);
      return reason ? pick(reason.detail, reason.detail_en) : reasonName(hit);
    };
    return detail.split(", ").map(words).join("、");
  };
  const past = data.past ?? [];
  const decisions = [...(data.decisions ?? [])].reverse();
  return (
    <aside className="desk-side" aria-label={t("review.customer")}>
      <h2>{t("review.checks")}</h2>
      <ul className="checks">
        {(data.checks ?? []).map((c) => (
          <li key={c.code} data-done={c.ok}>
            {c.ok ? (
              <CheckCircleOutlined aria-label={t("ui.yes")} />
            ) : (
              <ExclamationCircleOutlined aria-label={t("ui.no")} className="warn" />
            )}
            <span>
              {nameOf(checkNames, c.code, t)} <span className="meta num">{detail(c)}</span>
            </span>
          </li>
        ))}
      </ul>
      <h2>
        {t("review.customer")} <Link to={`/customers/${data.batch.customer_id}`}>{data.batch.customer_name}</Link>
      </h2>
      <Facts
        columns={2}
        items={[
          { label: t("review.record.batches"), value: formatCount(record.batches) },
          { label: t("review.record.batchesRefused"), value: formatCount(record.batches_refused) },
          { label: t("review.record.messages"), value: formatCount(record.messages) },
          { label: t("review.record.rulesRefused"), value: formatCount(record.messages_refused_by_rules) },
          { label: t("review.record.approved"), value: formatCount(record.messages_approved) },
          { label: t("review.record.escalated"), value: formatCount(record.messages_escalated) },
        ]}
      />
      <Known data={data} />
      <h2>{t("review.past")}</h2>
      {past.length === 0 && <p className="meta">{t("review.pastNone")}</p>}
      <ul className="past">
        {past.map((p) => (
          <li key={p.id}>
            <Link className="num" to={`/batches/${p.id}`}>
              {p.number}
            </Link>
            <StateTag kind="batch" state={p.state} />
            <span className="meta num">
              {t("review.messages", { count: formatCount(p.messages) })} · {t("review.held", { count: formatCount(p.hold) })}
            </span>
          </li>
        ))}
      </ul>
      <h2>{t("review.decisions")}</h2>
      {decisions.length === 0 && <p className="meta">{t("review.decisionsNone")}</p>}
      <ol className="past">
        {decisions.map((d) => (
          <li key={d.n}>
            <span>
              {t(d.choice === "approve" ? "review.approved" : d.choice === "refuse" ? "review.refused" : "review.act.withdraw")}{" "}
              <span className="meta">{(d.reason_codes ?? []).map(reasonName).join("、")}</span>
            </span>
            {d.note && <span className="quiet">{d.note}</span>}
            <span className="meta">
              {d.user_name} · <Instant at={d.at} />
            </span>
          </li>
        ))}
      </ol>
    </aside>
  );
}
