import { CloseCircleOutlined, ReloadOutlined } from "@ant-design/icons";
import { asProblem } from "@/api/problem";
import { useText } from "@/i18n";

/** What failed, where, and how to mend it; with the request id that finds it in the server's log. */
export function ErrorNote({ error, onRetry, compact }: { error: unknown; onRetry?: () => void; compact?: boolean }) {
  const { t, pick } = useText();
  if (!error) return null;
  const problem = asProblem(error);
  const fields = problem.errors ?? [];
  return (
    <div className="error-note" role="alert" data-compact={compact || undefined}>
      <CloseCircleOutlined aria-hidden />
      <div>
        <p className="error-note-text">{pick(problem.detail, problem.detail_en) || problem.title}</p>
        {fields.length > 0 && (
          <ul>
            {fields.slice(0, 8).map((f) => (
              <li key={`${f.field}.${f.code}`}>
                {f.field && <code className="mono">{f.field}</code>} {pick(f.detail, f.detail_en)}
              </li>
            ))}
          </ul>
        )}
        <p className="meta">
          {problem.code && (
            <span>
              {t("ui.error.code")} <code className="mono">{problem.code}</code>
            </span>
          )}
          {problem.request_id && (
            <span>
              {t("ui.error.request")} <code className="mono">{problem.request_id}</code>
            </span>
          )}
        </p>
      </div>
      {onRetry && (
        <button type="button" className="link" onClick={onRetry}>
          <ReloadOutlined aria-hidden /> {t("ui.error.retry")}
        </button>
      )}
    </div>
  );
}
