import { CheckCircleOutlined, CloseCircleOutlined, ExclamationCircleOutlined } from "@ant-design/icons";
import type { Problem } from "@/api/rules";
import { useText } from "@/i18n";

type Props = { problems: readonly Problem[]; checking: boolean; own: string; onGo: (line: number, column: number) => void };

/** What is wrong, where, and how to mend it; a click goes there. Faults first, then what one should know. */
export function Problems({ problems, checking, own, onGo }: Props) {
  const { t, pick } = useText();
  const errors = problems.filter((p) => p.failure).length;
  return (
    <section className="rule-problems" aria-label={t("rules.edit.problems")} aria-busy={checking || undefined}>
      <p className="rule-problems-sum" role="status" data-tone={errors > 0 ? "bad" : problems.length > 0 ? "warn" : "ok"}>
        {errors > 0 ? (
          <CloseCircleOutlined aria-hidden />
        ) : problems.length > 0 ? (
          <ExclamationCircleOutlined aria-hidden />
        ) : (
          <CheckCircleOutlined aria-hidden />
        )}{" "}
        {checking
          ? t("rules.edit.checking")
          : problems.length === 0
            ? t("rules.edit.sound")
            : [
                errors > 0 && t("rules.edit.errors", { count: errors }),
                problems.length > errors && t("rules.edit.warnings", { count: problems.length - errors }),
              ]
                .filter(Boolean)
                .join(" · ")}
      </p>
      <ul>
        {problems.slice(0, 50).map((p) => (
          <li key={`${p.doc} ${p.field} ${p.line} ${p.column} ${p.code} ${p.detail}`} data-failure={p.failure || undefined}>
            {p.failure ? <CloseCircleOutlined aria-hidden /> : <ExclamationCircleOutlined aria-hidden />}
            <span>
              {pick(p.detail, p.detail_en)}{" "}
              {p.line > 0 && p.doc === own ? (
                <button type="button" className="link meta" onClick={() => onGo(p.line, p.column)} title={t("rules.edit.goTo")}>
                  {t("rules.edit.place", { line: p.line, column: p.column })}
                </button>
              ) : (
                p.doc !== own && <code className="mono">{p.doc}</code>
              )}{" "}
              {p.field && <code className="mono meta">{p.field}</code>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
