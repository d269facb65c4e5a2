import { CheckCircleOutlined, ExclamationCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { Desk } from "@/api/review";
import { type TextKey, useText } from "@/i18n";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf } from "@/ui/names";
import { Facts } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { Decisions } from "./Decisions";
import { Known } from "./Known";
import { useReasonName } from "./reasons";
import type { DeskControl } from "./use-desk";

const checkNames: Readonly<Record<string, TextKey>> = {
  contract: "review.check.contract",
  category: "review.check.category",
  hours: "review.check.hours",
  daily_cap: "review.check.daily_cap",
  batch_rules: "review.check.batch_rules",
  authority: "review.check.authority",
};

/** Why a contract may not send, as the server tells it: `ended, suspended:licence`. */
const hindrances = (detail: string) =>
  detail
    .split(", ")
    .filter(Boolean)
    .map((why) => (why.startsWith("suspended:") ? `contract.reason.${why.slice(10)}` : `batch.hold.${why}`) as TextKey);

/** What helps to judge: what the system checked, how this customer's batches went before, what was decided and why. */
export function Context({ data, desk, onNote }: { data: Desk; desk: DeskControl; onNote: () => void }) {
  const { t, pick } = useText();
  const reasonName = useReasonName();
  const { record } = data;
  const detail = ({ code, detail = "" }: NonNullable<Desk["checks"]>[number]) => {
    if (code === "contract")
      return hindrances(detail)
        .map((key) => t(key))
        .join("、");
    if (code === "category") return nameOf(categoryNames, detail, t);
    if (code !== "batch_rules") return detail;
    const words = (hit: string) => {
      const reason = data.batch.reasons?.find((r) => r.code === hit);
      return reason ? pick(reason.detail, reason.detail_en) : reasonName(hit);
    };
    return detail.split(", ").map(words).join("、");
  };
  const past = data.past ?? [];
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
      <Known data={data} onNote={onNote} />
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
              {p.approved === null
                ? `${t("review.messages", { count: formatCount(p.messages) })} · ${t("review.held", { count: formatCount(p.hold) })}`
                : t("review.similarWhat", { approved: formatCount(p.approved), refused: formatCount(p.refused ?? 0) })}{" "}
              {(p.reason_codes ?? []).map(reasonName).join("、")}
            </span>
          </li>
        ))}
      </ul>
      <Decisions data={data} desk={desk} />
    </aside>
  );
}
