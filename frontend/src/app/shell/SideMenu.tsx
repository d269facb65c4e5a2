import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Link, useRouterState } from "@tanstack/react-router";
import { Tooltip } from "antd";
import { useEffect, useRef } from "react";
import { useText } from "@/i18n";
import { setPrefs, usePrefs } from "@/session/prefs";
import { useSession } from "@/session/session";
import { type MenuGroup, type PageRoute, routes } from "../routes";

const order: readonly (MenuGroup | undefined)[] = [undefined, "business", "content", "money", "system"];

/** What this person may open, from the one list of pages. */
export function useMenu(): PageRoute[] {
  const { can, session } = useSession();
  return routes.filter((r) => r.icon && can(r.capability) && (!r.sandbox || session.sandbox));
}

export function SideMenu() {
  const { t } = useText();
  const { menuFolded } = usePrefs();
  const { session } = useSession();
  const menu = useMenu();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const here = (to: string) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));
  const nav = useRef<HTMLElement>(null);
  // The menu is longer than most windows: where one is must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new path marks another link
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView?.({ block: "nearest" });
  }, [path]);
  const fold = t(menuFolded ? "app.unfold" : "app.fold");
  return (
    <aside className="side">
      <Link to="/" className="brand">
        <img src="/favicon.svg" alt="" width={26} height={26} />
        <span className="brand-name">
          {t("app.name")}
          {session.sandbox && <em>{t("app.sandbox")}</em>}
        </span>
      </Link>
      <nav ref={nav} aria-label={t("app.menu")}>
        {order.map((group) => {
          const pages = menu.filter((r) => r.group === group);
          if (pages.length === 0) return null;
          return (
            <div key={group ?? "top"} className="menu-group">
              {group && <p className="menu-title">{t(`nav.group.${group}`)}</p>}
              <ul>
                {pages.map((r) => {
                  const Icon = r.icon;
                  const title = t(r.title);
                  return (
                    <li key={r.path}>
                      <Tooltip title={menuFolded ? title : ""} placement="right">
                        <Link to={r.path} className="menu-link" aria-current={here(r.path) ? "page" : undefined}>
                          {Icon && <Icon aria-hidden />}
                          <span>{title}</span>
                        </Link>
                      </Tooltip>
                    </li>
                  );
                })}
              </ul>
            </div>
          );
        })}
      </nav>
      <button type="button" className="fold" aria-label={fold} onClick={() => setPrefs({ menuFolded: !menuFolded })}>
        {menuFolded ? <MenuUnfoldOutlined aria-hidden /> : <MenuFoldOutlined aria-hidden />}
        <span>{fold}</span>
      </button>
    </aside>
  );
}
