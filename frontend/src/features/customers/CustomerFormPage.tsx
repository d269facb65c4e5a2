import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { type Customer, type CustomerFields, changeCustomer, createCustomer, customerQuery } from "@/api/customers";
import { useText } from "@/i18n";
import { ContactFields } from "@/parts/ContactFields";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { Loaded } from "@/ui/Loading";
import { Page, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { useDraft } from "@/ui/use-draft";

export function NewCustomerPage() {
  const { t } = useText();
  return (
    <Page title={t("nav.newCustomer")} crumbs={[{ label: t("nav.customers"), to: "/customers" }]}>
      <CustomerForm />
    </Page>
  );
}

export function EditCustomerPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(customerQuery(id));
  return (
    <Page
      title={t("nav.editCustomer")}
      crumbs={[
        { label: t("nav.customers"), to: "/customers" },
        { label: query.data?.name ?? "…", to: `/customers/${id}` },
      ]}
    >
      <Loaded query={query}>{(customer) => <CustomerForm customer={customer} />}</Loaded>
    </Page>
  );
}

/** The API takes whole contacts: an e-mail address that was left out is an empty one. */
const whole = (v: CustomerFields): CustomerFields => ({
  ...v,
  contacts: (v.contacts ?? []).map((c) => ({ ...c, email: c.email ?? "" })),
});

function CustomerForm({ customer }: { customer?: Customer }) {
  const { t, pick } = useText();
  const navigate = useNavigate();
  const [form] = Form.useForm<CustomerFields>();
  const draft = useDraft(form, customer ? undefined : "customer.new");
  const act = useAct(
    (v: CustomerFields, key: string) =>
      customer ? changeCustomer({ ...whole(v), id: customer.id, version: customer.version }) : createCustomer(whole(v), key),
    {
      quiet: true,
      done: t(customer ? "customer.saved" : "customer.created"),
      onDone: (c) => {
        draft.forget();
        void navigate({ to: `/customers/${c.id}` });
      },
    },
  );
  const must = (name: string) => ({ required: true, whitespace: true, message: t("ui.required", { name }) });
  return (
    <Form<CustomerFields>
      form={form}
      layout="vertical"
      initialValues={customer ?? { contacts: [{}], ...draft.initial }}
      onValuesChange={draft.keep}
      onFinish={(v) => act.mutate(v, { onError: (e) => void placeErrors(form, e, pick) })}
    >
      <div className="stack" style={{ gap: 16 }}>
        <Panel title={t("customer.basics")}>
          <div className="form-grid">
            <Form.Item name="name" label={t("customer.name")} rules={[must(t("customer.name"))]}>
              <Input autoFocus={!customer} maxLength={200} />
            </Form.Item>
            <Form.Item
              name="uscc"
              label={t("customer.creditCode")}
              extra={t("customer.creditCodeHint")}
              normalize={(v: string) => v.toUpperCase().replace(/\s/g, "")}
              rules={[must(t("customer.creditCode"))]}
            >
              <Input maxLength={18} className="num" disabled={customer !== undefined} />
            </Form.Item>
            <Form.Item name="legal_rep" label={t("customer.legal")} rules={[must(t("customer.legal"))]}>
              <Input maxLength={80} />
            </Form.Item>
            <Form.Item name="industry" label={t("customer.industry")}>
              <Input maxLength={80} />
            </Form.Item>
            <Form.Item name="address" label={t("customer.address")} rules={[must(t("customer.address"))]} className="wide">
              <Input maxLength={300} />
            </Form.Item>
            <Form.Item name="bank_name" label={t("customer.bank")}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item name="bank_account" label={t("customer.account")}>
              <Input maxLength={40} className="num" />
            </Form.Item>
          </div>
        </Panel>
        <Panel title={t("customer.contacts")}>
          <ContactFields />
        </Panel>
        <ErrorNote error={act.error} />
      </div>
      <div className="form-foot">
        <span className="meta">{draft.note}</span>
        <div className="grow" />
        <Button onClick={() => void navigate({ to: customer ? `/customers/${customer.id}` : "/customers" })}>
          {t("ui.cancel")}
        </Button>
        <Button type="primary" htmlType="submit" loading={act.isPending}>
          {t("ui.save")}
        </Button>
      </div>
    </Form>
  );
}
