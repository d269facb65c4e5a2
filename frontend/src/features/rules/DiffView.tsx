import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DocDiff, ruleDiffQuery } from "@/api/rules";
import { useText } from "@/i18n";
import { Loaded } from "@/ui/Loading";
import { Empty } from "@/ui/Page";
import { ChangeTag } from "./Tags";

/** What differs between two versions: rule by rule, field by field, words that came and went. */
export function DiffView({ from, to }: { from: string; to: string }) {
  const { t } = useText();
  const query = useQuery(ruleDiffQuery(from, to));
  return (
    <Loaded query={query} rows={4}>
      {(data) =>
        (data.items ?? []).length === 0 ? (
          <Empty why={t("rules.version.same")} />
        ) : (
          <ul className="diff">
            {(data.items ?? []).map((d) => (
              <Doc key={d.key} doc={d} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Doc({ doc: d }: { doc: DocDiff }) {
  const { t, pick } = useText();
  const fields = d.fields ?? [];
  return (
    <li>
      <p className="diff-head">
        <ChangeTag change={d.change} />{" "}
        <Link to="/rules/$key" params={{ key: d.key } as never}>
          {pick(d.title.zh, d.title.en)}
        </Link>{" "}
        <code className="mono meta">{d.id}</code>
      </p>
      {fields.length === 0 && <p className="meta">{t("rules.version.layout")}</p>}
      <dl className="diff-fields">
        {fields.map((f) => (
          <div key={f.field}>
            <dt className="mono">{f.field}</dt>
            <dd>
              {(f.removed ?? []).map((w) => (
                <del key={w}>{w}</del>
              ))}
              {(f.added ?? []).map((w) => (
                <ins key={w}>{w}</ins>
              ))}
              {f.before && <del>{f.before}</del>}
              {f.after && <ins>{f.after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
