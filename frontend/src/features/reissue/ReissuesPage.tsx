import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { previewReissue, type Reissue, reissueQuery, reissuesQuery, runReissue } from "@/api/notes";
import { useText } from "@/i18n";
import { ConfirmTotals } from "@/ui/ConfirmTotals";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Money } from "@/ui/Money";
import { formatCount, formatYuan } from "@/ui/money";
import { Empty, Page, Panel } from "@/ui/Page";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { ReissueView } from "./ReissueView";

type Values = { kind: string; days: [Dayjs, Dayjs | null]; rate: string; reason: string };

/** A tax rate that was wrong: one person previews what would be issued again, another runs it. */
export function ReissuesPage() {
  const { t } = useText();
  const [params, set] = useUrlState();
  const [confirming, setConfirming] = useState(false);
  const [form] = Form.useForm<Values>();
  const preview = useAct(previewReissue, { onDone: (r) => set({ id: r.id }) });
  const run = useAct(runReissue, {
    onDone: () => setConfirming(false),
    done: (r) => t("note.reissue.finished", { count: formatCount(r.done) }),
  });
  const query = useQuery({ ...reissueQuery(params.id ?? ""), enabled: params.id !== undefined });
  const r = params.id ? query.data : undefined;
  const must = (name: string) => [{ required: true, message: t("ui.required", { name }) }];
  return (
    <Page
      title={t("nav.reissues")}
      actions={
        r?.available_actions?.includes("run") && (
          <Button type="primary" onClick={() => setConfirming(true)}>
            {t("note.reissue.run")}
          </Button>
        )
      }
    >
      <Panel>
        <p className="meta">{t("note.reissue.hint")}</p>
        <Form
          form={form}
          layout="inline"
          initialValues={{ kind: "messages" }}
          onFinish={(v) =>
            preview.mutate({
              kind: v.kind,
              from: v.days[0].format("YYYY-MM-DD"),
              to: v.days[1]?.format("YYYY-MM-DD"),
              rate: v.rate.trim(),
              reason: v.reason.trim(),
            })
          }
        >
          <Form.Item name="kind" label={t("note.reissue.kind")}>
            <Select
              style={{ width: 150 }}
              options={(["messages", "software", "goods"] as const).map((k) => ({ value: k, label: t(`note.reissue.${k}`) }))}
            />
          </Form.Item>
          <Form.Item name="days" label={t("note.reissue.days")} rules={must(t("note.reissue.days"))}>
            <DatePicker.RangePicker allowEmpty={[false, true]} />
          </Form.Item>
          <Form.Item
            name="rate"
            label={t("note.reissue.rate")}
            tooltip={t("note.reissue.rateHint")}
            rules={[...must(t("note.reissue.rate")), { pattern: /^\s*0(\.\d{1,4})?\s*$/, message: t("note.reissue.rateHint") }]}
          >
            <Input style={{ width: 90 }} placeholder="0.09" />
          </Form.Item>
          <Form.Item name="reason" label={t("note.reason")} rules={must(t("note.reason"))}>
            <Input style={{ width: 240 }} maxLength={500} />
          </Form.Item>
          <Button htmlType="submit" loading={preview.isPending}>
            {t("note.reissue.preview")}
          </Button>
        </Form>
      </Panel>
      {params.id && <Loaded query={query}>{(reissue) => <ReissueView reissue={reissue} />}</Loaded>}
      {r && r.state !== "done" && !r.available_actions?.includes("run") && r.expected > 0 && (
        <p className="meta" role="status">
          {t("note.reissue.other")}
        </p>
      )}
      <Recent onOpen={(id) => set({ id })} />
      {r && (
        <ConfirmTotals
          open={confirming}
          title={t("note.reissue.title")}
          sentence={t("note.reissue.sentence", {
            count: formatCount(r.expected),
            before: formatYuan(r.tax_before_fen),
            after: formatYuan(r.tax_after_fen),
          })}
          confirm={t("note.reissue.run")}
          busy={run.isPending}
          onConfirm={() => run.mutate(r.id)}
          onCancel={() => setConfirming(false)}
        />
      )}
    </Page>
  );
}

function Recent({ onOpen }: { onOpen: (id: string) => void }) {
  const { t } = useText();
  const rows: readonly Reissue[] = useQuery(reissuesQuery).data?.items ?? [];
  return (
    <Panel flush title={t("note.reissue.recent")}>
      {rows.length === 0 ? (
        <Empty why={t("note.reissue.empty")} />
      ) : (
        <table className="table" aria-label={t("note.reissue.recent")}>
          <thead>
            <tr>
              <th scope="col">{t("ui.at")}</th>
              <th scope="col">{t("note.reason")}</th>
              <th scope="col">{t("note.reissue.by")}</th>
              <th scope="col">{t("ui.state")}</th>
              <th scope="col" data-numeric>
                {t("note.reissue.done")}
              </th>
              <th scope="col" data-numeric>
                {t("note.reissue.tax")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.id}>
                <td>
                  <Button type="link" size="small" onClick={() => onOpen(r.id)}>
                    <Instant at={r.prepared_at} />
                  </Button>
                </td>
                <td>{r.reason}</td>
                <td>
                  {r.prepared_by_name}
                  {r.started_by_name && ` / ${r.started_by_name}`}
                </td>
                <td>{t(`note.reissue.states.${r.state}`)}</td>
                <td data-numeric>
                  {formatCount(r.done)} / {formatCount(r.expected)}
                </td>
                <td data-numeric>
                  <Money fen={r.tax_before_fen} /> → <Money fen={r.tax_after_fen} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
