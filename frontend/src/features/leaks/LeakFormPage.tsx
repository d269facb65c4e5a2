import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, InputNumber, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect } from "react";
import { amendLeak, type Leak, type LeakFacts, leakQuery, recordLeak } from "@/api/leaks";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useBusinessDay } from "@/parts/use-business-day";
import { ErrorNote } from "@/ui/ErrorNote";
import { useMust } from "@/ui/FormDialog";
import { placeErrors } from "@/ui/form-errors";
import { Loaded } from "@/ui/Loading";
import { Page, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

const kinds = ["phones", "contents", "names", "identity", "contacts", "accounts", "licences", "bills"] as const;
type Fields = Omit<LeakFacts, "noticed_at" | "from_day" | "to_day"> & { noticed_at: Dayjs; from_day?: Dayjs; to_day?: Dayjs };

export function NewLeakPage() {
  const { t } = useText();
  return (
    <Page title={t("nav.newLeak")} crumbs={[{ label: t("nav.leaks"), to: "/leaks" }]}>
      <LeakForm />
    </Page>
  );
}

export function EditLeakPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(leakQuery(id));
  return (
    <Page
      title={t("leak.edit")}
      crumbs={[
        { label: t("nav.leaks"), to: "/leaks" },
        { label: query.data?.number ?? "…", to: `/leaks/${id}` },
      ]}
    >
      <Loaded query={query}>{(leak) => <LeakForm of={leak} />}</Loaded>
    </Page>
  );
}

const day = (d?: Dayjs) => d?.format("YYYY-MM-DD");
const toFacts = ({ noticed_at, from_day, to_day, people, customers, ...v }: Fields): LeakFacts => ({
  ...v,
  people: people ?? 0,
  customers: (customers ?? []).map((c) => ({ customer_id: c.customer_id, people: c.people ?? 0 })),
  noticed_at: noticed_at.format("YYYY-MM-DDTHH:mm:00+08:00"),
  from_day: day(from_day),
  to_day: day(to_day),
});
const shanghai = (at: string) => dayjs(at.slice(0, 16));
const fromLeak = (l: Leak) => ({
  ...l,
  noticed_at: shanghai(l.noticed_at ?? ""),
  from_day: l.from_day ? dayjs(l.from_day) : undefined,
  to_day: l.to_day ? dayjs(l.to_day) : undefined,
  people: l.people || undefined,
  customers: (l.duties ?? [])
    .filter((d) => d.kind === "customer")
    .map((d) => ({ customer_id: d.customer_id, people: d.people || undefined })),
});

/** What is known of a leak; it may grow later. */
function LeakForm({ of: leak }: { of?: Leak }) {
  const { t, pick } = useText();
  const must = useMust();
  const navigate = useNavigate();
  const today = useBusinessDay();
  const [form] = Form.useForm<Fields>();
  const done = { quiet: true, done: t("leak.done"), onDone: (l: Leak) => void navigate({ to: `/leaks/${l.id}` }) };
  const record = useAct(recordLeak, done);
  const amend = useAct(amendLeak, done);
  const error = record.error ?? amend.error;
  useEffect(() => {
    if (error) placeErrors(form, error, pick);
  }, [error, form, pick]);
  const lines = (name: keyof Fields, label: string, rows: number, optional = false) => (
    <Form.Item name={name} label={label} rules={optional ? [] : must(label)}>
      <Input.TextArea rows={rows} maxLength={rows > 2 ? 4000 : 1000} />
    </Form.Item>
  );
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      style={{ maxWidth: 760 }}
      initialValues={leak ? fromLeak(leak) : { severity: "general", customers: [] }}
      onFinish={(v) => {
        const facts = toFacts(v);
        if (leak) amend.mutate({ id: leak.id, version: leak.version, facts });
        else record.mutate(facts);
      }}
    >
      <div className="stack" style={{ gap: 16 }}>
        <Panel title={t("leak.title")}>
          <Form.Item name="title" label={t("leak.title")} rules={must(t("leak.title"))}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="severity" label={t("leak.severity.label")}>
            <Radio.Group options={(["general", "large"] as const).map((s) => ({ value: s, label: t(`leak.severity.${s}`) }))} />
          </Form.Item>
          <Form.Item name="noticed_at" label={t("leak.noticedAt")} rules={must(t("leak.noticedAt"))}>
            <DatePicker
              allowClear={false}
              showTime={{ format: "HH:mm" }}
              format="YYYY-MM-DD HH:mm"
              maxDate={dayjs(today).endOf("day")}
            />
          </Form.Item>
          <Form.Item name="from_day" label={t("leak.happened")}>
            <DatePicker maxDate={dayjs(today)} />
          </Form.Item>
          {lines("description", t("leak.description"), 4)}
          {lines("cause", t("leak.cause"), 2, true)}
        </Panel>
        <Panel title={t("leak.dataKinds")}>
          <Form.Item name="data_kinds" label={t("leak.dataKinds")} rules={must(t("leak.dataKinds"))}>
            <Select mode="multiple" options={kinds.map((k) => ({ value: k, label: t(`leak.data.${k}`) }))} />
          </Form.Item>
          <Form.Item name="people" label={t("leak.people")}>
            <InputNumber min={0} precision={0} placeholder={t("leak.unknown")} style={{ width: 200 }} />
          </Form.Item>
          {lines("harm", t("leak.harm"), 2)}
          {lines("measures", t("leak.measures"), 4)}
        </Panel>
        <Panel title={t("leak.customers")}>
          <Customers />
        </Panel>
        <ErrorNote error={error} compact />
        <Button type="primary" htmlType="submit" loading={record.isPending || amend.isPending} style={{ alignSelf: "start" }}>
          {t(leak ? "ui.save" : "leak.record")}
        </Button>
      </div>
    </Form>
  );
}

function Customers() {
  const { t } = useText();
  const must = useMust();
  return (
    <Form.List name="customers">
      {(rows, { add, remove }) => (
        <>
          {rows.map((row) => (
            <div key={row.key} className="row-actions">
              <Form.Item
                name={[row.name, "customer_id"]}
                label={t("customer.one")}
                rules={must(t("customer.one"))}
                style={{ flex: 1 }}
              >
                <CustomerSelect />
              </Form.Item>
              <Form.Item name={[row.name, "people"]} label={t("leak.people")}>
                <InputNumber min={0} precision={0} placeholder={t("leak.unknown")} style={{ width: 140 }} />
              </Form.Item>
              <Button type="text" icon={<DeleteOutlined />} aria-label={t("ui.remove")} onClick={() => remove(row.name)} />
            </div>
          ))}
          <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({})}>
            {t("leak.addCustomer")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
