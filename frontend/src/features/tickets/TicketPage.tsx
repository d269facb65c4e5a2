import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { actOnTicket, replyTicket, type Ticket, ticketQuery } from "@/api/corner";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { AttachmentLink, AttachmentUpload } from "@/ui/Attachment";
import { useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { nameOf } from "@/ui/names";
import { Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { Due, kindNames } from "./TicketsPage";
import "./tickets.css";

export function TicketPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(ticketQuery(id));
  const x = query.data;
  useRemember(x && { to: `/tickets/${x.id}`, title: `${x.number} ${x.subject}`, kind: t("ticket.one") });
  const act = useAct(actOnTicket);
  return (
    <Page
      title={x?.subject ?? "…"}
      name={x?.number ?? t("ticket.one")}
      crumbs={[{ label: t("nav.tickets"), to: "/tickets" }]}
      aside={x && <StateTag kind="ticket" state={x.state} />}
      sub={
        x && (
          <>
            <span className="num">{x.number}</span>
            <span>{x.customer_name}</span>
            <span>{nameOf(kindNames, x.kind, t)}</span>
            {x.due_at && (
              <span>
                {t("ticket.due")} <Due ticket={x} />
              </span>
            )}
          </>
        )
      }
      actions={
        x && (
          <>
            {allows(x, "take") && <Button onClick={() => act.mutate({ id: x.id, act: "take" })}>{t("ticket.take")}</Button>}
            {allows(x, "close") && <Button onClick={() => act.mutate({ id: x.id, act: "close" })}>{t("ticket.close")}</Button>}
          </>
        )
      }
    >
      <Loaded query={query}>{(ticket) => <Thread ticket={ticket} />}</Loaded>
    </Page>
  );
}

function Thread({ ticket: x }: { ticket: Ticket }) {
  const { t } = useText();
  return (
    <Panel>
      <ol className="thread">
        {(x.posts ?? []).map((p) => (
          <li key={p.seq} data-side={p.side}>
            <span className="meta">
              {p.author} · {p.side === "provider" ? t("ticket.us") : x.customer_name} · <Instant at={p.at} />
            </span>
            <p>{p.text}</p>
            {(p.documents ?? []).map((d) => (
              <AttachmentLink key={d} file={{ id: d, name: t("ticket.attach") }} />
            ))}
          </li>
        ))}
      </ol>
      {allows(x, "reply") && <Reply id={x.id} />}
    </Panel>
  );
}

function Reply({ id }: { id: string }) {
  const { t } = useText();
  const must = useMust();
  const [form] = Form.useForm<{ text: string; document_id?: string }>();
  const reply = useAct(replyTicket, { done: t("ticket.sent"), onDone: () => form.resetFields() });
  return (
    <Form
      form={form}
      layout="vertical"
      className="reply"
      onFinish={(v) => reply.mutate({ id, text: v.text, documents: v.document_id ? [v.document_id] : undefined })}
    >
      <Form.Item name="text" label={t("ticket.reply")} rules={must(t("ticket.text"))}>
        <Input.TextArea rows={4} maxLength={4000} />
      </Form.Item>
      <Form.Item name="document_id">
        <AttachmentUpload purpose="ticket" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={reply.isPending}>
        {t("ticket.reply")}
      </Button>
    </Form>
  );
}
