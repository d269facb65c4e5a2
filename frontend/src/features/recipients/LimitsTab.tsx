import { Button, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import type { Category } from "@/api/batches";
import { endLimit, type Limit, limitsQuery, setLimit } from "@/api/recipients";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatCount } from "@/ui/money";
import { categoryNames, nameOf, optionsOf } from "@/ui/names";
import { useAct } from "@/ui/use-act";

type Fields = { category: Category; days: number; most: number; customer_id?: string; reason: string };

/** How often a number may hear from a signature. */
export function LimitsTab() {
  const { t } = useText();
  const { can } = useSession();
  const must = useMust();
  const [setting, setSetting] = useState(false);
  const [ending, setEnding] = useState<string | null>(null);
  const put = useAct(setLimit, { quiet: true, onDone: () => setSetting(false) });
  const end = useAct(endLimit, { onDone: () => setEnding(null) });
  const columns: Column<Limit>[] = [
    { key: "category", title: t("batch.category"), always: true, render: (l) => nameOf(categoryNames, l.category, t) },
    { key: "days", title: t("recipient.limit.days"), render: (l) => t("recipient.limit.days_n", { n: l.days }) },
    {
      key: "most",
      title: t("recipient.limit.most"),
      numeric: true,
      render: (l) => (l.most < 0 ? t("recipient.limit.unlimited") : formatCount(l.most)),
    },
    { key: "customer", title: t("recipient.customer"), render: (l) => l.customer_name || t("recipient.everybody") },
    { key: "reason", title: t("ui.reason"), render: (l) => l.reason || t("recipient.limit.default") },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (l) =>
        l.id &&
        can("recipient.data") && (
          <Button size="small" danger onClick={() => setEnding(l.id)}>
            {t("recipient.limit.end")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        id="recipient-limits"
        label={t("recipient.limit.title")}
        columns={columns}
        query={limitsQuery}
        rowKey={(l) => l.id || `${l.category}.${l.days}`}
        toolbar={
          can("recipient.data") && (
            <Button type="primary" onClick={() => setSetting(true)}>
              {t("recipient.limit.set")}
            </Button>
          )
        }
        empty={{ why: t("recipient.limit.empty") }}
      />
      <FormDialog<Fields>
        open={setting}
        title={t("recipient.limit.set")}
        sentence={t("recipient.limit.hint")}
        confirm={t("recipient.limit.set")}
        busy={put.isPending}
        error={put.error}
        initial={{ category: "marketing", days: 1, most: 3 }}
        onAct={(v) => put.mutate(v)}
        onClose={() => setSetting(false)}
      >
        <Form.Item name="category" label={t("batch.category")}>
          <Select options={optionsOf(categoryNames, t)} />
        </Form.Item>
        <Form.Item name="days" label={t("recipient.limit.days")} rules={must(t("recipient.limit.days"))}>
          <InputNumber min={1} max={31} precision={0} />
        </Form.Item>
        <Form.Item name="most" label={t("recipient.limit.most")} rules={must(t("recipient.limit.most"))}>
          <InputNumber min={-1} max={250} precision={0} />
        </Form.Item>
        <Form.Item name="customer_id" label={t("recipient.add.for")}>
          <CustomerSelect />
        </Form.Item>
        <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
          <Input maxLength={500} />
        </Form.Item>
      </FormDialog>
      <AskReason
        open={ending !== null}
        title={t("recipient.limit.end")}
        confirm={t("recipient.limit.end")}
        busy={end.isPending}
        onAct={(reason) => ending && end.mutate({ id: ending, reason })}
        onClose={() => setEnding(null)}
      />
    </>
  );
}
