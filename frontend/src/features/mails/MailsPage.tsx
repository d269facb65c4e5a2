import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Mail, mailsQuery, returnMail, sendMailAgain } from "@/api/mails";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { useAct } from "@/ui/use-act";

const pages: Readonly<Record<string, string>> = {
  bill: "/bills/",
  contract: "/contracts/",
  batch: "/batches/",
  customer: "/customers/",
};

/** What customers were told by e-mail, with the proof that their mail server took it. */
export function MailsPage() {
  const { t } = useText();
  const again = useAct((id: string, key: string) => sendMailAgain(id, key), { done: t("mail.queued") });
  const [bounced, setBounced] = useState<Mail | null>(null);
  const giveBack = useAct(returnMail, { done: t("mail.bouncedDone"), onDone: () => setBounced(null) });
  const columns: Column<Mail>[] = [
    {
      key: "subject",
      title: t("mail.subject"),
      always: true,
      render: (m) => {
        const page = pages[m.object_type];
        return page ? <Link to={`${page}${m.object_id}`}>{m.subject}</Link> : m.subject;
      },
    },
    { key: "to", title: t("mail.to"), render: (m) => (m.recipients ?? []).join(", ") || <span className="meta">—</span> },
    { key: "state", title: t("ui.state"), render: (m) => <StateTag kind="mail" state={m.state} /> },
    { key: "at", title: t("mail.written"), render: (m) => <Instant at={m.at} /> },
    {
      key: "done",
      title: t("mail.done"),
      render: (m) => (m.done_at ? <Instant at={m.done_at} precision="second" /> : <span className="meta">—</span>),
    },
    { key: "proof", title: t("mail.proof"), render: (m) => <span className="meta">{m.response}</span> },
    { key: "file", title: t("mail.file"), render: (m) => m.attachment ?? <span className="meta">—</span> },
    {
      key: "actions",
      title: t("ui.actions"),
      always: true,
      render: (m) => (
        <span className="row-actions">
          {allows(m, "again") && (
            <Button size="small" loading={again.isPending && again.variables === m.id} onClick={() => again.mutate(m.id)}>
              {t("mail.again")}
            </Button>
          )}
          {allows(m, "return") && (
            <Button size="small" onClick={() => setBounced(m)}>
              {t("mail.bounced")}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Page title={t("nav.mails")}>
      <DataTable
        id="mails"
        label={t("nav.mails")}
        columns={columns}
        query={mailsQuery}
        rowKey={(m) => m.id}
        filters={[{ key: "state", label: t("ui.state"), options: stateOptions("mail", t) }]}
        empty={{ why: t("mail.empty"), next: t("mail.emptyNext") }}
      />
      <AskReason
        open={bounced !== null}
        title={t("mail.bounced")}
        hint={t("mail.bouncedHint")}
        confirm={t("mail.bounced")}
        busy={giveBack.isPending}
        onAct={(reason) => bounced && giveBack.mutate({ id: bounced.id, reason })}
        onClose={() => setBounced(null)}
      />
    </Page>
  );
}
