import { Checkbox, DatePicker, Form, Input, Radio, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type Announcement, type AnnouncementAct, actAnnouncement, drawUp } from "@/api/announcements";
import { useText } from "@/i18n";
import { carriers } from "@/parts/chain/names";
import { FormDialog, useMust } from "@/ui/FormDialog";
import { useAct } from "@/ui/use-act";

const moment = (d: Dayjs) => d.format("YYYY-MM-DDTHH:mm:00+08:00");

type Draft = {
  kind: "planned" | "unplanned";
  title_zh: string;
  title_en: string;
  reason_zh: string;
  reason_en: string;
  time: [Dayjs, Dayjs];
  carriers?: string[];
  fault?: boolean;
};

/** An announcement in both languages. */
export function DrawUpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const must = useMust();
  const run = useAct(drawUp, { quiet: true, done: t("outage.done"), onDone: onClose });
  return (
    <FormDialog<Draft>
      open={open}
      title={t("outage.draw")}
      confirm={t("outage.draw")}
      busy={run.isPending}
      error={run.error}
      initial={{ kind: "planned", fault: false }}
      onAct={({ time: [from, to], ...v }) => run.mutate({ ...v, starts_at: moment(from), ends_at: moment(to) })}
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      <Form.Item name="kind" label={t("maintenance.field.kind")}>
        <Radio.Group options={(["planned", "unplanned"] as const).map((k) => ({ value: k, label: t(`outage.kind.${k}`) }))} />
      </Form.Item>
      <Form.Item name="title_zh" label={t("outage.titleZh")} rules={must(t("outage.titleZh"))}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="title_en" label={t("outage.titleEn")} rules={must(t("outage.titleEn"))}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="reason_zh" label={t("outage.reasonZh")} rules={must(t("outage.reasonZh"))}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="reason_en" label={t("outage.reasonEn")} rules={must(t("outage.reasonEn"))}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="time" label={t("outage.time")} rules={must(t("outage.time"))}>
        <DatePicker.RangePicker
          allowClear={false}
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          style={{ width: "100%" }}
        />
      </Form.Item>
      <Form.Item name="carriers" label={t("outage.carriers")}>
        <Select mode="multiple" options={carriers.map((value) => ({ value, label: t(`chain.carrier.${value}`) }))} />
      </Form.Item>
      <Form.Item name="fault" valuePropName="checked">
        <Checkbox>{t("outage.fault")}</Checkbox>
      </Form.Item>
    </FormDialog>
  );
}

type News = { zh: string; en: string; ended_at?: Dayjs };

/** News of an interruption, its end, or that it was called off: told to everybody who was told of it. */
export function NewsDialog({ act, onClose }: { act: { what: AnnouncementAct; of: Announcement } | null; onClose: () => void }) {
  const { t, pick } = useText();
  const must = useMust();
  const run = useAct(actAnnouncement, { quiet: true, done: t("outage.done"), onDone: onClose });
  const what = act?.what ?? "add";
  return (
    <FormDialog<News>
      open={act !== null}
      title={t(`outage.act.${what}`)}
      sentence={act && pick(act.of.title_zh, act.of.title_en)}
      confirm={t(`outage.act.${what}`)}
      busy={run.isPending}
      error={run.error}
      initial={{ ended_at: dayjs() }}
      onAct={({ ended_at, ...v }) =>
        act && run.mutate({ what, id: act.of.id, body: what === "end" && ended_at ? { ...v, ended_at: moment(ended_at) } : v })
      }
      onClose={() => {
        run.reset();
        onClose();
      }}
    >
      {what === "end" && (
        <Form.Item name="ended_at" label={t("outage.endedAt")} rules={must(t("outage.endedAt"))}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
        </Form.Item>
      )}
      <Form.Item name="zh" label={t("outage.newsZh")} rules={must(t("outage.newsZh"))}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="en" label={t("outage.newsEn")} rules={must(t("outage.newsEn"))}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormDialog>
  );
}
