import { ExclamationCircleOutlined } from "@ant-design/icons";
import type { Complaint } from "@/api/complaints";
import { useText } from "@/i18n";

/** Until when the recipient, or the customer, has to have answered; what is late says so in words. */
export function Due({ of: c }: { of: Complaint }) {
  const { t } = useText();
  const late = c.overdue ? t("complaint.overdue") : c.late ? t("complaint.late") : "";
  return (
    <span className="num">
      {c.due_on}
      {late && (
        <span className="bad">
          {" "}
          <ExclamationCircleOutlined aria-hidden /> {late}
        </span>
      )}
    </span>
  );
}
