import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Checkbox, Form, Input, Select } from "antd";
import { useState } from "react";
import { type NewTicket, openTicket, type Ticket, ticketKinds, ticketsQuery } from "@/api/corner";
import { type TextKey, useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { useSession } from "@/session/session";
import { AttachmentUpload } from "@/ui/Attachment";
import { type Column, DataTable } from "@/ui/DataTable";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { nameOf } from "@/ui/names";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

export const kindNames: Readonly<Record<string, TextKey>> = {
  question: "ticket.kind.question",
  batch: "ticket.kind.batch",
  bill: "ticket.kind.bill",
  plan_change: "ticket.kind.plan_change",
  api: "ticket.kind.api",
};

export function TicketsPage() {
  const { t } = useText();
  const { can, session } = useSession();
  const navigate = useNavigate();
  const own = Boolean(session.user.customer_id);
  const [asking, setAsking] = useState(false);
  const open = useAct(openTicket, { quiet: true, onDone: (x) => void navigate({ to: `/tickets/${x.id}` }) });
  const columns: Column<Ticket>[] = [
    { key: "number", title: t("ticket.number"), always: true, render: (x) => <span className="num">{x.number}</span> },
    { key: "subject", title: t("ticket.subject"), render: (x) => x.subject },
    { key: "kind", title: t("ticket.kindLabel"), render: (x) => nameOf(kindNames, x.kind, t) },
    { key: "customer", title: t("ticket.customer"), render: (x) => x.customer_name },
    { key: "state", title: t("ui.state"), render: (x) => <StateTag kind="ticket" state={x.state} /> },
    { key: "due", title: t("ticket.due"), render: (x) => <Due ticket={x} /> },
    { key: "taken", title: t("ticket.taken"), render: (x) => x.taken_by },
    { key: "updated", title: t("ticket.updated"), render: (x) => <Instant at={x.updated_at} /> },
  ];
  return (
    <Page
      title={t("nav.tickets")}
      actions={
        can("ticket.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking(true)}>
            {t("ticket.open")}
          </Button>
        )
      }
    >
      <DataTable
        id="tickets"
        label={t("nav.tickets")}
        columns={columns}
        query={ticketsQuery}
        rowKey={(x) => x.id}
        href={(x) => `/tickets/${x.id}`}
        search={t("ticket.search")}
        filters={[{ key: "state", single: true, label: t("ui.state"), options: stateOptions("ticket", t) }]}
        empty={{ why: t("ticket.empty"), next: own && t("ticket.emptyNext") }}
      />
      <FormDialog<NewTicket & { document_id?: string }>
        open={asking}
        title={t("ticket.open")}
        confirm={t("ticket.open")}
        busy={open.isPending}
        error={open.error}
        initial={{ kind: "question" }}
        onAct={({ document_id, ...v }) => open.mutate({ ...v, documents: document_id ? [document_id] : undefined })}
        onClose={() => setAsking(false)}
      >
        <TicketFields own={own} />
      </FormDialog>
    </Page>
  );
}

function TicketFields({ own }: { own: boolean }) {
  const { t } = useText();
  const must = useMust();
  return (
    <>
      {!own && (
        <Form.Item name="customer_id" label={t("ticket.customer")} rules={must(t("ticket.customer"))}>
          <CustomerSelect />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t("ticket.kindLabel")}>
        <Select options={ticketKinds.map((k) => ({ value: k, label: nameOf(kindNames, k, t) }))} />
      </Form.Item>
      <Form.Item name="subject" label={t("ticket.subject")} rules={must(t("ticket.subject"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="text" label={t("ticket.text")} rules={must(t("ticket.text"))}>
        <Input.TextArea rows={5} maxLength={4000} />
      </Form.Item>
      <Form.Item name="urgent" valuePropName="checked">
        <Checkbox>{t("ticket.urgent")}</Checkbox>
      </Form.Item>
      <Form.Item name="document_id" label={t("ticket.attach")}>
        <AttachmentUpload purpose="ticket" />
      </Form.Item>
    </>
  );
}

export function Due({ ticket: x }: { ticket: Ticket }) {
  const { t } = useText();
  return (
    <>
      <Instant at={x.due_at} /> {x.overdue && <b className="warn-note">{t("ticket.overdue")}</b>}
    </>
  );
}
