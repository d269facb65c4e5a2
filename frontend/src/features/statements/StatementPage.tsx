import { CheckOutlined, FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { confirmStatement, disputeStatement, type Statement, statementDocument, statementQuery } from "@/api/statements";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { Disputes } from "@/parts/Disputes";
import { TakeDialog } from "@/parts/TakeDialog";
import { useRemember } from "@/session/recent";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount } from "@/ui/money";
import { Facts, Figures, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { Charges, Movements } from "./StatementParts";
import { OpenBills, UsageDays } from "./StatementTables";

export function StatementPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(statementQuery(id));
  const s = query.data;
  useRemember(s && { to: `/statements/${s.id}`, title: `${s.number} ${s.customer_name}`, kind: t("statement.one") });
  return (
    <Page
      title={<span className="num">{s?.number ?? "…"}</span>}
      name={s?.number ?? t("statement.one")}
      crumbs={[{ label: t("nav.statements"), to: "/statements" }]}
      aside={s && <StateTag kind="statement" state={s.state} />}
      sub={
        s && (
          <>
            <Link to={`/customers/${s.customer_id}`}>{s.customer_name}</Link>
            <Link className="num" to={`/contracts/${s.contract_id}`}>
              {s.contract_number}
            </Link>
            <span className="num">{s.period}</span>
          </>
        )
      }
      actions={s && <Actions statement={s} />}
    >
      <Loaded query={query}>{(statement) => <Record statement={statement} />}</Loaded>
    </Page>
  );
}

function Actions({ statement: s }: { statement: Statement }) {
  const { t } = useText();
  const { session } = useSession();
  const own = Boolean(session.user.customer_id);
  const [asked, setAsked] = useState<"confirm" | "dispute" | null>(null);
  const close = () => setAsked(null);
  const confirm = useAct(confirmStatement, { onDone: close, done: t("statement.confirmed") });
  const dispute = useAct(disputeStatement, { onDone: close, done: t("note.dispute.done") });
  const may = (act: string) => s.available_actions?.includes(act) ?? false;
  const title = t(own ? "statement.confirm" : "statement.confirmFor");
  return (
    <>
      <Button icon={<FilePdfOutlined />} href={statementDocument(s.id)} target="_blank">
        {t("statement.pdf")}
      </Button>
      {may("dispute") && <Button onClick={() => setAsked("dispute")}>{t("note.act.dispute")}</Button>}
      {may("confirm") && (
        <Button type="primary" icon={<CheckOutlined />} onClick={() => setAsked("confirm")}>
          {title}
        </Button>
      )}
      <AskReason
        open={asked === "confirm"}
        title={`${title} · ${s.number}`}
        confirm={title}
        label={own ? t("ui.note") : t("statement.how")}
        hint={own ? t("statement.confirmOwn") : undefined}
        optional={own}
        busy={confirm.isPending}
        onAct={(remark) => confirm.mutate({ id: s.id, remark })}
        onClose={close}
      />
      <TakeDialog
        open={asked === "dispute"}
        title={`${t("note.act.dispute")} · ${s.number}`}
        confirm={t("note.act.dispute")}
        hint={t("note.form.disputeHint")}
        lines={(s.charges ?? []).filter((c) => c.amount_fen > 0).map((c) => ({ line: c.line, name: c.name, left: c.amount_fen }))}
        busy={dispute.isPending}
        onAct={({ lines, reason }) => dispute.mutate({ id: s.id, lines, reason })}
        onClose={close}
      />
    </>
  );
}

function Record({ statement: s }: { statement: Statement }) {
  const { t } = useText();
  return (
    <>
      <Figures
        items={[
          { label: t("statement.brought"), value: <Money fen={s.brought_fen + s.corrected_fen} sign /> },
          { label: t("statement.charged"), value: <Money fen={s.charged_fen + s.late_fee_fen} sign /> },
          { label: t("statement.paid"), value: <Money fen={s.paid_fen + s.credited_fen} sign /> },
          { label: t("statement.carried"), value: <Money fen={s.carried_fen} sign />, note: s.carried_words },
          { label: t("statement.fresh"), value: <Money fen={s.new_fen} sign /> },
        ]}
      />
      <p className="warn-note" role="note">
        {s.not_waived}
      </p>
      <div className="columns">
        <div>
          <Movements statement={s} />
          <Charges statement={s} />
          {s.disputes && s.disputes.length > 0 && <Disputes disputes={s.disputes} />}
          <OpenBills statement={s} />
        </div>
        <div>
          <Panel title={t("statement.one")}>
            <Facts
              columns={1}
              items={[
                { label: t("statement.period"), value: s.period },
                { label: t("statement.madeOn"), value: s.made_on },
                { label: t("statement.used"), value: formatCount(s.used_parts) },
                s.bill_id !== "" && { label: t("bill.one"), value: <Link to={`/bills/${s.bill_id}`}>{s.bill?.number}</Link> },
                s.decided_at !== null && {
                  label: t("statement.answered"),
                  value: (
                    <>
                      {s.decided_by_name} · {t(s.by_customer ? "statement.byCustomer" : "statement.byUs")} ·{" "}
                      <Instant at={s.decided_at} />
                      {s.remark && <div className="meta">{s.remark}</div>}
                    </>
                  ),
                },
                { label: t("statement.hash"), value: <code className="mono">{s.hash}</code> },
              ]}
            />
          </Panel>
          <UsageDays statement={s} />
        </div>
      </div>
    </>
  );
}
