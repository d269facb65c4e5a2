import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Checkbox, Input, Select } from "antd";
import { type ListedDoc, ruleListQuery } from "@/api/rules";
import { useText } from "@/i18n";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { formatCount } from "@/ui/money";
import { nameOf } from "@/ui/names";
import { Empty, Panel } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { stateOptions } from "@/ui/states";
import { type Params, useUrlState } from "@/ui/url-state";
import { actionNames, classNames } from "./names";
import { ChangeTag } from "./Tags";

/** The rules that the filters in the address let through, as they are written. */
export function sift(docs: readonly ListedDoc[], p: Params): ListedDoc[] {
  const q = (p.q ?? "").trim().toLowerCase();
  return docs.filter(
    (d) =>
      d.kind === "rule" &&
      (!p.class || d.class === p.class) &&
      (!p.state || d.state === p.state) &&
      (!p.action || d.action === p.action) &&
      (!p.changed || d.change !== "") &&
      (q === "" ||
        [d.id, d.title.zh, d.title.en, d.description ?? "", d.reason_code ?? ""].some((s) => s.toLowerCase().includes(q))),
  );
}

const orders: Readonly<Record<string, (a: ListedDoc, b: ListedDoc) => number>> = {
  hits: (a, b) => b.hits.days_7 - a.hits.days_7 || b.hits.total - a.hits.total || (b.level ?? 0) - (a.level ?? 0),
  level: (a, b) => (b.level ?? 0) - (a.level ?? 0),
  changed: (a, b) => (b.changed_at ?? "").localeCompare(a.changed_at ?? ""),
};

export function RuleList() {
  const query = useQuery(ruleListQuery);
  return <Loaded query={query}>{(data) => <Lists docs={data.items ?? []} />}</Loaded>;
}

function Lists({ docs }: { docs: readonly ListedDoc[] }) {
  const { t } = useText();
  const [params, set] = useUrlState();
  const all = docs.filter((d) => d.kind === "rule");
  const sort = params.sort ?? "hits";
  const order = orders[sort];
  const rows = order ? sift(docs, params).sort(order) : sift(docs, params);
  const pickOf = (name: string, label: string, options: { value: string; label: string }[]) => (
    <Select
      aria-label={label}
      allowClear
      placeholder={label}
      popupMatchSelectWidth={false}
      style={{ minWidth: 130 }}
      value={params[name]}
      options={options}
      onChange={(value) => set({ [name]: value })}
    />
  );
  const sorted = (key: string, title: string) => (
    <th scope="col" data-numeric aria-sort={sort === key ? "descending" : undefined}>
      <button type="button" onClick={() => set({ sort: sort === key ? "id" : key })}>
        {title}
        <i aria-hidden>{sort === key ? "↓" : "↕"}</i>
      </button>
    </th>
  );
  return (
    <div className="rules-lists">
      <Panel flush>
        <div className="table-tools">
          <Input.Search
            className="table-search"
            allowClear
            aria-label={t("rules.list.search")}
            placeholder={t("rules.list.search")}
            defaultValue={params.q}
            onChange={(e) => set({ q: e.target.value }, { replace: true })}
          />
          {pickOf(
            "class",
            t("rules.list.allKinds"),
            [...new Set(all.map((d) => d.class ?? ""))].map((c) => ({ value: c, label: nameOf(classNames, c, t) })),
          )}
          {pickOf(
            "action",
            t("rules.list.allActions"),
            [...new Set(all.map((d) => d.action ?? ""))].map((a) => ({ value: a, label: nameOf(actionNames, a, t) })),
          )}
          {pickOf("state", t("rules.list.allStates"), stateOptions("rule", t))}
          <Checkbox checked={params.changed === "1"} onChange={(e) => set({ changed: e.target.checked ? "1" : undefined })}>
            {t("rules.list.onlyChanged")}
          </Checkbox>
          <span className="grow" />
          <span className="meta" role="status">
            {t("rules.list.count", { shown: formatCount(rows.length), total: formatCount(all.length) })}
          </span>
        </div>
        <div className="table-wrap">
          <table className="table" aria-label={t("rules.tab.list")}>
            <thead>
              <tr>
                <th scope="col">{t("rules.list.title")}</th>
                <th scope="col">{t("rules.list.class")}</th>
                {sorted("level", t("rules.list.level"))}
                <th scope="col">{t("rules.list.action")}</th>
                <th scope="col">{t("rules.list.state")}</th>
                {sorted("hits", t("rules.list.hits7"))}
                <th scope="col" data-numeric>
                  {t("rules.list.hits30")}
                </th>
                <th scope="col" data-numeric>
                  {t("rules.list.hitsAll")}
                </th>
                <th scope="col" data-numeric>
                  {t("rules.list.shadowHits")}
                </th>
                {sorted("changed", t("rules.list.changed"))}
              </tr>
            </thead>
            <tbody>
              {rows.map((d) => (
                <Row key={d.key} doc={d} />
              ))}
            </tbody>
          </table>
          {rows.length === 0 && <Empty why={t("rules.list.none")} />}
        </div>
      </Panel>
      <Others docs={docs.filter((d) => d.kind !== "rule")} />
    </div>
  );
}

function NameOf({ doc: d }: { doc: ListedDoc }) {
  const { pick } = useText();
  return (
    <td className="rules-name">
      <Link to="/rules/$key" params={{ key: d.key } as never}>
        {pick(d.title.zh, d.title.en)}
      </Link>{" "}
      <span className="meta mono">{d.id}</span> <ChangeTag change={d.change} waiting={d.waiting} />
    </td>
  );
}

function Row({ doc: d }: { doc: ListedDoc }) {
  const { t } = useText();
  const count = (n: number) => (n === 0 ? <span className="meta">0</span> : formatCount(n));
  return (
    <tr>
      <NameOf doc={d} />
      <td>{nameOf(classNames, d.class, t)}</td>
      <td data-numeric>{d.level}</td>
      <td>{nameOf(actionNames, d.action, t)}</td>
      <td>
        <StateTag kind="rule" state={d.state} />
      </td>
      <td data-numeric>{count(d.hits.days_7)}</td>
      <td data-numeric>{count(d.hits.days_30)}</td>
      <td data-numeric>{count(d.hits.total)}</td>
      <td data-numeric>{count(d.hits.shadow)}</td>
      <td data-numeric>
        {d.changed_by ? (
          <>
            {d.changed_by} <Instant at={d.changed_at} precision="date" />
          </>
        ) : (
          <span className="meta">{t("rules.list.shipped")}</span>
        )}
      </td>
    </tr>
  );
}

function Others({ docs }: { docs: readonly ListedDoc[] }) {
  const { t } = useText();
  return (
    <Panel flush title={t("rules.list.banks")}>
      <div className="table-wrap" data-whole>
        <table className="table" aria-label={t("rules.list.banks")}>
          <thead>
            <tr>
              <th scope="col">{t("rules.list.title")}</th>
              <th scope="col" data-numeric>
                {t("rules.list.words")}
              </th>
              <th scope="col">{t("rules.list.usedBy")}</th>
              <th scope="col">{t("rules.list.changed")}</th>
            </tr>
          </thead>
          <tbody>
            {docs.map((d) => (
              <tr key={d.key}>
                <NameOf doc={d} />
                <td data-numeric>{d.kind === "bank" ? formatCount(d.words) : ""}</td>
                <td>
                  <span className="wrap meta">{(d.used_by ?? []).join("、")}</span>
                </td>
                <td>{d.changed_by ? d.changed_by : <span className="meta">{t("rules.list.shipped")}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
