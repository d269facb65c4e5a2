import { ExclamationCircleOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { actOnRules, type DeskStep, type RuleDesk, rebaseRules, rulesKey } from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { LinkTo } from "@/ui/LinkTo";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { ReasonDialog } from "./ReasonDialog";

const reasoned = {
  submit: { title: "rules.act.submit", label: "rules.reason.submit" },
  "send-back": { title: "rules.act.sendBack", label: "rules.reason.sendBack" },
  discard: { title: "rules.act.discard", label: "rules.reason.discard" },
  shadow: { title: "rules.act.shadow", label: "rules.reason.shadow" },
} as const;
type Reasoned = keyof typeof reasoned;

const done = {
  submit: "rules.done.submit",
  "send-back": "rules.done.sendBack",
  discard: "rules.done.discard",
  shadow: "rules.done.shadow",
  withdraw: "rules.done.withdraw",
  approve: "rules.done.approve",
  "end-shadow": "rules.done.endShadow",
} as const;

/** Where the draft stands and what may be done with it next: the same on every page of the desk. */
export function DeskBar({ desk }: { desk: RuleDesk }) {
  const { t } = useText();
  const { message } = App.useApp();
  const [asking, setAsking] = useState<Reasoned | null>(null);
  const [approving, setApproving] = useState(false);
  const [last, setLast] = useState<DeskStep["do"]>("submit");
  const step = useAct(actOnRules, {
    touches: [rulesKey],
    done: () => t(done[last]),
    onDone: () => {
      setAsking(null);
      setApproving(false);
    },
  });
  const rebase = useAct(rebaseRules, {
    touches: [rulesKey],
    onDone: ({ both }) =>
      void message.info(both?.length ? t("rules.done.rebaseBoth", { docs: both.join("、") }) : t("rules.done.rebase")),
  });
  const act = (s: DeskStep) => {
    setLast(s.do);
    step.mutate(s);
  };
  const d = desk.draft;
  const changes = d?.changes ?? [];
  const may = (action: string) => allows(desk, action);
  return (
    <section className="panel rules-bar" aria-label={t("nav.rules")}>
      <div className="rules-bar-line">
        <span className="quiet">
          <SafetyCertificateOutlined aria-hidden /> {t("rules.bar.published")} <b className="num">{desk.published}</b>
        </span>
        {d ? (
          <>
            <StateTag kind="ruleDraft" state={d.state} />
            <LinkTo href="/rules?tab=versions">{t("rules.bar.draft", { count: changes.length })}</LinkTo>
            <span className="meta">{t("rules.bar.by", { names: (d.authors ?? []).map((a) => a.user_name).join("、") })}</span>
          </>
        ) : (
          <span className="meta">{t("rules.bar.none")}</span>
        )}
        {desk.shadow && (
          <LinkTo href={`/rules?tab=shadow&run=${desk.shadow.id}`}>
            {t("rules.bar.shadow", { version: desk.shadow.version })}
          </LinkTo>
        )}
        {desk.proposals > 0 && <LinkTo href="/rules?tab=alarms">{t("rules.bar.alarms", { count: desk.proposals })}</LinkTo>}
        <span className="grow" />
        <div className="actions">
          {may("end_shadow") && (
            <Button onClick={() => act({ do: "end-shadow" })} loading={step.isPending && last === "end-shadow"}>
              {t("rules.act.endShadow")}
            </Button>
          )}
          {may("discard") && <Button onClick={() => setAsking("discard")}>{t("rules.act.discard")}</Button>}
          {may("shadow") && <Button onClick={() => setAsking("shadow")}>{t("rules.act.shadow")}</Button>}
          {may("rebase") && (
            <Button type="primary" onClick={() => rebase.mutate(undefined)} loading={rebase.isPending}>
              {t("rules.act.rebase")}
            </Button>
          )}
          {may("withdraw") && <Button onClick={() => act({ do: "withdraw" })}>{t("rules.act.withdraw")}</Button>}
          {may("send_back") && <Button onClick={() => setAsking("send-back")}>{t("rules.act.sendBack")}</Button>}
          {may("submit") && (
            <Button type="primary" onClick={() => setAsking("submit")}>
              {t("rules.act.submit")}
            </Button>
          )}
          {may("approve") && (
            <Button type="primary" onClick={() => setApproving(true)}>
              {t("rules.act.approve")}
            </Button>
          )}
        </div>
      </div>
      {d && <Notes desk={desk} />}
      {asking && (
        <ReasonDialog
          open
          title={reasoned[asking].title}
          label={reasoned[asking].label}
          danger={asking === "discard"}
          busy={step.isPending}
          onClose={() => setAsking(null)}
          onAct={(reason) => act({ do: asking, reason })}
        />
      )}
      <Modal
        open={approving}
        title={t("rules.act.approve")}
        okText={t("rules.act.approve")}
        cancelText={t("ui.cancel")}
        confirmLoading={step.isPending}
        onOk={() => act({ do: "approve" })}
        onCancel={() => setApproving(false)}
        destroyOnHidden
      >
        <p className="totals-sentence">{t("rules.confirm.approve")}</p>
        <ul className="rules-changes">
          {changes.map((c) => (
            <li key={c.key}>
              {c.id} <span className="meta">{c.changed_by}</span>
            </li>
          ))}
        </ul>
      </Modal>
    </section>
  );
}

function Notes({ desk }: { desk: RuleDesk }) {
  const { t } = useText();
  const d = desk.draft;
  const notes = [
    desk.unsound > 0 && t("rules.bar.unsound", { count: desk.unsound }),
    desk.base_moved && t("rules.bar.moved"),
    d?.state === "submitted" && t("rules.bar.submitted", { name: d.submitted_by ?? "", reason: d.reason ?? "" }),
    d?.state === "submitted" && allows(desk, "withdraw") && t("rules.bar.own"),
    d?.state === "open" &&
      d.sent_back_reason &&
      t("rules.bar.sentBack", { name: d.decided_by ?? "", reason: d.sent_back_reason }),
  ].filter((n): n is string => typeof n === "string" && n !== "");
  return notes.map((n) => (
    <p key={n} className="rules-bar-note">
      <ExclamationCircleOutlined aria-hidden /> {n}
    </p>
  ));
}
