import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useState } from "react";
import { billsQuery } from "@/api/bills";
import { customerQuery } from "@/api/customers";
import { type PaymentMethod, recordPayment } from "@/api/payments";
import { useText } from "@/i18n";
import { useBillColumns } from "@/parts/bill-columns";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { DataTable } from "@/ui/DataTable";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Money, MoneyInput } from "@/ui/Money";
import { formatYuan } from "@/ui/money";
import { methodNames, optionsOf } from "@/ui/names";
import { Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";

type Fields = { customer_id: string; amount_fen: number; value_date: Dayjs; method: PaymentMethod; reference: string };

export function NewPaymentPage() {
  const { t, pick } = useText();
  const navigate = useNavigate();
  const [params] = useUrlState();
  const [form] = Form.useForm<Fields>();
  const columns = useBillColumns({ customer: false });
  const [asked, setAsked] = useState<Fields | null>(null);
  const customer = Form.useWatch("customer_id", form);
  const cash = Form.useWatch("method", form) === "cash"; // cash has no number of a bank
  const who = useQuery({ ...customerQuery(customer ?? ""), enabled: !!customer });
  const open = useQuery({
    ...billsQuery({ customer_id: customer ?? "", state: "issued,overdue", limit: "100" }),
    enabled: !!customer,
  });
  const owed = (open.data?.items ?? []).reduce((sum, b) => sum + b.open_fen, 0);
  const today = useBusinessDay();
  useEffect(() => {
    // Offered, not typed: until the business clock is known this is the machine's day, which it then replaces.
    if (!form.isFieldTouched("value_date")) form.setFields([{ name: "value_date", value: dayjs(today), touched: false }]);
  }, [today, form]);

  const act = useAct((v: Fields, key: string) => recordPayment({ ...v, value_date: v.value_date.format("YYYY-MM-DD") }, key), {
    quiet: true,
    done: (p) => t("payment.recorded", { amount: formatYuan(p.amount_fen) }),
    onDone: () => void navigate({ to: "/payments" }),
  });
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const send = () =>
    asked &&
    act.mutate(asked, {
      onError: (e) => {
        setAsked(null);
        placeErrors(form, e, pick);
      },
    });
  const rest = asked ? asked.amount_fen - owed : 0;

  return (
    <Page title={t("nav.newPayment")} crumbs={[{ label: t("nav.payments"), to: "/payments" }]}>
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ method: "transfer", customer_id: params.customer }}
        onFinish={setAsked}
      >
        <Panel>
          <div className="form-grid">
            <Form.Item name="customer_id" label={t("customer.one")} rules={must(t("customer.one"))}>
              <CustomerSelect />
            </Form.Item>
            <Form.Item name="amount_fen" label={t("payment.amount")} rules={must(t("payment.amount"))}>
              <MoneyInput />
            </Form.Item>
            <Form.Item
              name="value_date"
              label={t("payment.valueDate")}
              extra={t("payment.valueDateHint")}
              rules={must(t("payment.valueDate"))}
            >
              <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
            </Form.Item>
            <Form.Item name="method" label={t("payment.method")} rules={must(t("payment.method"))}>
              <Select options={optionsOf(methodNames, t)} />
            </Form.Item>
            <Form.Item
              name="reference"
              label={t("payment.reference")}
              extra={t("payment.referenceHint")}
              rules={cash ? [] : must(t("payment.reference"))}
            >
              <Input maxLength={80} className="num" />
            </Form.Item>
          </div>
          <ErrorNote error={act.error} />
          <div className="actions">
            <Button onClick={() => void navigate({ to: "/payments" })}>{t("ui.cancel")}</Button>
            <Button type="primary" htmlType="submit">
              {t("payment.create")}
            </Button>
          </div>
        </Panel>
      </Form>
      {customer && (
        <DataTable
          embedded
          id="payment-open-bills"
          label={t("payment.openBills")}
          columns={columns}
          query={(p) => billsQuery({ ...p, customer_id: customer, state: "issued,overdue" })}
          rowKey={(b) => b.id}
          href={(b) => `/bills/${b.id}`}
          toolbar={<b>{t("payment.openBills")}</b>}
          empty={{ why: t("payment.noOpenBills") }}
        />
      )}
      <ConfirmTotals
        open={asked !== null}
        title={t("payment.create")}
        sentence={
          asked &&
          t("payment.confirm", {
            customer: who.data?.name ?? "",
            amount: formatYuan(asked.amount_fen),
            date: asked.value_date.format("YYYY-MM-DD"),
          })
        }
        lines={[
          { label: t("payment.owed"), value: <Money fen={owed} sign /> },
          {
            label: t("payment.after"),
            value:
              rest >= 0
                ? t("payment.afterRest", { amount: formatYuan(rest) })
                : t("payment.afterOwed", { amount: formatYuan(-rest) }),
          },
        ]}
        confirm={t("payment.create")}
        busy={act.isPending}
        disabled={!who.data || !open.data} // nobody confirms totals that are not there yet
        onConfirm={send}
        onCancel={() => setAsked(null)}
      />
    </Page>
  );
}
