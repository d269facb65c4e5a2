import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, InputNumber, Radio, Select } from "antd";
import { useState } from "react";
import { type Freeze, freezesQuery, liftFreeze, type NewCheck, recordCheck } from "@/api/corner";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { Page, Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import { ChecksTable } from "./ChecksTable";
import { howNames } from "./names";

/** What support may do for customers: under a check on record, and seen by the customer. */
export function SupportPage() {
  const { t } = useText();
  const { can } = useSession();
  const [checking, setChecking] = useState(false);
  const record = useAct(recordCheck, { onDone: () => setChecking(false), quiet: true });
  return (
    <Page
      title={t("nav.support")}
      actions={
        can("support.check") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setChecking(true)}>
            {t("corner.check")}
          </Button>
        )
      }
    >
      <Panel title={t("corner.freezes")} flush>
        <Freezes />
      </Panel>
      <Panel title={t("corner.checks")} flush>
        <ChecksTable embedded />
      </Panel>
      <FormDialog<NewCheck>
        open={checking}
        title={t("corner.check")}
        sentence={t("corner.checkHint")}
        confirm={t("corner.check")}
        busy={record.isPending}
        error={record.error}
        initial={{ kind: "identity", how: "callback", hours: 24 }}
        onAct={(v) => record.mutate(v)}
        onClose={() => setChecking(false)}
      >
        <CheckFields />
      </FormDialog>
    </Page>
  );
}

function CheckFields() {
  const { t } = useText();
  const { can } = useSession();
  const must = useMust();
  return (
    <>
      <Form.Item name="customer_id" label={t("ticket.customer")} rules={must(t("ticket.customer"))}>
        {can("customer.read") ? <CustomerSelect /> : <Input />}
      </Form.Item>
      <Form.Item name="kind" label={t("corner.checks")}>
        <Radio.Group
          options={[
            { value: "identity", label: t("corner.checkKind.identity") },
            { value: "authority", label: t("corner.checkKind.authority") },
          ]}
        />
      </Form.Item>
      <Form.Item name="how" label={t("corner.howLabel")}>
        <Select options={Object.keys(howNames).map((h) => ({ value: h, label: nameOf(howNames, h, t) }))} />
      </Form.Item>
      <Form.Item name="person" label={t("corner.person")} rules={must(t("corner.person"))}>
        <Input maxLength={50} />
      </Form.Item>
      <Form.Item name="grounds" label={t("corner.grounds")} rules={must(t("corner.grounds"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="purpose" label={t("corner.purpose")} rules={must(t("corner.purpose"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="hours" label={t("corner.hours")}>
        <InputNumber min={1} max={72} precision={0} />
      </Form.Item>
      {can("document.write") && (
        <Form.Item name="document_id" label={t("corner.document")}>
          <AttachmentUpload purpose="support_check" />
        </Form.Item>
      )}
    </>
  );
}

function Freezes() {
  const { t } = useText();
  const [lifting, setLifting] = useState<Freeze | null>(null);
  const lift = useAct(liftFreeze, { onDone: () => setLifting(null) });
  const columns: Column<Freeze>[] = [
    { key: "at", title: t("corner.at"), always: true, render: (f) => <Instant at={f.frozen_at} /> },
    { key: "customer", title: t("ticket.customer"), render: (f) => f.customer_name },
    { key: "by", title: t("corner.by"), render: (f) => f.frozen_by },
    { key: "reason", title: t("corner.reason"), render: (f) => f.reason },
    {
      key: "lift",
      title: "",
      always: true,
      render: (f) =>
        allows(f, "lift") && (
          <Button size="small" onClick={() => setLifting(f)}>
            {t("corner.lift")}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        id="freezes"
        label={t("corner.freezes")}
        columns={columns}
        query={freezesQuery}
        rowKey={(f) => f.id}
        embedded
        empty={{ why: t("corner.noFreezes") }}
      />
      <AskReason
        open={lifting !== null}
        title={`${t("corner.lift")} · ${lifting?.customer_name ?? ""}`}
        confirm={t("corner.lift")}
        hint={t("corner.liftHint")}
        busy={lift.isPending}
        onAct={(reason) => lifting && lift.mutate({ id: lifting.id, reason })}
        onClose={() => setLifting(null)}
      />
    </>
  );
}
