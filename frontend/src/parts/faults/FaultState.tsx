import type { Fault } from "@/api/customers";
import { useText } from "@/i18n";
import { StateTag } from "@/ui/StateTag";

/** Where a fault stands, and what it means for sending: until when there is time, or that it is suspended. */
export function FaultState({ fault: f }: { fault: Fault }) {
  const { t } = useText();
  return (
    <>
      <StateTag kind="fault" state={f.state} />
      {f.suspends && <div className="bad">{t("fault.suspends")}</div>}
      {f.state === "open" && !f.suspends && <div className="meta">{t("fault.until", { day: f.due_on ?? "" })}</div>}
    </>
  );
}
