import dayjs from "dayjs";
import type { Obligation } from "@/api/obligations";
import { useText } from "@/i18n";
import { LinkTo } from "@/ui/LinkTo";
import { weeksOf } from "./weeks";

type Props = { month: string; today: string; entries: readonly Obligation[] };

const most = 4;

/** A month as a table of weeks from Monday on, with what falls due on each day. */
export function MonthGrid({ month, today, entries }: Props) {
  const { t, lang } = useText();
  const weeks = weeksOf(month);
  const name = new Intl.DateTimeFormat(lang, { weekday: "short" });
  return (
    <table className="due-month-grid" aria-label={`${t("obligation.month")} ${month}`}>
      <thead>
        <tr>
          {weeks[0]?.map((d) => (
            <th key={d} scope="col">
              {name.format(dayjs(d).toDate())}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((d) => {
              const due = entries.filter((o) => o.on === d);
              return (
                <td key={d} data-today={d === today || undefined} data-outside={!d.startsWith(month) || undefined}>
                  <span className="num">{Number(d.slice(8))}</span>
                  {due.slice(0, most).map((o) => (
                    <span key={o.id} className="due-kind" data-kind={o.kind} title={`${o.number} ${o.customer_name}`}>
                      <LinkTo href={o.link}>
                        {t(`obligation.kind.${o.kind}`)} {o.customer_name}
                      </LinkTo>
                    </span>
                  ))}
                  {due.length > most && <span className="meta">{t("obligation.more", { n: due.length - most })}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
