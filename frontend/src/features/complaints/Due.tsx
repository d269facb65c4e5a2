import { ExclamationCircleOutlined } from "@ant-design/icons";
import type { Complaint } from "@/api/complaints";
import { useText } from "@/i18n";

/** Until when the recipient has to have our answer, or, for the customer, we have to have its own; what is late says so in words. */
export function Due({ of: c, own }: { of: Complaint; own?: boolean }) {
  const { t } = useText();
  const late = !own && c.overdue ? t("complaint.overdue") : c.late ? t(own ? "complaint.overdue" : "complaint.late") : "";
  return (
    <span className="num">
      {(own ? c.answer_by : c.due_on) || "—"}
      {late && (
        <span className="bad">
          {" "}
          <ExclamationCircleOutlined aria-hidden /> {late}
        </span>
      )}
    </span>
  );
}
