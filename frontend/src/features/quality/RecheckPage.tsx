import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Button, Form, Input, Radio } from "antd";
import { useState } from "react";
import { judgeRecheck, type Recheck, type RecheckGroup, recheckQuery, settleRecheck, takeRecheck } from "@/api/compliance";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { HighlightedText } from "@/ui/Highlighted";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Facts, Page, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { reasonsOf } from "@/ui/segments";
import { useAct } from "@/ui/use-act";

/** One batch judged again: its texts without what was decided, until every group is judged. */
export function RecheckPage() {
  const { t } = useText();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery(recheckQuery(id));
  const touches = [["rechecks"]];
  const take = useAct(takeRecheck, { touches });
  const [settling, setSettling] = useState(false);
  return (
    <Loaded query={query}>
      {(r) => (
        <Page
          title={r.batch_number}
          actions={
            <>
              {allows(r, "take") && (
                <Button type="primary" loading={take.isPending} onClick={() => take.mutate(id)}>
                  {t("quality.act.take")}
                </Button>
              )}
              {allows(r, "settle") && <Button onClick={() => setSettling(true)}>{t("quality.act.settle")}</Button>}
            </>
          }
        >
          <Facts
            items={[
              { label: t("ui.state"), value: <StateTag kind="recheck" state={r.state} /> },
              { label: t("customer.one"), value: r.customer_name },
              { label: t("quality.sampleOf"), value: t(`quality.why.${r.why}`) },
              { label: t("quality.judge"), value: r.user_name || "—" },
              { label: t("quality.until"), value: <span className="num">{r.due_on}</span> },
              { label: t("quality.agreed"), value: r.state === "open" ? `– / ${r.items}` : `${r.agreed} / ${r.items}` },
            ]}
          />
          {r.state === "open" && <p className="meta">{t("quality.blind")}</p>}
          {r.resolution && (
            <p>
              {t(r.resolution === "second" ? "quality.settleSecond" : "quality.settleFirst")} · {r.resolved_by_name} ·{" "}
              {r.resolve_reason}
            </p>
          )}
          {(r.groups ?? []).map((g) => (
            <GroupPanel key={g.group_id} of={r} group={g} />
          ))}
          <SettleDialog of={settling ? r : null} onClose={() => setSettling(false)} />
        </Page>
      )}
    </Loaded>
  );
}

function GroupPanel({ of, group: g }: { of: Recheck; group: RecheckGroup }) {
  const { t } = useText();
  const judge = useAct(judgeRecheck, { touches: [["rechecks"]] });
  const word = (c: string) => t(c === "approve" ? "review.approved" : "review.refused");
  const codes = [...new Set([...reasonsOf(g.hits ?? []), ...(g.reason_codes ?? [])])].slice(0, 8);
  return (
    <Panel title={t("review.messages", { count: formatCount(g.messages) })}>
      <HighlightedText segments={g.segments} hits={g.hits} />
      <p className="meta">
        {g.first && t("quality.firstWas", { what: word(g.first) })} {g.second && t("quality.secondWas", { what: word(g.second) })}
      </p>
      {allows(of, "judge") && (
        <span className="row-actions">
          <Button
            type={g.second === "approve" ? "primary" : "default"}
            loading={judge.isPending}
            onClick={() => judge.mutate({ id: of.id, group_id: g.group_id, choice: "approve" })}
          >
            {t("review.act.approve")}
          </Button>
          <Button
            danger
            type={g.second === "refuse" ? "primary" : "default"}
            loading={judge.isPending}
            onClick={() =>
              judge.mutate({
                id: of.id,
                group_id: g.group_id,
                choice: "refuse",
                reason_codes: codes.length > 0 ? codes : ["OTHER.REVIEW"],
              })
            }
          >
            {t("review.act.refuse")}
          </Button>
        </span>
      )}
    </Panel>
  );
}

function SettleDialog({ of, onClose }: { of: Recheck | null; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(settleRecheck, { quiet: true, touches: [["rechecks"]], done: t("quality.done"), onDone: onClose });
  return (
    <FormDialog<{ resolution: string; reason: string }>
      open={of !== null}
      title={t("quality.act.settle")}
      confirm={t("quality.act.settle")}
      busy={run.isPending}
      error={run.error}
      initial={{ resolution: "second" }}
      onAct={(v) => of && run.mutate({ id: of.id, ...v })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="resolution">
        <Radio.Group
          options={[
            { value: "first", label: t("quality.settleFirst") },
            { value: "second", label: t("quality.settleSecond") },
          ]}
        />
      </Form.Item>
      <Form.Item name="reason" label={t("ui.reason")} rules={must(t("ui.reason"))}>
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
