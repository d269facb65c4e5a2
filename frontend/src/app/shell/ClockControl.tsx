import { FieldTimeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Popover } from "antd";
import { lazy, Suspense } from "react";
import { clockQuery } from "@/api/sandbox";
import { useText } from "@/i18n";
import { formatInstant } from "@/ui/time";

// Its date picker is as large as the rest of the shell, and most visits never open it.
const ClockMover = lazy(async () => ({ default: (await import("@/parts/ClockMover")).ClockMover }));

/** Business time, always in sight in sandbox mode, because every date on the page is measured by it. */
export function ClockControl() {
  const { t } = useText();
  const query = useQuery(clockQuery);
  const now = formatInstant(query.data?.now);
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t("app.clock.title")}
      content={
        <Suspense>
          <ClockMover />
        </Suspense>
      }
    >
      <Button type="text" className="clock-button" icon={<FieldTimeOutlined />} aria-label={`${t("app.clock.title")} ${now}`}>
        <span className="num">{now}</span>
      </Button>
    </Popover>
  );
}
