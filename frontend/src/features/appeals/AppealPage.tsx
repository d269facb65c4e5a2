import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { type Appeal, appealQuery, decideAppeal, withdrawAppeal } from "@/api/complaints";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { AttachmentLink } from "@/ui/Attachment";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Instant } from "@/ui/Instant";
import { LinkTo } from "@/ui/LinkTo";
import { Loaded } from "@/ui/Loading";
import { Facts, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";
import { homeOf } from "./homes";

/** One objection: what was decided and why, what the customer says, what follows. */
export function AppealPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(appealQuery(id));
  const [deciding, setDeciding] = useState<"grant" | "deny" | null>(null);
  const withdraw = useAct(withdrawAppeal, { done: t("appeal.done") });
  const a = query.data;
  useRemember(a && { to: `/appeals/${a.id}`, title: `${a.number} ${a.customer_name}`, kind: t("nav.appeals") });
  return (
    <Page
      title={<span className="num">{a?.number ?? "…"}</span>}
      name={a?.number ?? t("nav.appeals")}
      crumbs={[{ label: t("nav.appeals"), to: "/appeals" }]}
      aside={a && <StateTag kind="appeal" state={a.state} />}
      sub={a && <Link to={`/customers/${a.customer_id}`}>{a.customer_name}</Link>}
      actions={
        a && (
          <>
            {allows(a, "decide") && (
              <>
                <Button type="primary" onClick={() => setDeciding("grant")}>
                  {t("appeal.grant")}
                </Button>
                <Button onClick={() => setDeciding("deny")}>{t("appeal.deny")}</Button>
              </>
            )}
            {allows(a, "withdraw") && (
              <Button loading={withdraw.isPending} onClick={() => withdraw.mutate({ id: a.id })}>
                {t("appeal.withdraw")}
              </Button>
            )}
          </>
        )
      }
    >
      <Loaded query={query}>{(x) => <Record of={x} />}</Loaded>
      {a && deciding && <DecideDialog of={a} grant={deciding === "grant"} onClose={() => setDeciding(null)} />}
    </Page>
  );
}

function Record({ of: a }: { of: Appeal }) {
  const { t } = useText();
  const home = homeOf(a);
  return (
    <>
      <Panel title={t("appeal.matter")}>
        <Facts
          items={[
            { label: t("appeal.matter"), value: home ? <LinkTo href={home}>{a.title}</LinkTo> : a.title, wide: true },
            { label: t("appeal.reason"), value: a.reason || undefined, wide: true },
            { label: t("appeal.decider"), value: a.decider_name || t("appeal.system") },
            { label: t("appeal.dueOn"), value: <span className="num">{a.due_on}</span> },
          ]}
        />
      </Panel>
      <Panel title={t("appeal.grounds")}>
        <p className="said">{a.grounds}</p>
        <Facts
          items={[
            {
              label: t("appeal.filedBy"),
              value: (
                <>
                  {a.filed_by_name} <Instant at={a.filed_at} />
                </>
              ),
            },
            a.document_id ? { label: t("ui.file"), value: <AttachmentLink file={{ id: a.document_id, name: "PDF" }} /> } : false,
          ]}
        />
      </Panel>
      {a.answer && (
        <Panel title={t(a.state === "granted" ? "appeal.grant" : "appeal.deny")}>
          <p className="said">{a.answer}</p>
          <Facts
            items={[
              {
                label: t("appeal.decidedBy"),
                value: (
                  <>
                    {a.decided_by_name} <Instant at={a.decided_at} />
                  </>
                ),
              },
              a.redress ? { label: t("appeal.redress"), value: a.redress, wide: true } : false,
            ]}
          />
        </Panel>
      )}
    </>
  );
}

function DecideDialog({ of: a, grant, onClose }: { of: Appeal; grant: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(decideAppeal, { quiet: true, done: t("appeal.done"), onDone: onClose });
  const title = t(grant ? "appeal.grant" : "appeal.deny");
  return (
    <FormDialog<{ answer: string }>
      open
      title={title}
      sentence={grant ? t("appeal.grantHint") : a.title}
      confirm={title}
      busy={run.isPending}
      error={run.error}
      onAct={(v) => run.mutate({ id: a.id, grant, answer: v.answer })}
      onClose={onClose}
    >
      <Form.Item name="answer" label={t("appeal.answer")} rules={must(t("appeal.answer"))}>
        <Input.TextArea rows={4} maxLength={2000} showCount />
      </Form.Item>
    </FormDialog>
  );
}
