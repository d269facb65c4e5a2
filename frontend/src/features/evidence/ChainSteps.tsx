import { Timeline } from "antd";
import type { ReactNode } from "react";
import type { Chain } from "@/api/evidence";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { StateTag } from "@/ui/StateTag";
import { formatBytes } from "@/ui/time";

/** The stations of a message, in their order; what is missing says so. */
export function ChainSteps({ of: m }: { of: Chain }) {
  const { t } = useText();
  const x = m.manifest;
  const steps: { title: string; at?: string | null; body: ReactNode; bad?: boolean }[] = [
    {
      title: t("evidence.source"),
      at: m.source.received_at,
      body: (
        <>
          {m.source.file_name} <span className="meta">{formatBytes(m.source.file_size)}</span>{" "}
          {m.source.line > 0 && t("evidence.line", { n: m.source.line })}
          <Hash of={m.source.sha256} />
          <div className="meta">{m.batch.submitter_name}</div>
        </>
      ),
    },
    {
      title: `${t("evidence.chunk")} ${m.source.chunk}`,
      bad: !m.intact,
      body: (
        <>
          <Hash of={m.source.chunk_sha256} />
          <div>{m.intact ? t("evidence.intact") : t("evidence.broken")}</div>
        </>
      ),
    },
    { title: t("evidence.verdict"), at: m.batch.screened_at, body: <Verdict of={m} /> },
    { title: t("evidence.decisions"), body: <Decisions of={m} /> },
    {
      title: t("evidence.manifest"),
      at: x?.frozen_at,
      body: x ? (
        <>
          {t("evidence.manifestOf", { version: x.version, n: x.approvers?.length ?? 0 })}{" "}
          <Instant at={x.frozen_at} precision="second" />
          <Hash of={x.chunks_hash} />
        </>
      ) : (
        t("evidence.noManifest")
      ),
    },
    { title: t("evidence.handoff"), at: m.handoff?.slices?.[0]?.at, body: <Handoff of={m} /> },
    { title: t("evidence.receipts"), body: <Receipts of={m} /> },
  ];
  return (
    <Timeline
      items={steps.map((s) => ({
        color: s.bad ? "red" : "blue",
        content: (
          <section aria-label={s.title}>
            <strong>{s.title}</strong> {s.at && <Instant at={s.at} precision="second" />}
            <div>{s.body}</div>
          </section>
        ),
      }))}
    />
  );
}

function Hash({ of }: { of: string }) {
  return of ? (
    <div>
      <code className="meta mono" style={{ wordBreak: "break-all" }}>
        SHA-256 {of}
      </code>
    </div>
  ) : null;
}

function Verdict({ of: m }: { of: Chain }) {
  const { t } = useText();
  if (!m.verdict) return m.purged ? t("evidence.purged") : "—";
  return (
    <>
      <StateTag kind="verdict" state={m.verdict.verdict} />{" "}
      <span className="meta">{t("evidence.verdictOf", { version: m.verdict.rule_set, score: m.verdict.score })}</span>
      <div>{m.verdict.hits?.length ? m.verdict.hits.map((h) => h.title || h.rule).join("、") : t("evidence.noHits")}</div>
    </>
  );
}

function Decisions({ of: m }: { of: Chain }) {
  const { t } = useText();
  if (!m.decisions?.length) return t(m.outcome === "undecided" ? "evidence.undecided" : "evidence.byVerdict");
  return m.decisions.map((d) => (
    <div key={d.n}>
      <span className="num">{d.n}</span> {d.user_name} · {d.scope in scopes ? t(`evidence.scope.${d.scope as Scope}`) : d.scope} ·{" "}
      <StateTag kind="decision" state={d.choice} /> <Instant at={d.at} precision="second" />{" "}
      {d.n === m.deciding && <strong>{t("evidence.deciding")}</strong>} <span className="meta">{d.note}</span>
    </div>
  ));
}

const scopes = { batch: true, group: true, message: true };
type Scope = keyof typeof scopes;

function Handoff({ of: m }: { of: Chain }) {
  const { t } = useText();
  const h = m.handoff;
  if (!h) return t("evidence.notHanded");
  return (
    <>
      <StateTag kind="message" state={h.status} /> <code className="meta mono">{h.key}</code>
      {h.slices?.map((s) => (
        <div key={s.id}>
          {t("evidence.slice", { channel: h.channel })} <Instant at={s.at} precision="second" />
        </div>
      ))}
      {h.answer && (
        <div>
          {t("evidence.answer")} <code className="mono">{h.answer.code || h.answer.state}</code> {h.answer.reason}
        </div>
      )}
    </>
  );
}

function Receipts({ of: m }: { of: Chain }) {
  const { t } = useText();
  const receipts = m.handoff?.receipts ?? [];
  if (receipts.length === 0) return t("evidence.noReceipts");
  return receipts.map((r) => (
    <div key={`${r.at}-${r.part}-${r.code}`}>
      {r.part > 0 ? t("evidence.receipt", { part: r.part, code: r.code }) : r.code} <span className="meta">{r.channel}</span>{" "}
      <Instant at={r.at} precision="second" />
    </div>
  ));
}
