import { CheckCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal, Tag } from "antd";
import { useState } from "react";
import { actOnVersion, type Plan, type PlanVersion, plansQuery, type VersionAct, withdrawPlan } from "@/api/plans";
import { type TextKey, useText } from "@/i18n";
import { termNames } from "@/parts/plan-fields";
import { summary } from "@/parts/plan-summary";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { contractKindNames, nameOf } from "@/ui/names";
import { Empty, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { PlanDialog } from "./PlanDialog";

type Editing = { plan?: Plan; version?: PlanVersion };
type Asking = { title: string; run: (reason: string) => void };

/** What is on offer: plans by code with all their versions, written by one and published by another person. */
export function PlansPage() {
  const { t } = useText();
  const { can } = useSession();
  const plans = useQuery(plansQuery());
  const [editing, setEditing] = useState<Editing | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const act = useAct((v: { id: string; act: VersionAct; reason?: string }, key: string) => actOnVersion(v, key), {
    done: t("plan.done"),
  });
  const withdraw = useAct((v: { id: string; off: boolean; reason: string }, key: string) => withdrawPlan(v, key), {
    done: t("plan.done"),
  });
  return (
    <Page
      title={t("nav.plans")}
      sub={<span className="meta">{t("plan.locked")}</span>}
      actions={
        can("plan.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({})}>
            {t("plan.create")}
          </Button>
        )
      }
    >
      <Loaded query={plans}>
        {({ items }) =>
          (items ?? []).length === 0 ? (
            <Empty why={t("plan.empty")} />
          ) : (
            (items ?? []).map((plan) => (
              <PlanPanel
                key={plan.id}
                plan={plan}
                busy={act.isPending || withdraw.isPending}
                onEdit={(version) => setEditing({ plan, version })}
                onAct={(version, name) =>
                  name === "send-back"
                    ? setAsking({
                        title: `${t("plan.sendBack")} ${plan.code} v${version.number}`,
                        run: (reason) => act.mutate({ id: version.id, act: name, reason }),
                      })
                    : act.mutate({ id: version.id, act: name })
                }
                onWithdraw={(off) =>
                  setAsking({
                    title: `${t(off ? "plan.withdraw" : "plan.offerAgain")} ${plan.code}`,
                    run: (reason) => withdraw.mutate({ id: plan.id, off, reason }),
                  })
                }
              />
            ))
          )
        }
      </Loaded>
      {editing && <PlanDialog {...editing} onClose={() => setEditing(null)} />}
      {asking && <ReasonDialog {...asking} onClose={() => setAsking(null)} />}
    </Page>
  );
}

type PanelProps = {
  plan: Plan;
  busy: boolean;
  onEdit: (version?: PlanVersion) => void;
  onAct: (version: PlanVersion, act: VersionAct) => void;
  onWithdraw: (off: boolean) => void;
};

const acts: readonly { action: string; act: VersionAct; text: TextKey; primary?: boolean }[] = [
  { action: "submit", act: "submit", text: "plan.submit", primary: true },
  { action: "publish", act: "publish", text: "plan.publish", primary: true },
  { action: "send_back", act: "send-back", text: "plan.sendBack" },
  { action: "drop", act: "drop", text: "plan.drop" },
];

function PlanPanel({ plan, busy, onEdit, onAct, onWithdraw }: PanelProps) {
  const { t, pick } = useText();
  const offered = plan.versions?.find((v) => v.on_offer);
  const may = (action: string) => plan.available_actions?.includes(action);
  const drafted = plan.versions?.[0]?.state === "draft";
  return (
    <Panel
      flush
      title={
        <>
          <code className="mono">{plan.code}</code> {pick(plan.name, plan.name_en)}{" "}
          <span className="meta">{nameOf(contractKindNames, plan.kind, t)}</span>
        </>
      }
      extra={
        <span className="actions">
          {plan.withdrawn ? <Tag>{t("plan.withdrawn")}</Tag> : !offered && <span className="meta">{t("plan.none")}</span>}
          {may("revise") && (
            <Button size="small" onClick={() => onEdit(drafted ? plan.versions?.[0] : undefined)}>
              {t(drafted ? "plan.edit" : "plan.revise")}
            </Button>
          )}
          {may("withdraw") && (
            <Button size="small" onClick={() => onWithdraw(true)}>
              {t("plan.withdraw")}
            </Button>
          )}
          {may("offer_again") && (
            <Button size="small" onClick={() => onWithdraw(false)}>
              {t("plan.offerAgain")}
            </Button>
          )}
        </span>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is moved by the keyboard too */}
      <section className="scroll-x" aria-label={plan.code} tabIndex={0}>
        <table className="table" aria-label={`${plan.code} ${t("plan.history")}`}>
          <thead>
            <tr>
              <th scope="col">{t("plan.version")}</th>
              <th scope="col">{t("ui.state")}</th>
              <th scope="col">{t("plan.prices")}</th>
              <th scope="col">{t("plan.validFrom")}</th>
              <th scope="col">{t("plan.changed")}</th>
              <th scope="col">{t("plan.note")}</th>
              <th scope="col">{t("plan.author")}</th>
              <th scope="col">{t("plan.decider")}</th>
              <th scope="col" aria-label={t("ui.actions")} />
            </tr>
          </thead>
          <tbody>
            {(plan.versions ?? []).map((v) => (
              <tr key={v.id}>
                <td>
                  <span className="num">v{v.number}</span>{" "}
                  {v.on_offer && (
                    <span className="state" data-tone="ok">
                      <CheckCircleOutlined aria-hidden />
                      {t("plan.onOffer")}
                    </span>
                  )}
                </td>
                <td>
                  <StateTag kind="planVersion" state={v.state} />
                </td>
                <td>{summary(v.terms, t)}</td>
                <td className="num">{v.valid_from}</td>
                <td>
                  {(v.changed ?? []).map((name) => nameOf(termNames, name, t)).join("、") || <span className="meta">—</span>}
                </td>
                <td>
                  {v.note}
                  {v.decision && <div className="meta">{t("plan.sentBack", { reason: v.decision })}</div>}
                </td>
                <td>
                  {v.author} <Instant at={v.written_at} />
                </td>
                <td>{v.state === "published" ? v.decider : <span className="meta">—</span>}</td>
                <td>
                  <span className="actions">
                    {acts
                      .filter((a) => v.available_actions?.includes(a.action))
                      .map((a) => (
                        <Button
                          key={a.act}
                          size="small"
                          type={a.primary ? "primary" : "default"}
                          disabled={busy}
                          onClick={() => onAct(v, a.act)}
                        >
                          {t(a.text)}
                        </Button>
                      ))}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function ReasonDialog({ title, run, onClose }: Asking & { onClose: () => void }) {
  const { t } = useText();
  const [reason, setReason] = useState("");
  return (
    <Modal
      open
      title={title}
      okText={t("ui.confirm")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: reason.trim() === "" }}
      onOk={() => {
        run(reason);
        onClose();
      }}
      onCancel={onClose}
    >
      <Input.TextArea
        aria-label={t("plan.reason")}
        placeholder={t("plan.reason")}
        maxLength={500}
        rows={3}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
      />
    </Modal>
  );
}
