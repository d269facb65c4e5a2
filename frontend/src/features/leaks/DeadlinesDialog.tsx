import { useQuery } from "@tanstack/react-query";
import { Form, Input, InputNumber } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type LeakDeadline, leakDeadlinesQuery, setLeakDeadlines } from "@/api/leaks";
import { useText } from "@/i18n";
import { HoldsFrom, notEnded } from "@/parts/HoldsFrom";
import { useBusinessDay } from "@/parts/use-business-day";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

type Fields = { from: Dayjs; reason: string; deadlines: Pick<LeakDeadline, "duty" | "severity" | "hours" | "basis">[] };

/** Within how many hours whom must be told, with the basis: data that the lead sets from a day on. */
export function DeadlinesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const today = useBusinessDay();
  const query = useQuery(leakDeadlinesQuery);
  const run = useAct(setLeakDeadlines, { quiet: true, done: t("leak.done"), onDone: onClose });
  if (!query.data) return null;
  const now = notEnded(query.data.items, today);
  return (
    <FormDialog<Fields>
      open
      width={720}
      title={t("leak.deadlines")}
      sentence={t("leak.deadlinesHint")}
      confirm={t("ui.save")}
      busy={run.isPending}
      error={run.error}
      initial={{
        from: dayjs(today),
        deadlines: now.map(({ duty, severity, hours, basis }) => ({ duty, severity, hours, basis })),
      }}
      onAct={(v) =>
        run.mutate({
          from: v.from.format("YYYY-MM-DD"),
          reason: v.reason,
          deadlines: now.map(({ duty, severity }, i) => ({ ...v.deadlines[i], duty, severity }) as Fields["deadlines"][number]),
        })
      }
      onClose={onClose}
    >
      {now.map((d, i) => {
        const name = `${t(`leak.duty.${d.duty}`)} · ${t(`leak.severity.${d.severity}`)}`;
        return (
          <Form.Item key={d.id} label={name} required>
            <div className="row-actions" style={{ display: "flex" }}>
              <Form.Item noStyle name={["deadlines", i, "hours"]} rules={must(name)}>
                <InputNumber
                  aria-label={`${name} · ${t("leak.hours")}`}
                  min={1}
                  precision={0}
                  suffix={t("leak.hours")}
                  style={{ width: 130, flex: "none" }}
                />
              </Form.Item>
              <Form.Item noStyle name={["deadlines", i, "basis"]} rules={must(t("leak.basis"))}>
                <Input aria-label={`${name} · ${t("leak.basis")}`} maxLength={200} />
              </Form.Item>
            </div>
          </Form.Item>
        );
      })}
      <HoldsFrom label={t("leak.from")} today={today} />
    </FormDialog>
  );
}
