import { NotificationOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { currentAnnouncements } from "@/api/announcements";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { Instant } from "@/ui/Instant";

/** Interruptions that go on, are ahead or have just ended, above every page (A19). */
export function Banner() {
  const { t, pick } = useText();
  const { can } = useSession();
  const query = useQuery({ ...currentAnnouncements, enabled: can("announcement.read") });
  const rows = query.data?.items ?? [];
  if (rows.length === 0) return null;
  const now = new Date().toISOString();
  return (
    <section className="banner" aria-label={t("nav.announcements")}>
      {rows.map((a) => (
        <p key={a.id}>
          <NotificationOutlined aria-hidden />{" "}
          <b>
            {t(
              a.state === "over"
                ? "outage.ended"
                : Date.parse(a.starts_at ?? now) > Date.parse(now)
                  ? "outage.ahead"
                  : "outage.goesOn",
            )}
          </b>{" "}
          {pick(a.title_zh, a.title_en)} · <Instant at={a.starts_at} /> – <Instant at={a.ended_at || a.ends_at} /> ·{" "}
          {pick(a.reason_zh, a.reason_en)} <Link to="/announcements">{t("outage.more")}</Link>
        </p>
      ))}
    </section>
  );
}
