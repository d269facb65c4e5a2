import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { type Complaint, complaintQuery } from "@/api/complaints";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AppealDialog } from "@/parts/AppealDialog";
import { Hotline } from "@/parts/Hotline";
import { useRemember } from "@/session/recent";
import { AttachmentLink } from "@/ui/Attachment";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Facts, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { Candidates } from "./Candidates";
import { type ComplaintAct, ComplaintDialog } from "./ComplaintDialog";
import { Due } from "./Due";

const acts = ["forward", "answer", "close"] as const;
/** What is to be done next: who sent it must be known, then the customer is heard, then the recipient is answered. */
const next = (c: Complaint) =>
  c.state === "open" ? (c.customer_id ? "forward" : "find") : c.state === "forwarded" ? "answer" : "close";

/** One complaint: what was said, what it is about, who has to answer until when. */
export function ComplaintPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(complaintQuery(id));
  const [act, setAct] = useState<ComplaintAct | null>(null);
  const [finding, setFinding] = useState(false);
  const [appealing, setAppealing] = useState(false);
  const c = query.data;
  useRemember(c && { to: `/complaints/${c.id}`, title: `${c.number} ${c.customer_name}`, kind: t("nav.complaints") });
  return (
    <Page
      title={<span className="num">{c?.number ?? "…"}</span>}
      name={c?.number ?? t("nav.complaints")}
      crumbs={[{ label: t("nav.complaints"), to: "/complaints" }]}
      aside={c && <StateTag kind="complaint" state={c.state} />}
      sub={c?.customer_id && <Link to={`/customers/${c.customer_id}`}>{c.customer_name}</Link>}
      actions={
        c && (
          <>
            {allows(c, "find") && (
              <Button type={next(c) === "find" ? "primary" : "default"} onClick={() => setFinding(true)}>
                {t("complaint.act.find")}
              </Button>
            )}
            {acts.map(
              (what) =>
                allows(c, what) && (
                  <Button key={what} type={what === next(c) ? "primary" : "default"} onClick={() => setAct({ what, of: c })}>
                    {t(`complaint.act.${what}`)}
                  </Button>
                ),
            )}
            {allows(c, "appeal") && !c.appeal && <Button onClick={() => setAppealing(true)}>{t("complaint.act.appeal")}</Button>}
          </>
        )
      }
    >
      <Loaded query={query}>{(x) => <Record of={x} />}</Loaded>
      {c && finding && <Candidates of={c} onClose={() => setFinding(false)} />}
      <ComplaintDialog act={act} onClose={() => setAct(null)} />
      {c && (
        <AppealDialog open={appealing} kind="complaint" objectId={c.id} title={c.number} onClose={() => setAppealing(false)} />
      )}
    </Page>
  );
}

function Record({ of: c }: { of: Complaint }) {
  const { t } = useText();
  return (
    <>
      <Panel title={t("complaint.text")}>
        <p className="said">{c.text}</p>
        <Facts
          items={[
            { label: t("complaint.phone"), value: <span className="num">{c.phone}</span> },
            { label: t("complaint.kind.label"), value: t(`complaint.kind.${c.kind}`) },
            { label: t("complaint.source.label"), value: t(`complaint.source.${c.source}`) },
            { label: t("complaint.receivedOn"), value: <span className="num">{c.received_on}</span> },
            { label: t("complaint.dueOn"), value: <Due of={c} /> },
            { label: t("complaint.blocked"), value: t(`complaint.blockedOf.${c.blocked}`) },
            c.repeat_of
              ? {
                  label: t("complaint.repeat"),
                  value: (
                    <>
                      <Link to={`/complaints/${c.repeat_of}`}>{t("complaint.repeat")}</Link>
                      {c.by_delay && ` · ${t("complaint.byDelay")}`}
                    </>
                  ),
                }
              : false,
            (c.files ?? []).length > 0 && {
              label: t("ui.file"),
              value: (c.files ?? []).map((f) => <AttachmentLink key={f.id} file={f} />),
              wide: true,
            },
          ]}
        />
      </Panel>
      <Panel title={t("complaint.message")}>
        <Facts
          items={[
            { label: t("complaint.sender"), value: c.customer_name || t("complaint.senderUnknown") },
            c.customer_id && { label: t("complaint.hotline.one"), value: <Hotline customer={c.customer_id} /> },
            { label: t("complaint.signature"), value: c.signature ? `【${c.signature}】` : undefined },
            {
              label: t("complaint.message"),
              value: c.batch_id ? (
                <Link to={`/batches/${c.batch_id}`}>{t("complaint.messageAt", { seq: c.seq })}</Link>
              ) : undefined,
            },
          ]}
        />
      </Panel>
      {(c.answer_by || c.outcome) && (
        <Panel title={t("complaint.course")}>
          <Facts
            items={[
              c.answer_by && {
                label: t("complaint.answerBy"),
                value: <Due of={c} own />,
              },
              c.answer && {
                label: t("complaint.answer"),
                value: (
                  <>
                    {c.answer}
                    <div className="meta">
                      {c.answered_by_name} <Instant at={c.answered_at} />
                    </div>
                  </>
                ),
                wide: true,
              },
              c.outcome && { label: t("complaint.outcome"), value: t(`complaint.${c.outcome}`) },
              c.result && {
                label: t("complaint.result"),
                value: (
                  <>
                    {c.result}
                    <div className="meta">
                      {c.closed_by_name} <span className="num">{c.closed_on}</span>
                    </div>
                  </>
                ),
                wide: true,
              },
              c.appeal
                ? {
                    label: t("appeal.one"),
                    value: (
                      <>
                        <Link className="num" to={`/appeals/${c.appeal.id}`}>
                          {c.appeal.number}
                        </Link>{" "}
                        <StateTag kind="appeal" state={c.appeal.state} />
                      </>
                    ),
                  }
                : false,
            ]}
          />
        </Panel>
      )}
    </>
  );
}
