import { ExclamationCircleOutlined } from "@ant-design/icons";
import type { LeakDuty } from "@/api/leaks";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";

/** Until when somebody must be told; what is or was late says so in words. */
export function DueAt({ of: d, named }: { of: LeakDuty; named?: boolean }) {
  const { t } = useText();
  return (
    <>
      {named && `${t(`leak.duty.${d.kind}`)} `}
      <Instant at={d.due_at} />
      {d.late && (
        <span className="bad nowrap">
          {" "}
          <ExclamationCircleOutlined aria-hidden /> {t(d.state === "due" ? "leak.late" : "leak.lateDone")}
        </span>
      )}
    </>
  );
}
