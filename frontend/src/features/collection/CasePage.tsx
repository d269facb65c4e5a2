import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Case, type CaseEvent, caseQuery } from "@/api/collection";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { AttachmentLink } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { Facts, Figures, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { type CaseAct, CaseDialog } from "./CaseDialog";

const acts = ["note", "cost", "outcome", "write_off", "recover", "close"] as const;

/** A debt in collection: what it is, what it costs, what came of it. */
export function CasePage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(caseQuery(id));
  const [act, setAct] = useState<CaseAct | null>(null);
  const c = query.data;
  useRemember(c && { to: `/collection/${c.id}`, title: `${c.number} ${c.customer_name}`, kind: t("nav.collection") });
  return (
    <Page
      title={<span className="num">{c?.number ?? "…"}</span>}
      name={c?.number ?? t("nav.collection")}
      crumbs={[{ label: t("nav.collection"), to: "/collection" }]}
      aside={c && <StateTag kind="case" state={c.state} />}
      sub={
        c && (
          <>
            <Link to={`/customers/${c.customer_id}`}>{c.customer_name}</Link>
            <Link className="num" to={`/contracts/${c.contract_id}`}>
              {c.contract_number}
            </Link>
          </>
        )
      }
      actions={
        c &&
        acts.map(
          (what) =>
            allows(c, what) && (
              <Button key={what} danger={what === "write_off"} onClick={() => setAct({ what, of: c })}>
                {t(`collection.act.${what}`)}
              </Button>
            ),
        )
      }
    >
      <Loaded query={query}>{(x) => <Record of={x} onAct={setAct} />}</Loaded>
      <CaseDialog act={act} onClose={() => setAct(null)} />
    </Page>
  );
}

function Record({ of: c, onAct }: { of: Case; onAct: (a: CaseAct) => void }) {
  const { t } = useText();
  return (
    <>
      <Figures
        items={[
          { label: t("collection.owed"), value: <Money fen={c.owed_fen} sign /> },
          { label: t("collection.costs"), value: <Money fen={c.costs_fen} sign /> },
          { label: t("collection.writtenOff"), value: <Money fen={c.written_off_fen} sign /> },
          { label: t("collection.recovered"), value: <Money fen={c.recovered_fen} sign /> },
          { label: t("collection.balance"), value: <Money fen={c.balance_fen} sign /> },
        ]}
      />
      <Panel>
        <Facts
          items={[
            { label: t("collection.agency"), value: c.agency },
            { label: t("collection.agencyContact"), value: c.agency_contact || undefined },
            { label: t("collection.handedOn"), value: <span className="num">{c.handed_on}</span> },
            { label: t("collection.handedAmount"), value: <Money fen={c.principal_fen + c.late_fee_fen} sign /> },
            { label: t("collection.outcome"), value: c.outcome ? t(`collection.outcomes.${c.outcome}` as TextKey) : undefined },
            { label: t("ui.reason"), value: c.reason, wide: true },
            c.document_id
              ? { label: t("collection.open"), value: <AttachmentLink file={{ id: c.document_id, name: "PDF" }} /> }
              : false,
          ]}
        />
      </Panel>
      <Panel flush title={t("collection.events")}>
        <table className="table" aria-label={t("collection.events")}>
          <thead>
            <tr>
              <th scope="col">{t("collection.on")}</th>
              <th scope="col">{t("contract.kind")}</th>
              <th scope="col">{t("collection.note")}</th>
              <th scope="col">{t("payment.recordedBy")}</th>
              <th scope="col" data-numeric>
                {`${t("collection.amount")} (${t("ui.money.unit")})`}
              </th>
              <th scope="col">{t("ui.actions")}</th>
            </tr>
          </thead>
          <tbody>
            {[...(c.events ?? [])].reverse().map((e) => (
              <EventRow key={e.id} of={c} event={e} onAct={onAct} />
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  );
}

function EventRow({ of, event: e, onAct }: { of: Case; event: CaseEvent; onAct: (a: CaseAct) => void }) {
  const { t } = useText();
  return (
    <tr>
      <td className="num">{e.on}</td>
      <td>
        {t(`collection.kind.${e.kind}`)} <span className="num">{e.number}</span>
        {e.kind === "write_off" && <div className="meta">{t(`contract.deposit.state.${e.state}`)}</div>}
      </td>
      <td style={{ whiteSpace: "pre-line" }}>
        {e.note} {e.document_id && <AttachmentLink file={{ id: e.document_id, name: "PDF" }} />}
        {e.decision_reason && <div className="meta">{e.decision_reason}</div>}
      </td>
      <td>
        {e.recorded_by_name} <Instant at={e.recorded_at} />
        {e.decided_by_name && <div className="meta">{e.decided_by_name}</div>}
      </td>
      <td data-numeric>{e.amount_fen !== 0 && <Money fen={e.amount_fen} />}</td>
      <td>
        <span className="row-actions">
          {(["approve", "reject"] as const).map(
            (what) =>
              allows(e, what) && (
                <Button
                  key={what}
                  size="small"
                  type={what === "approve" ? "primary" : "default"}
                  danger
                  onClick={() => onAct({ what, of, event: e })}
                >
                  {t(`collection.act.${what}`)}
                </Button>
              ),
          )}
        </span>
      </td>
    </tr>
  );
}
