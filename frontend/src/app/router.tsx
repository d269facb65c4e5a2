import { createRootRoute, createRoute, createRouter, type RouterHistory } from "@tanstack/react-router";
import { useText } from "@/i18n";
import { useSession } from "@/session/session";
import { ErrorNote } from "@/ui/ErrorNote";
import { Empty, Page } from "@/ui/Page";
import { Root } from "./Root";
import { type PageRoute, routes } from "./routes";

function Guarded({ route }: { route: PageRoute }) {
  const { t } = useText();
  const { can, session } = useSession();
  if (!can(route.capability) || (route.sandbox && !session.sandbox)) {
    return (
      <Page title={t("ui.error.forbidden")}>
        <Empty why={t("ui.error.forbidden")} next={t("ui.error.forbiddenNext")} />
      </Page>
    );
  }
  return <route.page />;
}

function NotFound() {
  const { t } = useText();
  return (
    <Page title={t("ui.error.notFound")}>
      <Empty why={t("ui.error.notFound")} next={t("ui.error.notFoundNext")} />
    </Page>
  );
}

function Failed({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useText();
  return (
    <Page title={t("ui.error.page")}>
      <ErrorNote error={error} onRetry={reset} />
      <p className="meta">{t("ui.error.pageNext")}</p>
    </Page>
  );
}

/** Search parameters stay plain text (`?state=active&q=…`), so that links can be read and written by hand. */
const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));
const stringifySearch = (search: Record<string, unknown>): string => {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (value !== undefined && value !== "") out.set(key, String(value));
  const text = out.toString();
  return text ? `?${text}` : "";
};

const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Failed });

export function makeRouter(history?: RouterHistory) {
  const children = routes.map((route) =>
    createRoute({
      getParentRoute: () => root,
      path: route.path,
      component: () => <Guarded route={route} />,
      errorComponent: Failed,
    }),
  );
  return createRouter({ routeTree: root.addChildren(children), history, parseSearch, stringifySearch, scrollRestoration: true });
}
