import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, DatePicker, InputNumber } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { backtestsQuery, type RuleDesk, rulesKey, startBacktest } from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useBusinessDay } from "@/parts/use-business-day";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { Empty, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useAct } from "@/ui/use-act";

/** What the draft would have done to messages that were screened before. */
export function BacktestsTab({ desk }: { desk: RuleDesk | undefined }) {
  const { t } = useText();
  const query = useQuery(backtestsQuery);
  const draft = (desk?.draft?.changes ?? []).length > 0;
  return (
    <div className="rules-lists">
      {allows(desk, "edit") || desk?.draft?.state === "submitted" ? (
        <Panel title={t("rules.test.start")}>{draft ? <Start /> : <Empty why={t("rules.test.needDraft")} />}</Panel>
      ) : null}
      <Panel flush>
        <Loaded query={query}>
          {(data) =>
            (data.items ?? []).length === 0 ? (
              <Empty why={t("rules.test.none")} />
            ) : (
              <div className="table-wrap" data-whole>
                <table className="table" aria-label={t("rules.tab.backtests")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("rules.test.period2")}</th>
                      <th scope="col">{t("rules.list.state")}</th>
                      <th scope="col" data-numeric>
                        {t("rules.test.all")}
                      </th>
                      <th scope="col">{t("rules.test.by")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {(data.items ?? []).map((b) => (
                      <tr key={b.id}>
                        <td className="num">
                          <Link to="/rules/backtests/$id" params={{ id: b.id } as never}>
                            {b.from} – {b.to}
                          </Link>
                        </td>
                        <td>
                          <StateTag kind="backtest" state={b.state} />
                        </td>
                        <td data-numeric>{formatCount(b.sample)}</td>
                        <td>
                          {b.created_by} <Instant at={b.created_at} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
      </Panel>
    </div>
  );
}

function Start() {
  const { t } = useText();
  const navigate = useNavigate();
  const today = useBusinessDay();
  const [period, setPeriod] = useState<[string, string] | null>(null);
  const [sample, setSample] = useState(20_000);
  const start = useAct(startBacktest, {
    touches: [rulesKey],
    onDone: (b) => void navigate({ to: "/rules/backtests/$id", params: { id: b.id } as never }),
  });
  const [from, to] = period ?? [dayjs(today).subtract(30, "day").format("YYYY-MM-DD"), today];
  return (
    <>
      <div className="table-tools" style={{ padding: 0 }}>
        <label htmlFor="test-from">{t("rules.test.period")}</label>
        <DatePicker.RangePicker
          id={{ start: "test-from", end: "test-to" }}
          allowClear={false}
          value={[dayjs(from), dayjs(to)]}
          onChange={(d) => d?.[0] && d[1] && setPeriod([d[0].format("YYYY-MM-DD"), d[1].format("YYYY-MM-DD")])}
        />
        <label htmlFor="test-sample">{t("rules.test.sample")}</label>
        <InputNumber id="test-sample" min={1} max={1_000_000} step={10_000} value={sample} onChange={(n) => n && setSample(n)} />
        <Button type="primary" loading={start.isPending} onClick={() => start.mutate({ from, to, sample })}>
          {t("rules.test.start")}
        </Button>
      </div>
      <p className="meta">{t("rules.test.hint")}</p>
    </>
  );
}
