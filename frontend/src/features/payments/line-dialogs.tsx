import { Form, Input } from "antd";
import { type BankLine, type BankMatch, confirmLines, type MatchKind, reopenLine, setAside } from "@/api/bank";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatYuan } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";
import { kindNames, One } from "./Suggested";

type Props = { line: BankLine | null; onClose: () => void };

/** Confirms what a line is: the best suggestion, or a customer whom the person names. */
export function MatchDialog({ line, other, onClose }: Props & { other?: boolean }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(confirmLines, { quiet: true, done: (r) => t("bank.confirmed", { count: r.matched }), onDone: onClose });
  const best = other ? undefined : line?.suggestions?.[0];
  const send = (customer: string) => {
    if (!line) return;
    const match: BankMatch = best
      ? { line_id: line.id, kind: best.kind as MatchKind, customer_id: best.customer_id, document_id: best.document_id }
      : { line_id: line.id, kind: "payment", customer_id: customer };
    act.mutate({
      matches: [match],
      count: 1,
      in_fen: line.direction === "in" ? line.amount_fen : 0,
      out_fen: line.direction === "out" ? line.amount_fen : 0,
    });
  };
  const amount = formatYuan(line?.amount_fen ?? 0);
  return (
    <FormDialog<{ customer_id: string }>
      open={line !== null}
      title={other ? t("bank.chooseCustomer") : t("bank.confirm")}
      sentence={
        best &&
        (best.kind === "payment"
          ? t("bank.confirmOne", { name: line?.name ?? "", amount, customer: best.customer_name })
          : t("bank.confirmDoc", { amount, kind: nameOf(kindNames, best.kind as MatchKind, t), number: best.number ?? "" }))
      }
      lines={
        best?.kind === "payment"
          ? [
              { label: t("bank.owed"), value: formatYuan(best.owed_fen) },
              {
                label: t("bank.willPay"),
                value: (best.bills ?? []).map((b) => `${b.number} ${formatYuan(b.owed_fen)}`).join(" · ") || "—",
              },
            ]
          : undefined
      }
      confirm={t("bank.confirm")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => send(v.customer_id)}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      {best && <One suggestion={best} />}
      {other && (
        <Form.Item name="customer_id" label={t("customer.one")} rules={must(t("customer.one"))}>
          <CustomerSelect />
        </Form.Item>
      )}
    </FormDialog>
  );
}

/** Parks a line until it is known whose it is, or says that it is no customer's money. */
export function AsideDialog({ line, state, onClose }: Props & { state: "parked" | "ignored" }) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(setAside, { quiet: true, done: t("bank.aside"), onDone: onClose });
  const title = state === "parked" ? t("bank.park") : t("bank.ignore");
  return (
    <FormDialog<{ note: string }>
      open={line !== null}
      title={title}
      sentence={line && `${line.on} ${line.name} ${formatYuan(line.amount_fen)}`}
      confirm={title}
      busy={act.isPending}
      error={act.error}
      onAct={({ note }) => line && act.mutate({ line_ids: [line.id], state, note })}
      onClose={onClose}
    >
      <Form.Item name="note" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea autoFocus rows={2} maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}

/** Takes a match back, with what it had made. */
export function ReopenDialog({ line, onClose }: Props) {
  const { t } = useText();
  const must = useMust();
  const act = useAct(reopenLine, { quiet: true, onDone: onClose });
  return (
    <FormDialog<{ reason: string }>
      open={line !== null}
      danger
      title={t("bank.reopen")}
      sentence={line?.match_kind === "payment" ? t("bank.reopenHint") : (line?.purpose ?? null)}
      confirm={t("bank.reopen")}
      busy={act.isPending}
      error={act.error}
      onAct={(v) => line && act.mutate({ id: line.id, reason: v.reason })}
      onClose={onClose}
    >
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea autoFocus rows={2} maxLength={150} />
      </Form.Item>
    </FormDialog>
  );
}
