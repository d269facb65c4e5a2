import { PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { type Cheque, chequesQuery, clearCheque, dishonourCheque, receiveCheque } from "@/api/refunds";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Money, MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";

type Received = {
  customer_id: string;
  number: string;
  bank: string;
  drawer?: string;
  amount_fen: number;
  received_on: Dayjs;
};

/** Cheques: taken in, then cleared or dishonoured by the bank. */
export function ChequesTab() {
  const { t } = useText();
  const { can } = useSession();
  const must = useMust();
  const today = useBusinessDay();
  const [taking, setTaking] = useState(false);
  const [act, setAct] = useState<{ what: "clear" | "dishonour"; cheque: Cheque } | null>(null);
  const take = useAct(receiveCheque, { quiet: true, onDone: () => setTaking(false) });
  const close = useAct(
    ({ what, id, on, reason }: { what: string; id: string; on: string; reason: string }, key: string) =>
      what === "clear" ? clearCheque({ id, on }, key) : dishonourCheque({ id, on, reason }, key),
    { quiet: true, onDone: () => setAct(null) },
  );
  const columns: Column<Cheque>[] = [
    { key: "number", title: t("refund.chequeNumber"), always: true, render: (q) => <span className="num">{q.number}</span> },
    { key: "bank", title: t("refund.chequeBank"), render: (q) => q.bank },
    { key: "customer", title: t("customer.one"), render: (q) => q.customer_name },
    { key: "received", title: t("refund.receivedOn"), render: (q) => <span className="num">{q.received_on}</span> },
    { key: "state", title: t("ui.state"), render: (q) => <StateTag kind="cheque" state={q.state} /> },
    { key: "closed", title: t("refund.clearedOn"), render: (q) => <span className="num">{q.closed_on ?? "—"}</span> },
    {
      key: "amount",
      title: `${t("refund.amount")} (${t("ui.money.unit")})`,
      numeric: true,
      render: (q) => <Money fen={q.amount_fen} />,
    },
    {
      key: "actions",
      title: t("ui.actions"),
      render: (q) => (
        <span className="row-actions">
          {allows(q, "clear") && (
            <Button size="small" type="primary" onClick={() => setAct({ what: "clear", cheque: q })}>
              {t("refund.clear")}
            </Button>
          )}
          {allows(q, "dishonour") && (
            <Button size="small" danger onClick={() => setAct({ what: "dishonour", cheque: q })}>
              {t("refund.dishonour")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        embedded
        id="cheques"
        label={t("refund.cheques")}
        columns={columns}
        query={chequesQuery}
        rowKey={(q) => q.id}
        toolbar={
          can("payment.record") && (
            <Button size="small" icon={<PlusOutlined />} onClick={() => setTaking(true)}>
              {t("refund.receiveCheque")}
            </Button>
          )
        }
        empty={{ why: t("refund.noCheques"), next: t("refund.chequeHint") }}
      />
      <FormDialog<Received>
        open={taking}
        title={t("refund.receiveCheque")}
        sentence={t("refund.chequeHint")}
        confirm={t("refund.receiveCheque")}
        busy={take.isPending}
        error={take.error}
        initial={{ received_on: dayjs(today) }}
        onAct={(v) => take.mutate({ ...v, received_on: v.received_on.format("YYYY-MM-DD") })}
        onClose={() => setTaking(false)}
      >
        <Form.Item name="customer_id" label={t("customer.one")} rules={must(t("customer.one"))}>
          <CustomerSelect />
        </Form.Item>
        <Form.Item name="number" label={t("refund.chequeNumber")} rules={must(t("refund.chequeNumber"))}>
          <Input maxLength={40} className="num" />
        </Form.Item>
        <Form.Item name="bank" label={t("refund.chequeBank")} rules={must(t("refund.chequeBank"))}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="drawer" label={t("refund.drawer")}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="amount_fen" label={t("refund.amount")} rules={must(t("refund.amount"))}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="received_on" label={t("refund.receivedOn")} rules={must(t("refund.receivedOn"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
      </FormDialog>
      <FormDialog<{ on: Dayjs; reason?: string }>
        open={act !== null}
        title={act ? t(`refund.${act.what}`) : ""}
        danger={act?.what === "dishonour"}
        sentence={act && `${act.cheque.customer_name} ${act.cheque.number} ${formatYuan(act.cheque.amount_fen)}`}
        confirm={act ? t(`refund.${act.what}`) : ""}
        busy={close.isPending}
        error={close.error}
        initial={{ on: dayjs(today) }}
        onAct={(v) =>
          act && close.mutate({ what: act.what, id: act.cheque.id, on: v.on.format("YYYY-MM-DD"), reason: v.reason ?? "" })
        }
        onClose={() => setAct(null)}
      >
        <Form.Item name="on" label={t("ui.date")} rules={must(t("ui.date"))}>
          <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
        </Form.Item>
        {act?.what === "dishonour" && (
          <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
            <Input.TextArea rows={2} maxLength={200} />
          </Form.Item>
        )}
      </FormDialog>
    </>
  );
}
