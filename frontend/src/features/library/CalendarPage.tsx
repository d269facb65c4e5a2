import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Radio, Segmented, Table } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { calendarQuery, enterDays, type SpecialDay, withdrawDay } from "@/api/library";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { useBusinessDay } from "@/parts/use-business-day";
import { useSession } from "@/session/session";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { Loaded } from "@/ui/Loading";
import { Page } from "@/ui/Page";
import { useAct } from "@/ui/use-act";

/** Public holidays and make-up days: what the clocks of working days count by. */
export function CalendarPage() {
  const { t } = useText();
  const { can } = useSession();
  const now = Number(useBusinessDay().slice(0, 4));
  const [chosen, setChosen] = useState(0);
  const year = chosen || now;
  const query = useQuery({ ...calendarQuery(year), enabled: year > 0 });
  const [entering, setEntering] = useState(false);
  const [back, setBack] = useState<SpecialDay | null>(null);
  const withdraw = useAct(withdrawDay, { done: t("calendar.done"), onDone: () => setBack(null) });
  return (
    <Page
      title={t("nav.calendar")}
      actions={
        can("calendar.write") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEntering(true)}>
            {t("calendar.enter")}
          </Button>
        )
      }
    >
      <Segmented
        value={year}
        onChange={(v) => setChosen(Number(v))}
        options={[now - 1, now, now + 1].map((y) => ({ value: y, label: t("calendar.year", { year: y }) }))}
      />
      <Loaded query={query}>
        {(c) => (
          <>
            <p className={c.announced ? "meta" : "warn-note"} role="status">
              {t(c.announced ? "calendar.known" : "calendar.unknown")}
            </p>
            <Table<SpecialDay>
              rowKey={(d) => d.day ?? ""}
              size="small"
              pagination={false}
              dataSource={c.days ?? []}
              locale={{ emptyText: t("calendar.empty") }}
              columns={[
                { title: t("calendar.day"), render: (_, d) => <span className="num">{d.day}</span>, width: 130 },
                { title: t("calendar.kind"), render: (_, d) => t(d.worked ? "calendar.worked" : "calendar.off"), width: 90 },
                { title: t("calendar.name"), render: (_, d) => d.name, width: 160 },
                {
                  title: t("calendar.source"),
                  render: (_, d) => (
                    <>
                      {d.source} {d.entered && <span className="meta">{`${t("calendar.by")} ${d.entered_by_name}`}</span>}
                    </>
                  ),
                },
                {
                  title: "",
                  width: 90,
                  render: (_, d) =>
                    d.entered &&
                    can("calendar.write") && (
                      <Button size="small" onClick={() => setBack(d)}>
                        {t("calendar.withdraw")}
                      </Button>
                    ),
                },
              ]}
            />
          </>
        )}
      </Loaded>
      <EnterDialog open={entering} onClose={() => setEntering(false)} />
      <AskReason
        open={back !== null}
        title={`${t("calendar.withdraw")} ${back?.day ?? ""}`}
        confirm={t("calendar.withdraw")}
        busy={withdraw.isPending}
        onAct={(reason) => back?.day && withdraw.mutate({ day: back.day, reason })}
        onClose={() => setBack(null)}
      />
    </Page>
  );
}

type Fields = { days: [Dayjs, Dayjs]; worked: boolean; name: string; reason: string };

/** The days of a span that a holiday takes off (its weekdays) or that are worked instead (its weekend days). */
const spread = ({ days: [from, to], worked, name, reason }: Fields) => {
  const out = [];
  for (let d = from; !d.isAfter(to, "day"); d = d.add(1, "day")) {
    const weekend = d.day() === 0 || d.day() === 6;
    if (weekend === worked) out.push({ day: d.format("YYYY-MM-DD"), worked, name, reason });
  }
  return out;
};

function EnterDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(enterDays, { quiet: true, done: t("calendar.done"), onDone: onClose });
  return (
    <FormDialog<Fields>
      open={open}
      title={t("calendar.enter")}
      confirm={t("calendar.enter")}
      busy={run.isPending}
      error={run.error}
      initial={{ worked: false }}
      onAct={(v) => run.mutate(spread(v))}
      onClose={onClose}
    >
      <Form.Item name="worked" label={t("calendar.kind")}>
        <Radio.Group
          options={[
            { value: false, label: t("calendar.off") },
            { value: true, label: t("calendar.worked") },
          ]}
        />
      </Form.Item>
      <Form.Item name="days" label={t("calendar.day")} rules={must(t("calendar.day"))}>
        <DatePicker.RangePicker style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="name" label={t("calendar.name")} rules={must(t("calendar.name"))}>
        <Input maxLength={30} />
      </Form.Item>
      <Form.Item name="reason" label={t("calendar.source")} rules={must(t("calendar.source"))}>
        <Input maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}
