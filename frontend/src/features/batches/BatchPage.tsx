import { ExclamationCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Progress, Tabs } from "antd";
import { type Batch, batchQuery, isMoving } from "@/api/batches";
import { allows } from "@/api/types";
import { type TextKey, useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { Instant } from "@/ui/Instant";
import { Lane } from "@/ui/Lane";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { categoryNames, modeNames, nameOf } from "@/ui/names";
import { Facts, Figures, Page, Panel } from "@/ui/Page";
import { Shares } from "@/ui/Shares";
import { StateTag } from "@/ui/StateTag";
import { formatBytes } from "@/ui/time";
import { useUrlState } from "@/ui/url-state";
import { Aside } from "./Aside";
import { BatchActions } from "./BatchActions";
import { DraftPanel } from "./DraftPanel";
import { ErrorRows } from "./ErrorRows";
import { Groups } from "./Groups";
import { HandoffPanel } from "./HandoffPanel";
import { lifeOf } from "./life";
import { OwnRelease } from "./OwnRelease";
import { TemplateLink } from "./TemplateLink";
import { useLiveBatch } from "./use-live";
import "./batches.css";

export function BatchPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery({
    ...batchQuery(id),
    refetchInterval: (q) => (isMoving(q.state.data?.state) ? 3_000 : false),
  });
  const b = query.data;
  useLiveBatch(id, isMoving(b?.state));
  useRemember(b && { to: `/batches/${b.id}`, title: `${b.number ?? b.id} ${b.customer_name}`, kind: t("batch.one") });
  return (
    <Page
      title={<span className="num">{b?.number ?? "…"}</span>}
      name={b?.number ?? t("batch.one")}
      crumbs={[{ label: t("nav.batches"), to: "/batches" }]}
      aside={b && <StateTag kind="batch" state={b.state} />}
      sub={
        b && (
          <>
            <Link to={`/customers/${b.customer_id}`}>{b.customer_name}</Link>
            <Link className="num" to={`/contracts/${b.contract_id}`}>
              {b.contract_number}
            </Link>
            <span>{nameOf(categoryNames, b.category, t)}</span>
          </>
        )
      }
      actions={b && <BatchActions batch={b} />}
    >
      <Loaded query={query}>{(batch) => <Record batch={batch} />}</Loaded>
    </Page>
  );
}

function Record({ batch: b }: { batch: Batch }) {
  const { t, pick } = useText();
  const [params, set] = useUrlState();
  const reasons = b.reasons ?? [];
  const rows = b.rows;
  return (
    <>
      <Panel>
        <Lane stops={lifeOf(b, t)} label={t("batch.progress")} />
      </Panel>
      {isMoving(b.state) && b.progress && b.progress.stage !== "done" && <Now batch={b} />}
      {b.state === "confirming" && (
        <div className="warn-note" role="status">
          <ExclamationCircleOutlined aria-hidden /> {t("corner.releaseWaits")}
        </div>
      )}
      {reasons.length > 0 && (
        <div className="warn-note">
          <ul className="reasons" aria-label={t("batch.reasons")}>
            {reasons.map((r) => (
              <li key={`${r.code}.${r.detail}`}>
                <ExclamationCircleOutlined aria-hidden /> {pick(r.detail, r.detail_en)} <code className="mono">{r.code}</code>
                <p className="quiet">{pick(r.remedy, r.remedy_en)}</p>
              </li>
            ))}
          </ul>
        </div>
      )}
      {b.problem && (
        <div className="error-note" role="alert">
          <ExclamationCircleOutlined aria-hidden />
          <p>
            {b.problem.line ? `${t("batch.line")} ${formatCount(b.problem.line)} · ` : ""}
            {pick(b.problem.detail, b.problem.detail_en)} <code className="mono">{b.problem.code}</code>
          </p>
        </div>
      )}
      {b.state === "failed" && <Aside batch={b} />}
      {allows(b, "upload") && <DraftPanel batch={b} />}
      {rows.total > 0 && (
        <Figures
          items={[
            { label: t("batch.counts.rows"), value: formatCount(rows.total) },
            { label: t("batch.counts.good"), value: formatCount(rows.good) },
            { label: t("batch.counts.bad"), value: formatCount(rows.bad) },
            { label: t("batch.counts.repeated"), value: formatCount(rows.repeated) },
            { label: t("batch.counts.parts"), value: formatCount(rows.parts) },
          ]}
        />
      )}
      <Tabs
        activeKey={params.tab ?? "overview"}
        onChange={(tab) => set({ tab }, { replace: true })}
        items={[
          { key: "overview", label: t("batch.overview"), children: <Overview batch={b} /> },
          { key: "groups", label: t("batch.groups"), children: <Groups batch={b.id} /> },
          {
            key: "errors",
            label: `${t("batch.errors")}${rows.bad + rows.repeated ? ` (${formatCount(rows.bad + rows.repeated)})` : ""}`,
            children: <ErrorRows batch={b} />,
          },
        ]}
      />
    </>
  );
}

