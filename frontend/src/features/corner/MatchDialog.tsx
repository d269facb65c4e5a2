import { CheckCircleOutlined, SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Input, Radio } from "antd";
import { useDeferredValue, useState } from "react";
import { matchProof, type Proof, type SuggestedPayment, suggestedPaymentsQuery } from "@/api/corner";
import { useText } from "@/i18n";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { ErrorNote } from "@/ui/ErrorNote";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { Empty } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import "./corner.css";

type Props = { proof: Proof; onClose: () => void };

/** Finds the payment that a proof is about among what the customer paid; the likeliest stand first, with what speaks for each. */
export function MatchDialog({ proof, onClose }: Props) {
  const { t } = useText();
  const [chosen, setChosen] = useState<string>();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const found = useQuery({ ...suggestedPaymentsQuery(proof.id, q), placeholderData: keepPreviousData });
  const match = useAct(matchProof, { quiet: true, done: t("proof.matched"), onDone: onClose });
  return (
    <ConfirmTotals
      open
      title={t("proof.match")}
      sentence={t("proof.matchHint")}
      lines={[
        { label: t("proof.payer"), value: proof.payer },
        { label: t("proof.amount"), value: <Money fen={proof.amount_fen} sign /> },
        { label: t("proof.paidOn"), value: proof.paid_on },
        { label: t("proof.reference"), value: proof.reference || "—" },
      ]}
      confirm={t("proof.match")}
      busy={match.isPending}
      disabled={!chosen}
      onConfirm={() => chosen && match.mutate({ id: proof.id, payment_id: chosen })}
      onCancel={onClose}
    >
      <Input
        aria-label={t("proof.findPayment")}
        placeholder={t("proof.findPayment")}
        prefix={<SearchOutlined aria-hidden />}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <Loaded query={found}>
        {({ items }) =>
          items?.length ? (
            <Radio.Group className="suggestions" value={chosen} onChange={(e) => setChosen(e.target.value)}>
              {items.map((s) => (
                <Radio key={s.id} value={s.id}>
                  <One payment={s} />
                </Radio>
              ))}
            </Radio.Group>
          ) : (
            <Empty why={t("proof.noPayment")} next={t("proof.noPaymentNext")} />
          )
        }
      </Loaded>
      <ErrorNote error={match.error} compact />
    </ConfirmTotals>
  );
}

function One({ payment: s }: { payment: SuggestedPayment }) {
  const { t } = useText();
  const reasons = [
    s.same_reference && t("proof.sameReference"),
    s.same_amount && t("proof.sameAmount"),
    s.near && t("proof.near"),
    s.taken && t("proof.taken"),
  ].filter(Boolean);
  return (
    <>
      <span className="num">{s.value_date}</span> <Money fen={s.amount_fen} sign /> <span className="num">{s.number}</span>{" "}
      {s.sure && (
        <span className="state" data-tone="ok">
          <CheckCircleOutlined aria-hidden /> {t("proof.sure")}
        </span>
      )}
      <div className="meta">{[s.reference, ...reasons].filter(Boolean).join(" · ")}</div>
    </>
  );
}
