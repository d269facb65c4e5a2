import { FilePdfOutlined, LineChartOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, Select } from "antd";
import { useState } from "react";
import {
  type Contract,
  changeContract,
  contractQuery,
  createContract,
  type Draft,
  takeStep,
  templateQuery,
  templatesQuery,
} from "@/api/contracts";
import { plansQuery } from "@/api/plans";
import { formDraftQuery } from "@/api/signing";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { summary } from "@/parts/plan-summary";
import { Loaded } from "@/ui/Loading";
import { Empty, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { Blanks } from "./Blanks";
import { PreviewDialog } from "./PreviewDialog";
import { TrialDialog } from "./TrialDialog";

export function NewContractPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const templates = useQuery(templatesQuery);
  const list = templates.data?.items ?? [];
  const picked = list.find((x) => `${x.id}/${x.version}` === params.template) ?? (list.length === 1 ? list[0] : undefined);
  const { lang } = useText();
  const plans = useQuery({ ...plansQuery(picked?.kind), enabled: !!picked });
  const offered = (plans.data?.items ?? []).flatMap((p) => {
    const version = p.versions?.find((v) => v.on_offer);
    return version ? [{ plan: p, version }] : [];
  });
  return (
    <Page title={t("nav.newContract")} crumbs={[{ label: t("nav.contracts"), to: "/contracts" }]}>
      <Loaded query={templates}>
        {() => (
          <Panel>
            <Form layout="vertical" component="div">
              <div className="form-grid">
                <Form.Item label={t("contract.customer")} htmlFor="contract-customer" required>
                  <CustomerSelect
                    id="contract-customer"
                    value={params.customer}
                    onChange={(customer) => set({ customer }, { replace: true })}
                  />
                </Form.Item>
                <Form.Item label={t("contract.template")} htmlFor="contract-template" extra={t("contract.templateHint")} required>
                  <Select
                    id="contract-template"
                    value={picked && `${picked.id}/${picked.version}`}
                    onChange={(template: string) => set({ template, plan: undefined }, { replace: true })}
                    options={list.map((x) => ({
                      value: `${x.id}/${x.version}`,
                      label: `${lang === "en" ? x.title.en : x.title.zh} · v${x.version}`,
                    }))}
                  />
                </Form.Item>
                {offered.length > 0 && (
                  <Form.Item label={t("plan.choose")} htmlFor="contract-plan" extra={t("plan.chooseHint")}>
                    <Select
                      id="contract-plan"
                      allowClear
                      value={params.plan}
                      onChange={(plan?: string) => set({ plan }, { replace: true })}
                      options={offered.map(({ plan, version }) => ({
                        value: version.id,
                        label: `${plan.code} v${version.number} · ${summary(version.terms, t)}`,
                      }))}
                    />
                  </Form.Item>
                )}
              </div>
            </Form>
          </Panel>
        )}
      </Loaded>
      {params.customer && picked ? (
        <Editor
          key={`${params.customer}/${picked.id}/${picked.version}/${params.plan ?? ""}`}
          customer={params.customer}
          template={picked.id}
          version={picked.version}
          plan={params.plan}
        />
      ) : (
        templates.data && <Empty why={t("contract.choose")} />
      )}
    </Page>
  );
}

export function EditContractPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(contractQuery(id));
  return (
    <Page
      title={t("nav.editContract")}
      crumbs={[
        { label: t("nav.contracts"), to: "/contracts" },
        { label: query.data?.number ?? "…", to: `/contracts/${id}` },
      ]}
    >
      <Loaded query={query}>
        {(c) => <Editor contract={c} customer={c.customer_id} template={c.template_id} version={c.template_version} />}
      </Loaded>
    </Page>
  );
}

type EditorProps = { contract?: Contract; customer: string; template: string; version: number; plan?: string };

function Editor({ contract, customer, template, version, plan }: EditorProps) {
  const { t } = useText();
  const navigate = useNavigate();
  const query = useQuery(templateQuery(template, version, customer, plan));
  const draftName = `contract.${contract?.id ?? customer}.${template}.${version}`;
  const kept = useQuery(formDraftQuery(draftName));
  const [previewed, setPreviewed] = useState<Draft | null>(null);
  const [tried, setTried] = useState<Draft | null>(null);
  const draft = (values: Record<string, string>): Draft => ({
    customer_id: customer,
    template_id: template,
    template_version: version,
    plan_version_id: plan,
    values,
  });
  const save = useAct(
    async (v: { values: Record<string, string>; submit: boolean }, key: string) => {
      const saved = contract
        ? await changeContract({ id: contract.id, version: contract.version, values: v.values })
        : await createContract(draft(v.values), key);
      if (v.submit) await takeStep({ id: saved.id, step: { do: "submit" } }, `${key}-submit`);
      return saved;
    },
    { quiet: true, done: t("contract.created"), onDone: (c) => void navigate({ to: `/contracts/${c.id}` }) },
  );
  return (
    <Loaded query={kept.isPending ? { ...query, data: undefined, isPending: true } : query}>
      {(tpl) => (
        <>
          <Blanks
            template={tpl}
            values={contract?.values}
            draftName={draftName}
            kept={kept.data}
            error={save.error}
            busy={save.isPending}
            onSave={(values, submit) => save.mutateAsync({ values, submit })}
            extra={(values) => (
              <>
                <Button icon={<LineChartOutlined />} onClick={() => setTried(draft(values()))}>
                  {t("trial.open")}
                </Button>
                <Button icon={<FilePdfOutlined />} onClick={() => setPreviewed(draft(values()))}>
                  {t("contract.preview")}
                </Button>
              </>
            )}
          />
          <TrialDialog
            of={tried && { template_id: template, template_version: version, values: tried.values }}
            parts={Number(tried?.values.included) || 1000}
            onClose={() => setTried(null)}
          />
          <PreviewDialog draft={previewed} onClose={() => setPreviewed(null)} />
        </>
      )}
    </Loaded>
  );
}
