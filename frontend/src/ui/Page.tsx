import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useText } from "@/i18n";

type Crumb = { label: string; to: string };
type Props = {
  title: ReactNode;
  /** The document's title, when the heading is more than text. */
  name?: string;
  /** Where this page hangs below the work bench; null on the bench itself. */
  crumbs?: readonly Crumb[] | null;
  /** Beside the title: state, number. */
  aside?: ReactNode;
  actions?: ReactNode;
  sub?: ReactNode;
  children: ReactNode;
};

/** The frame of every page: where I am, what this is, what may be done. */
export function Page({ title, name, crumbs = [], aside, actions, sub, children }: Props) {
  const { t } = useText();
  const text = name ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    document.title = text ? `${text} · ${t("app.name")}` : t("app.name");
  }, [text, t]);
  return (
    <div className="page">
      <header className="page-head">
        {crumbs !== null && (
          <nav className="crumbs" aria-label={t("ui.crumbs")}>
            {[{ label: t("nav.home"), to: "/" }, ...crumbs].map((c) => (
              <span key={c.to}>
                <Link to={c.to}>{c.label}</Link>
                <i aria-hidden>/</i>
              </span>
            ))}
            <span aria-current="page">{text}</span>
          </nav>
        )}
        <div className="page-title">
          <h1>{title}</h1>
          {aside}
          <div className="grow" />
          {actions && <div className="actions">{actions}</div>}
        </div>
        {sub && <div className="page-sub">{sub}</div>}
      </header>
      {children}
    </div>
  );
}

export function Panel({
  title,
  extra,
  children,
  flush,
}: {
  title?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className="panel" data-flush={flush || undefined}>
      {(title || extra) && (
        <header className="panel-head">
          <h2>{title}</h2>
          <div className="grow" />
          {extra}
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}

export type Fact = { label: string; value: ReactNode; wide?: boolean };

/** Name and value, in as many columns as there is room for. */
export function Facts({ items, columns }: { items: readonly (Fact | false | "" | null | undefined)[]; columns?: number }) {
  return (
    <dl className="facts" style={columns ? { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` } : undefined}>
      {items.map(
        (f) =>
          f && (
            <div key={f.label} data-wide={f.wide || undefined}>
              <dt>{f.label}</dt>
              <dd>{f.value ?? <span className="meta">—</span>}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A few figures that answer the page's first question. */
export function Figures({ items }: { items: readonly { label: string; value: ReactNode; note?: ReactNode }[] }) {
  return (
    <dl className="figures">
      {items.map((f) => (
        <div key={f.label}>
          <dt>{f.label}</dt>
          <dd className="num">{f.value}</dd>
          {f.note && <dd className="meta">{f.note}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Why there is nothing here, and what to do next. */
export function Empty({ why, next }: { why: ReactNode; next?: ReactNode }) {
  return (
    <div className="empty">
      <p>{why}</p>
      {next && <div className="empty-next">{next}</div>}
    </div>
  );
}
