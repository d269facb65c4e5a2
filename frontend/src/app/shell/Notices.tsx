import { BellOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Badge, Button, Popover } from "antd";
import { noticesQuery, readNotice } from "@/api/notices";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";
import { LinkTo } from "@/ui/LinkTo";
import { useAct } from "@/ui/use-act";

/** The inbox of whoever is signed in: what moved on without them. */
export function Notices() {
  const { t, pick } = useText();
  const { can, session } = useSession();
  const query = useQuery({ ...noticesQuery, retry: false });
  const read = useAct(readNotice, { touches: [noticesQuery.queryKey], quiet: true });
  const items = query.data?.items ?? [];
  const unread = items.filter((n) => !n.read_at).length;
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t("app.notices.title")}
      content={
        <>
          <ul className="notices">
            {items.length === 0 && <li className="meta">{t("app.notices.none")}</li>}
            {items.map((n) => (
              <li key={n.id} onClickCapture={() => !n.read_at && read.mutate({ id: n.id })} data-unread={!n.read_at || undefined}>
                {n.link ? (
                  <LinkTo href={n.link}>{pick(n.title, n.title_en)}</LinkTo>
                ) : (
                  <button type="button" className="link">
                    {pick(n.title, n.title_en)}
                  </button>
                )}
                {(n.text || n.text_en) && <p className="quiet">{pick(n.text, n.text_en)}</p>}
                <p className="meta">
                  <Instant at={n.at} />
                </p>
              </li>
            ))}
          </ul>
          {session.user.customer_id && can("notice.prefer") && <LinkTo href="/notice-ways">{t("nav.noticeWays")}</LinkTo>}
        </>
      }
    >
      <Badge count={unread} size="small" offset={[-3, 3]}>
        <Button
          type="text"
          icon={<BellOutlined />}
          aria-label={unread ? t("app.notices.unread", { count: unread }) : t("app.notices.title")}
        />
      </Badge>
    </Popover>
  );
}