const stageNames: Readonly<Record<string, TextKey>> = {
  uploading: "batch.stage.receive",
  reading: "batch.stage.read",
  screening: "batch.stage.screen",
  done: "batch.stage.send",
};

function Now({ batch }: { batch: Batch }) {
  const { t } = useText();
  const p = batch.progress;
  if (!p) return null;
  const stage = nameOf(stageNames, p.stage, t);
  return (
    <Panel>
      <div className="progress-now" role="status">
        <span>
          {stage}{" "}
          <span className="num quiet">
            {formatCount(p.done)} / {formatCount(p.all)}
          </span>
        </span>
        <Progress percent={p.all ? Math.floor((100 * p.done) / p.all) : 0} size="small" aria-label={stage} />
      </div>
    </Panel>
  );
}

function Overview({ batch: b }: { batch: Batch }) {
  const { t } = useText();
  return (
    <div className="columns">
      <div>
        {b.screened_at && (
          <Panel title={t("batch.verdicts")}>
            <Shares
              label={t("batch.verdicts")}
              parts={[
                { label: t("batch.verdict.pass"), count: b.verdicts.pass ?? 0, tone: "ok" },
                { label: t("batch.verdict.hold"), count: b.verdicts.hold ?? 0, tone: "warn" },
                { label: t("batch.verdict.refuse"), count: b.verdicts.refuse ?? 0, tone: "bad" },
                { label: t("batch.verdict.escalate"), count: b.verdicts.escalate ?? 0, tone: "idle" },
              ]}
            />
          </Panel>
        )}
        {b.handoff && <HandoffPanel batch={b} />}
        {b.text && (
          <Panel title={t("batch.text")}>
            <p className="message">{b.text}</p>
          </Panel>
        )}
      </div>
      <Panel title={t("batch.facts")}>
        <Facts
          columns={1}
          items={[
            { label: t("batch.signature"), value: b.signature && `【${b.signature}】` },
            { label: t("batch.mode"), value: nameOf(modeNames, b.mode, t) },
            Boolean(b.template_id) && { label: t("batch.template.one"), value: <TemplateLink id={b.template_id ?? ""} /> },
            { label: t("batch.submitter"), value: b.submitted_by_name },
            (b.state === "cancelled" || b.state === "paused") && { label: t("ui.reason"), value: b.reason },
            b.release && { label: t("corner.ownRelease"), value: <OwnRelease of={b.release} /> },
            { label: t("batch.createdAt"), value: <Instant at={b.created_at} precision="second" /> },
            b.scheduled_at !== null && { label: t("batch.scheduledAt"), value: <Instant at={b.scheduled_at} /> },
            {
              label: t("batch.file"),
              value: b.file && `${b.file.name} · ${formatBytes(b.file.size)}`,
            },
            { label: t("batch.encoding"), value: b.file?.encoding?.toUpperCase() },
            { label: t("batch.sha256"), value: b.file?.sha256 && <code className="mono">{b.file.sha256}</code> },
            { label: t("batch.ruleSet"), value: b.rule_set && <code className="mono">{b.rule_set}</code> },
          ]}
        />
      </Panel>
    </div>
  );
}
