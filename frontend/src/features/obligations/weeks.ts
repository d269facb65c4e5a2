import dayjs from "dayjs";

/** The weeks, from Monday to Sunday, that have a day of a month ("2026-10"); days of the months beside it fill them up. */
export function weeksOf(month: string): string[][] {
  const first = dayjs(`${month}-01`);
  let day = first.subtract((first.day() + 6) % 7, "day");
  const weeks: string[][] = [];
  while (!day.isAfter(first.endOf("month"))) {
    const week = [];
    for (let i = 0; i < 7; i++) {
      week.push(day.format("YYYY-MM-DD"));
      day = day.add(1, "day");
    }
    weeks.push(week);
  }
  return weeks;
}
