import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useRef, useState } from "react";
import type { BatchTemplate } from "@/api/batch-uploads";
import { type BatchMode, type Category, createBatch } from "@/api/batches";
import { contractsQuery } from "@/api/contracts";
import { customerSignaturesQuery } from "@/api/registrations";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { placeErrors } from "@/ui/form-errors";
import { categoryNames, modeNames, optionsOf } from "@/ui/names";
import { Empty, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { AllowanceNote } from "./AllowanceNote";
import { FileDrop } from "./FileDrop";
import { partsOf } from "./parts";
import { TemplatePreview } from "./TemplatePreview";
import { TemplateSelect } from "./TemplateSelect";
import { startTransfer } from "./transfer";
import "./batches.css";

type Fields = {
  contract_id: string;
  signature_id: string;
  template_id?: string;
  category: Category;
  mode: BatchMode | "registered";
  text?: string;
  scheduled_at?: Dayjs | null;
};

export function NewBatchPage() {
  const { t, pick } = useText();
  const navigate = useNavigate();
  const [params] = useUrlState();
  const [form] = Form.useForm<Fields>();
  const [file, setFile] = useState<File | null>(null);
  const [template, setTemplate] = useState<BatchTemplate | null>(null);
  const client = useQueryClient();
  const submitAtOnce = useRef(true);
  const contracts = useQuery(contractsQuery({ state: "active", limit: "100" }));
  const contractID = Form.useWatch("contract_id", form);
  const mode = Form.useWatch("mode", form) ?? "template";
  const text = Form.useWatch("text", form) ?? "";
  const signatureID = Form.useWatch("signature_id", form);
  const contract = contracts.data?.items?.find((c) => c.id === contractID);
  const signatures = useQuery({
    ...customerSignaturesQuery(contract?.customer_id ?? "", { state: "approved", limit: "100" }),
    enabled: contract !== undefined,
  });
  const signature = signatures.data?.items?.find((s) => s.id === signatureID)?.text;
  const category = Form.useWatch("category", form) ?? "notice";

  // The batch is made first; its file follows in pieces, whatever page is open then.
  const act = useAct(
    async (v: { fields: Fields; file: File }, key: string) => {
      const { scheduled_at, mode, ...rest } = v.fields;
      const own = mode === "registered" ? {} : { mode };
      return createBatch({ ...rest, ...own, scheduled_at: scheduled_at?.format("YYYY-MM-DDTHH:mm:00+08:00") }, key);
    },
    {
      quiet: true,
      onDone: (made) => {
        if (file)
          void startTransfer(made.id, file, submitAtOnce.current, () => client.invalidateQueries({ queryKey: ["batches"] }));
        void navigate({ to: `/batches/${made.id}` });
      },
    },
  );
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  const count = partsOf(text, signature);
  const modes = [{ value: "registered", label: t("batch.template.one") }, ...optionsOf(modeNames, t)];
  const registered = mode === "registered";
  const noTemplate = () => {
    setTemplate(null);
    form.setFieldValue("template_id", undefined);
  };

  return (
    <Page title={t("nav.newBatch")} crumbs={[{ label: t("nav.batches"), to: "/batches" }]}>
      {contracts.data && !contracts.data.items?.length && <Empty why={t("batch.noContract")} next={t("batch.emptyNext")} />}
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ mode: "template", category: "notice", contract_id: params.contract }}
        onFinish={(fields) => file && act.mutate({ fields, file }, { onError: (e) => void placeErrors(form, e, pick) })}
      >
        <div className="stack" style={{ gap: 16 }}>
          <Panel title={t("batch.facts")}>
            <div className="form-grid">
              <Form.Item name="contract_id" label={t("batch.contract")} rules={must(t("batch.contract"))}>
                <Select
                  loading={contracts.isPending}
                  onChange={() => {
                    form.setFieldValue("signature_id", undefined);
                    noTemplate();
                  }}
                  options={contracts.data?.items?.map((c) => ({ value: c.id, label: `${c.number} · ${c.customer_name}` }))}
                />
              </Form.Item>
              <Form.Item name="signature_id" label={t("batch.signature")} rules={must(t("batch.signature"))}>
                <Select
                  disabled={!contract}
                  loading={signatures.isFetching}
                  onChange={noTemplate}
                  options={signatures.data?.items?.map((s) => ({ value: s.id, label: `【${s.text}】` }))}
                />
              </Form.Item>
              <Form.Item name="category" label={t("batch.category")} rules={must(t("batch.category"))}>
                <Select options={optionsOf(categoryNames, t)} disabled={registered && template !== null} />
              </Form.Item>
              <Form.Item
                name="scheduled_at"
                label={`${t("batch.scheduledAt")} (${t("ui.optional")})`}
                extra={t("batch.scheduledHint")}
              >
                <DatePicker
                  showTime={{ format: "HH:mm" }}
                  format="YYYY-MM-DD HH:mm"
                  minDate={dayjs()}
                  style={{ width: "100%" }}
                />
              </Form.Item>
              <Form.Item name="mode" label={t("batch.mode")} className="wide">
                <Radio.Group optionType="button" options={modes} />
              </Form.Item>
              {registered && (
                <Form.Item
                  name="template_id"
                  label={t("batch.template.one")}
                  className="wide"
                  rules={must(t("batch.template.one"))}
                >
                  <TemplateSelect
                    contract={contractID}
                    customer={contract?.customer_id}
                    signature={signatureID}
                    chosen={template}
                    onChoose={(chosen) => {
                      setTemplate(chosen);
                      form.setFieldValue("category", chosen.category);
                    }}
                  />
                </Form.Item>
              )}
              {registered && template && signature && <TemplatePreview template={template} signature={signature} />}
              {!registered && mode !== "text_per_row" && (
                <Form.Item
                  name="text"
                  label={t("batch.text")}
                  className="wide"
                  rules={must(t("batch.text"))}
                  extra={`${t(mode === "template" ? "batch.textTemplateHint" : "batch.textOneHint")} ${t("batch.length", count)}`}
                >
                  <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={1000} />
                </Form.Item>
              )}
            </div>
          </Panel>
          {contract && <AllowanceNote contract={contract.id} signature={signatureID ?? ""} category={category} file={file} />}
          <FileDrop file={file} onFile={setFile} />
          <ErrorNote error={act.error} />
        </div>
        <div className="form-foot">
          <div className="grow" />
          <Button
            htmlType="submit"
            disabled={!file || act.isPending}
            onClick={() => {
              submitAtOnce.current = false;
            }}
          >
            {t("batch.preview.first")}
          </Button>
          <Button
            type="primary"
            htmlType="submit"
            disabled={!file}
            loading={act.isPending}
            onClick={() => {
              submitAtOnce.current = true;
            }}
          >
            {t("batch.upload")}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
