import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Progress } from "antd";
import { useState } from "react";
import {
  type Backtest,
  backtestMessagesQuery,
  backtestQuery,
  type Cell,
  cancelBacktest,
  type RuleMove,
  rulesKey,
} from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { HighlightedText } from "@/ui/Highlighted";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Figures, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { linesOf, Matrix, worry } from "./Matrix";
import { decidedNames } from "./names";
import "./rules.css";

/** One backtest: how far it is, which verdicts would change, which rules do it, and the messages behind each figure. */
export function BacktestPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(backtestQuery(id));
  const cancel = useAct(cancelBacktest, { touches: [rulesKey] });
  const b = query.data;
  return (
    <Page
      title={t("nav.backtest")}
      crumbs={[{ label: t("nav.rules"), to: "/rules" }]}
      aside={b && <StateTag kind="backtest" state={b.state} />}
      sub={
        b && (
          <>
            <span className="num">
              {b.from} – {b.to}
            </span>
            <span>
              {b.created_by} <Instant at={b.created_at} />
            </span>
            <span className="num">{b.base}</span>
          </>
        )
      }
      actions={allows(b, "cancel") && <Button onClick={() => cancel.mutate(id)}>{t("rules.test.cancel")}</Button>}
    >
      <Loaded query={query}>{(data) => <Result test={data} />}</Loaded>
    </Page>
  );
}

function Result({ test: b }: { test: Backtest }) {
  const { t } = useText();
  const { session } = useSession();
  const [cell, setCell] = useState<Cell | null>(null);
  const moves = b.result.moves ?? [];
  const rules = b.result.rules ?? [];
  const mayLook = (session.capabilities ?? []).includes("ruleset.edit");
  const sum = (decided: string) => linesOf(moves).reduce((n, l) => n + (worry(l, decided) ? (l.by[decided] ?? 0) : 0), 0);
  return (
    <>
      {b.state === "running" && (
        <Panel>
          <div role="status">
            {t("rules.test.progress", { done: formatCount(b.done), sample: formatCount(b.sample) })}
            <Progress percent={Math.floor((100 * b.done) / Math.max(b.sample, 1))} size="small" aria-label={t("nav.backtest")} />
            <p className="meta">{t("rules.test.leave")}</p>
          </div>
        </Panel>
      )}
      {b.fault && <p className="warn-note">{b.fault}</p>}
      {b.state === "done" && !b.current && <p className="warn-note">{t("rules.test.stale")}</p>}
      <Figures
        items={[
          { label: t("rules.test.all"), value: formatCount(b.result.messages) },
          { label: t("rules.test.changed"), value: formatCount(b.result.changed) },
          { label: t("rules.test.risk"), value: formatCount(sum("approved")) },
          { label: t("rules.test.loss"), value: formatCount(sum("refused")) },
        ]}
      />
      <Panel flush title={t("rules.test.matrix")} extra={<span className="meta">{mayLook && t("rules.test.matrixHint")}</span>}>
        {b.state === "done" && b.result.changed === 0 && rules.length === 0 ? (
          <Empty why={t("rules.test.noChange")} />
        ) : (
          <Matrix
            moves={moves}
            label={t("rules.test.matrix")}
            split
            chosen={cell ?? undefined}
            onCell={mayLook ? setCell : undefined}
          />
        )}
      </Panel>
      {rules.length > 0 && <Rules rules={rules} onRule={mayLook ? (rule) => setCell({ rule }) : undefined} chosen={cell?.rule} />}
      {cell && <Messages id={b.id} cell={cell} />}
    </>
  );
}

function Rules({ rules, onRule, chosen }: { rules: readonly RuleMove[]; onRule?: (rule: string) => void; chosen?: string }) {
  const { t } = useText();
  return (
    <Panel flush title={t("rules.test.rules")}>
      <div className="table-wrap" data-whole>
        <table className="table" aria-label={t("rules.test.rules")}>
          <thead>
            <tr>
              <th scope="col">{t("rules.one")}</th>
              <th scope="col" data-numeric>
                {t("rules.test.newly")}
              </th>
              <th scope="col" data-numeric>
                {t("rules.test.newlyOnGood")}
              </th>
              <th scope="col" data-numeric>
                {t("rules.test.gone")}
              </th>
              <th scope="col" data-numeric>
                {t("rules.test.goneOnBad")}
              </th>
              <th scope="col" aria-label={t("rules.test.messages")} />
            </tr>
          </thead>
          <tbody>
            {rules.map((r) => (
              <tr key={r.rule}>
                <td>
                  <Link className="mono" to="/rules/$key" params={{ key: `rule:${r.rule}` } as never}>
                    {r.rule}
                  </Link>
                </td>
                <td data-numeric>{formatCount(r.newly)}</td>
                <td data-numeric data-worry={r.newly_on_approved > 0 || undefined}>
                  {formatCount(r.newly_on_approved)}
                </td>
                <td data-numeric>{formatCount(r.gone)}</td>
                <td data-numeric data-worry={r.gone_on_refused > 0 || undefined}>
                  {formatCount(r.gone_on_refused)}
                </td>
                <td>
                  {onRule && (
                    <Button size="small" aria-pressed={chosen === r.rule} onClick={() => onRule(r.rule)}>
                      {t("rules.test.messages")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Messages({ id, cell }: { id: string; cell: Cell }) {
  const { t } = useText();
  const query = useQuery(backtestMessagesQuery(id, cell));
  return (
    <Panel title={t("rules.test.messages")} extra={<span className="meta">{cell.rule}</span>}>
      <Loaded query={query} rows={4}>
        {(data) => (
          <ul className="test-messages">
            {(data.items ?? []).length === 0 && <li className="meta">{t("rules.test.noMessages")}</li>}
            {(data.items ?? []).map((m) => (
              <li key={`${m.batch_id} ${m.seq}`}>
                <p className="meta">
                  <StateTag kind="verdict" state={m.before} /> → <StateTag kind="verdict" state={m.after} />{" "}
                  {nameOf(decidedNames, m.decided, t)} ·{" "}
                  <Link className="num" to={`/batches/${m.batch_id}`}>
                    {m.batch_number}
                  </Link>{" "}
                  <span className="num">{m.phone}</span>
                </p>
                <HighlightedText segments={m.segments} hits={m.hits} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
