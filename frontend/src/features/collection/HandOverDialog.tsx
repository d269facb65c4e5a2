import { useQuery } from "@tanstack/react-query";
import { DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { billsQuery } from "@/api/bills";
import { openCase } from "@/api/collection";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { AttachmentUpload } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { formatYuan } from "@/ui/money";
import { useAct } from "@/ui/use-act";

type Fields = {
  customer: string;
  contract_id: string;
  agency: string;
  agency_contact?: string;
  handed_on: Dayjs;
  reason: string;
  document_id?: string;
};
type Props = { open: boolean; onClose: () => void; onDone: (id: string) => void };

/** What a contract owes overdue goes to a lawyer or an agency. */
export function HandOverDialog({ open, onClose, onDone }: Props) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const [customer, setCustomer] = useState<string>();
  const overdue = useQuery({
    ...billsQuery({ customer_id: customer ?? "", state: "overdue", limit: "200" }),
    enabled: !!customer && open,
  });
  const contracts = new Map<string, { number: string; owed: number }>();
  for (const b of overdue.data?.items ?? []) {
    const c = contracts.get(b.contract_id) ?? { number: b.contract_number, owed: 0 };
    contracts.set(b.contract_id, { ...c, owed: c.owed + b.open_fen });
  }
  const act = useAct(openCase, {
    quiet: true,
    onDone: (c) => {
      onClose();
      onDone(c.id);
    },
  });
  return (
    <FormDialog<Fields>
      open={open}
      title={t("collection.open")}
      sentence={t("collection.openHint")}
      confirm={t("collection.open")}
      busy={act.isPending}
      error={act.error}
      initial={{ handed_on: dayjs(today) }}
      onAct={({ customer: _, ...v }) => act.mutate({ ...v, handed_on: v.handed_on.format("YYYY-MM-DD") })}
      onClose={() => {
        act.reset();
        onClose();
      }}
    >
      <Form.Item
        name="customer"
        label={t("customer.one")}
        rules={must(t("customer.one"))}
        getValueFromEvent={(id: string) => {
          setCustomer(id);
          return id;
        }}
      >
        <CustomerSelect />
      </Form.Item>
      <Form.Item name="contract_id" label={t("contract.one")} rules={must(t("contract.one"))}>
        <Select
          loading={overdue.isFetching}
          options={[...contracts].map(([value, c]) => ({ value, label: `${c.number} · ${formatYuan(c.owed)}` }))}
        />
      </Form.Item>
      <Form.Item name="agency" label={t("collection.agency")} rules={must(t("collection.agency"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="agency_contact" label={t("collection.agencyContact")}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="handed_on" label={t("collection.handedOn")} rules={must(t("collection.handedOn"))}>
        <DatePicker style={{ width: "100%" }} maxDate={dayjs(today)} />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
      <Form.Item name="document_id">
        <AttachmentUpload purpose="collection" />
      </Form.Item>
    </FormDialog>
  );
}
