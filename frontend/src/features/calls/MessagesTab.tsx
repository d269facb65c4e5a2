import { Button } from "antd";
import { type SystemMessage, sendMessageAgain, systemMessagesQuery } from "@/api/calls";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

/** Notices that went to phones of customers' contacts, with the proof of their delivery. */
export function MessagesTab() {
  const { t } = useText();
  const again = useAct((id: string, key: string) => sendMessageAgain(id, key), { done: t("mail.queued") });
  const columns: Column<SystemMessage>[] = [
    { key: "text", title: t("calls.text"), always: true, render: (m) => m.text },
    {
      key: "phone",
      title: t("calls.phone"),
      render: (m) => (
        <>
          {m.contact} <span className="num meta">{m.phone}</span>
        </>
      ),
    },
    { key: "state", title: t("ui.state"), render: (m) => <StateTag kind="systemMessage" state={m.state} /> },
    { key: "at", title: t("mail.written"), render: (m) => <Instant at={m.at} /> },
    {
      key: "done",
      title: t("mail.done"),
      render: (m) => (m.done_at ? <Instant at={m.done_at} precision="second" /> : <span className="meta">—</span>),
    },
    {
      key: "proof",
      title: t("calls.proof"),
      render: (m) => <span className="meta">{[m.channel, m.code].filter(Boolean).join(" · ") || "—"}</span>,
    },
    {
      key: "again",
      title: "",
      always: true,
      render: (m) =>
        allows(m, "again") && (
          <Button size="small" onClick={() => again.mutate(m.id)}>
            {t("calls.again_send")}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      embedded
      id="system-messages"
      label={t("calls.messages")}
      columns={columns}
      query={systemMessagesQuery}
      rowKey={(m) => m.id}
      filters={[{ key: "state", label: t("ui.state"), options: stateOptions("systemMessage", t) }]}
      empty={{ why: t("calls.messagesEmpty"), next: t("calls.messagesNext") }}
    />
  );
}
