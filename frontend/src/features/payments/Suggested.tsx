import { CheckCircleOutlined, MinusCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { BankLine, MatchKind, Suggestion } from "@/api/bank";
import { type TextKey, useText } from "@/i18n";
import { nameOf } from "@/ui/names";

export const kindNames: Readonly<Record<MatchKind, TextKey>> = {
  payment: "bank.kind.payment",
  recorded: "bank.kind.recorded",
  refund_returned: "bank.kind.refund_returned",
  refund: "bank.kind.refund",
  deposit_refund: "bank.kind.deposit_refund",
  bounce: "bank.kind.bounce",
};

/** What a line may be, with every reason for and against; or what it was matched to. */
export function Suggested({ line }: { line: BankLine }) {
  const { t } = useText();
  if (line.state === "matched")
    return (
      <span>
        {nameOf(kindNames, line.match_kind as MatchKind, t)} <span className="num">{line.number}</span>
        {line.customer_name && (
          <div className="meta">
            <Link to={`/customers/${line.customer_id}`}>{line.customer_name}</Link>
          </div>
        )}
      </span>
    );
  const best = line.suggestions?.[0];
  return (
    <>
      {line.note && <div>{line.note}</div>}
      {best ? <One suggestion={best} /> : line.state !== "ignored" && <span className="meta">{t("bank.noSuggestion")}</span>}
    </>
  );
}

export function One({ suggestion: s }: { suggestion: Suggestion }) {
  const { t, pick } = useText();
  return (
    <div className="suggested">
      <div>
        <b>{s.customer_name}</b>
        {s.kind !== "payment" && (
          <span>
            {" "}
            · {nameOf(kindNames, s.kind as MatchKind, t)} <span className="num">{s.number}</span>
          </span>
        )}
        {s.sure && (
          <span className="state" data-tone="ok">
            <CheckCircleOutlined aria-hidden /> {t("bank.sureTag")}
          </span>
        )}
      </div>
      <ul>
        {(s.reasons ?? []).map((r) => (
          <li key={r.code} data-against={r.score < 0 || undefined}>
            {r.score > 0 ? (
              <CheckCircleOutlined aria-hidden />
            ) : r.score < 0 ? (
              <WarningOutlined aria-hidden />
            ) : (
              <MinusCircleOutlined aria-hidden />
            )}{" "}
            {pick(r.zh, r.en)}
          </li>
        ))}
      </ul>
    </div>
  );
}
