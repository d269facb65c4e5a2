import { Link } from "@tanstack/react-router";
import { type Reply, repliesQuery } from "@/api/sending";
import { useText } from "@/i18n";
import { type Column, DataTable } from "@/ui/DataTable";
import { Instant } from "@/ui/Instant";
import { Page } from "@/ui/Page";

/** What recipients wrote back: to the provider all of it, to a customer its own. */
export function RepliesPage() {
  const { t } = useText();
  const columns: Column<Reply>[] = [
    { key: "at", title: t("sending.reply.at"), always: true, render: (r) => <Instant at={r.at} precision="second" /> },
    { key: "phone", title: t("sending.reply.phone"), render: (r) => <span className="num">{r.phone}</span> },
    {
      key: "text",
      title: t("sending.reply.text"),
      always: true,
      render: (r) => (
        <>
          {r.text}{" "}
          {r.opt_out && (
            <span className="state" data-tone="warn">
              {t("sending.reply.optOut")}
            </span>
          )}
        </>
      ),
    },
    { key: "code", title: t("sending.reply.code"), render: (r) => <span className="num">{r.service_code}</span> },
    {
      key: "batch",
      title: t("sending.batch"),
      render: (r) =>
        r.batch_id ? <Link to={`/batches/${r.batch_id}`}>{t("sending.batch")}</Link> : <span className="meta">—</span>,
    },
  ];
  return (
    <Page title={t("nav.replies")} sub={t("sending.reply.hint")}>
      <DataTable
        id="replies"
        label={t("nav.replies")}
        columns={columns}
        query={repliesQuery}
        rowKey={(r) => r.id}
        empty={{ why: t("sending.reply.none") }}
      />
    </Page>
  );
}
