import { Button } from "antd";
import { useState } from "react";
import type { Bill } from "@/api/bills";
import { type BillNote, decideNote, noteDocument } from "@/api/notes";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { EntryTable } from "@/parts/EntryTable";
import { Money } from "@/ui/Money";
import { formatFen } from "@/ui/money";
import { Panel } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

/** A note's amount as it changes the bill: credits below zero. */
export const signed = (n: Pick<BillNote, "kind" | "total_fen">) => (n.kind === "credit" ? -n.total_fen : n.total_fen);

/** The notes of a bill, and those that wait for a second person. */
export function BillNotes({ bill }: { bill: Bill }) {
  const { t } = useText();
  const [refused, setRefused] = useState<string | null>(null);
  const decide = useAct(decideNote, { onDone: () => setRefused(null) });
  const notes = bill.notes ?? [];
  const waiting = bill.note_requests ?? [];
  const unit = ` (${t("ui.money.unit")})`;
  if (notes.length + waiting.length === 0) return null;
  return (
    <Panel flush title={t("note.title")}>
      {waiting.map((r) => (
        <div key={r.id} className="panel-body" role="status">
          <p>
            <b>{t("note.waiting")}</b> ·{" "}
            {t("note.askedBy", {
              name: r.requested_by_name,
              kind: t(r.kind === "credit" ? "note.credit" : "note.debit"),
              amount: formatFen(r.amount_fen),
              reason: r.reason,
            })}
          </p>
          {r.available_actions?.includes("approve") && (
            <>
              <Button
                type="primary"
                size="small"
                loading={decide.isPending}
                onClick={() => decide.mutate({ id: r.id, approve: true })}
              >
                {t("note.approve")}
              </Button>{" "}
              <Button size="small" onClick={() => setRefused(r.id)}>
                {t("note.refuse")}
              </Button>
            </>
          )}
        </div>
      ))}
      {notes.length > 0 && (
        <table className="table plain" aria-label={t("note.title")}>
          <thead>
            <tr>
              <th scope="col">{t("note.number")}</th>
              <th scope="col">{t("note.on")}</th>
              <th scope="col">{t("note.reason")}</th>
              <th scope="col" data-numeric>
                {t("bill.amount") + unit}
              </th>
            </tr>
          </thead>
          <tbody>
            {notes.map((n) => (
              <tr key={n.id}>
                <td>
                  <a className="num" href={noteDocument(n.id)} target="_blank" rel="noreferrer" title={t("note.pdf")}>
                    {n.number}
                  </a>
                  <div className="meta">{t(n.kind === "credit" ? "note.credit" : "note.debit")}</div>
                </td>
                <td>
                  <span className="num">{n.on}</span>
                  {n.due_on && (
                    <div className="meta num">
                      {t("note.due")} {n.due_on}
                    </div>
                  )}
                </td>
                <td>
                  {n.reason}
                  <div className="meta">
                    {n.requested_by_name}
                    {n.approved_by_name && ` / ${n.approved_by_name}`}
                  </div>
                </td>
                <td data-numeric>
                  <Money fen={signed(n)} explain={<Lines note={n} bill={bill} />} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <AskReason
        open={refused !== null}
        title={t("note.refuse")}
        confirm={t("note.refuse")}
        busy={decide.isPending}
        onAct={(reason) => refused && decide.mutate({ id: refused, approve: false, reason })}
        onClose={() => setRefused(null)}
      />
    </Panel>
  );
}

function Lines({ note, bill }: { note: BillNote; bill: Bill }) {
  const entries = (bill.entries ?? []).filter((e) => e.document_id === note.id);
  return (
    <>
      <dl>
        {(note.lines ?? []).map((l, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an issued note never move
          <div key={i}>
            <dt>{l.description}</dt>
            <dd>
              <Money fen={l.amount_fen} />
            </dd>
          </div>
        ))}
      </dl>
      {entries.length > 0 && <EntryTable entries={entries} />}
    </>
  );
}
