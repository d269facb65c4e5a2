import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { acceptProposal, declineProposal, type Proposal, proposalsQuery, rulesKey } from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { ErrorNote } from "@/ui/ErrorNote";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { ReasonDialog } from "./ReasonDialog";

/** Hits that reviewers hold to be false: each goes into the draft as an exception, or is declined with a reason. */
export function AlarmsTab() {
  const { t } = useText();
  const [all, setAll] = useState(false);
  const [accepting, setAccepting] = useState<Proposal | null>(null);
  const [declining, setDeclining] = useState<Proposal | null>(null);
  const query = useQuery(proposalsQuery(all ? undefined : "proposed"));
  const accept = useAct(acceptProposal, {
    touches: [rulesKey],
    quiet: true,
    done: t("rules.done.accepted"),
    onDone: () => setAccepting(null),
  });
  const decline = useAct(declineProposal, {
    touches: [rulesKey],
    done: t("rules.done.declined"),
    onDone: () => setDeclining(null),
  });
  return (
    <Panel
      flush
      extra={
        <Segmented
          size="small"
          value={all ? "all" : "proposed"}
          onChange={(v) => setAll(v === "all")}
          options={[
            { value: "proposed", label: t("rules.alarm.waiting") },
            { value: "all", label: t("rules.alarm.all") },
          ]}
        />
      }
      title={t("rules.tab.alarms")}
    >
      <Loaded query={query} rows={4}>
        {(data) =>
          (data.items ?? []).length === 0 ? (
            <Empty why={t("rules.alarm.none")} next={t("rules.alarm.noneNext")} />
          ) : (
            <div className="table-wrap" data-whole>
              <table className="table plain" aria-label={t("rules.tab.alarms")}>
                <thead>
                  <tr>
                    <th scope="col">{t("rules.alarm.in")}</th>
                    <th scope="col">{t("rules.alarm.rule")}</th>
                    <th scope="col">{t("rules.alarm.from")}</th>
                    <th scope="col">{t("rules.list.state")}</th>
                    <th scope="col" aria-label={t("rules.alarm.accept")} />
                  </tr>
                </thead>
                <tbody>
                  {(data.items ?? []).map((p) => (
                    <tr key={p.id}>
                      <td>
                        <Marked context={p.context} word={p.word} />
                        {p.note && <p className="meta">{p.note}</p>}
                      </td>
                      <td>
                        <Link className="mono" to="/rules/$key" params={{ key: `rule:${p.rule}` } as never}>
                          {p.rule}
                        </Link>
                      </td>
                      <td>
                        <Link className="num" to={`/batches/${p.batch_id}`}>
                          {p.batch_number}
                        </Link>{" "}
                        <span className="meta num">{t("rules.about.messages", { count: formatCount(p.messages) })}</span>
                        <p className="meta">
                          {p.created_by_name} <Instant at={p.created_at} />
                        </p>
                      </td>
                      <td>
                        <StateTag kind="falseAlarm" state={p.state} />
                        {p.decided_reason && (
                          <p className="meta">{t("rules.alarm.declinedBecause", { reason: p.decided_reason })}</p>
                        )}
                      </td>
                      <td>
                        <span className="row-actions">
                          {allows(p, "accept") && (
                            <Button size="small" type="primary" onClick={() => setAccepting(p)}>
                              {t("rules.alarm.accept")}
                            </Button>
                          )}
                          {allows(p, "decline") && (
                            <Button size="small" onClick={() => setDeclining(p)}>
                              {t("rules.alarm.decline")}
                            </Button>
                          )}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {accepting && (
        <Accept
          proposal={accepting}
          busy={accept.isPending}
          error={accept.error}
          onClose={() => {
            accept.reset();
            setAccepting(null);
          }}
          onAct={(context) => accept.mutate({ id: accepting.id, context })}
        />
      )}
      {declining && (
        <ReasonDialog
          open
          title="rules.alarm.decline"
          label="ui.reason"
          busy={decline.isPending}
          onClose={() => setDeclining(null)}
          onAct={(reason) => decline.mutate({ id: declining.id, reason })}
        />
      )}
    </Panel>
  );
}

/** The context with the hit in it marked. */
function Marked({ context, word }: { context: string; word: string }) {
  const at = context.indexOf(word);
  if (at < 0) return <span>{context}</span>;
  return (
    <span lang="zh-CN">
      {context.slice(0, at)}
      <mark className="hit" data-weight="hold">
        {word}
      </mark>
      {context.slice(at + word.length)}
    </span>
  );
}

type AcceptProps = { proposal: Proposal; busy: boolean; error: unknown; onClose: () => void; onAct: (context: string) => void };

function Accept({ proposal, busy, error, onClose, onAct }: AcceptProps) {
  const { t } = useText();
  const [context, setContext] = useState(proposal.context);
  return (
    <Modal
      open
      title={t("rules.alarm.acceptTitle")}
      okText={t("rules.alarm.accept")}
      cancelText={t("ui.cancel")}
      confirmLoading={busy}
      onOk={() => onAct(context)}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="meta mono">{proposal.rule}</p>
      <label htmlFor="alarm-context">{t("rules.alarm.in")}</label>
      <Input id="alarm-context" value={context} maxLength={40} onChange={(e) => setContext(e.target.value)} />
      <ErrorNote error={error} compact />
    </Modal>
  );
}
