import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Select, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type Statistics, statisticsQuery } from "@/api/statistics";
import { useText } from "@/i18n";
import { CustomerSelect } from "@/parts/CustomerSelect";
import { carrierNames } from "@/parts/chain/names";
import { useBusinessDay } from "@/parts/use-business-day";
import { categoryNames, optionsOf } from "@/ui/names";
import type { Params, SetParams } from "@/ui/url-state";

type Narrow = { params: Params; set: SetParams };

const day = (d: Dayjs | null | undefined) => d?.format("YYYY-MM-DD");
const narrowing = ["customer_id", "category", "carrier", "channel", "code"] as const;

/** What the statistics are about; all of it stands in the address. */
export function Filters({ params, set, own, shown }: Narrow & { own: boolean; shown: Statistics | undefined }) {
  const { t } = useText();
  const today = dayjs(useBusinessDay());
  const month = today.startOf("month");
  const narrowed = narrowing.some((k) => params[k]);
  return (
    <div className="table-tools" style={{ padding: 0 }}>
      <DatePicker.RangePicker
        aria-label={t("statistics.period")}
        value={[dayjs(params.from ?? shown?.from ?? today.subtract(29, "day")), dayjs(params.to ?? shown?.to ?? today)]}
        allowClear={false}
        presets={[
          { label: t("statistics.last7"), value: [today.subtract(6, "day"), today] },
          { label: t("statistics.last30"), value: [today.subtract(29, "day"), today] },
          { label: t("statistics.thisMonth"), value: [month, today] },
          { label: t("statistics.lastMonth"), value: [month.subtract(1, "month"), month.subtract(1, "day")] },
          { label: t("statistics.year"), value: [today.subtract(364, "day"), today] },
        ]}
        onChange={(range) => set({ from: day(range?.[0]), to: day(range?.[1]) })}
      />
      {!own && (
        <div style={{ width: 200, display: "grid" }}>
          <CustomerSelect label={t("customer.one")} value={params.customer_id} onChange={(customer_id) => set({ customer_id })} />
        </div>
      )}
      <Choice name="category" params={params} set={set} options={optionsOf(categoryNames, t)} />
      <Choice
        name="carrier"
        params={params}
        set={set}
        options={[...optionsOf(carrierNames, t), { value: "unknown", label: t("statistics.unknownCarrier") }]}
      />
      {!own && <ChannelChoice params={params} set={set} />}
      {params.code && (
        <Tag closable onClose={() => set({ code: undefined })}>
          {t("statistics.codeIs", { code: params.code })}
        </Tag>
      )}
      {narrowed && (
        <Button type="link" onClick={() => set(Object.fromEntries(narrowing.map((k) => [k, undefined])))}>
          {t("statistics.clear")}
        </Button>
      )}
    </div>
  );
}

type Option = { value: string; label: string };

function Choice({ name, params, set, options }: Narrow & { name: "category" | "carrier" | "channel"; options: Option[] }) {
  const { t } = useText();
  return (
    <Select
      aria-label={t(`statistics.by.${name}`)}
      placeholder={t(`statistics.by.${name}`)}
      style={{ minWidth: 130 }}
      allowClear
      value={params[name]}
      options={options}
      onChange={(value: string | undefined) => set({ [name]: value })}
    />
  );
}

/** The channels that carried anything in the period. */
function ChannelChoice({ params, set }: Narrow) {
  const { from, to } = params;
  const used = useQuery(statisticsQuery({ by: "channel", ...(from && { from }), ...(to && { to }) }));
  const options = (used.data?.rows ?? []).map((r) => ({ value: r.key, label: r.key }));
  return <Choice name="channel" params={params} set={set} options={options} />;
}
