import { FilePdfOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Table, Tabs, Tag } from "antd";
import { useState } from "react";
import {
  approveVersion,
  changesQuery,
  type LibraryClause,
  type LibraryKind,
  type LibraryTemplate,
  libraryClauses,
  libraryTemplates,
  previewAddress,
} from "@/api/library";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { AskReason } from "@/parts/AskReason";
import { Instant } from "@/ui/Instant";
import { Loaded } from "@/ui/Loading";
import { Page } from "@/ui/Page";
import { useAct } from "@/ui/use-act";
import "./library.css";

type Of = { kind: LibraryKind; id: string; version: number };

/** Every version of every paper and clause: a sample, why it was made, what changed, who approved it. */
export function LibraryPage() {
  const { t } = useText();
  const [comparing, setComparing] = useState<(Of & { title: string }) | null>(null);
  const [approving, setApproving] = useState<Of | null>(null);
  const approve = useAct(approveVersion, { done: t("library.done"), onDone: () => setApproving(null), touches: [["library"]] });
  const acts = { compare: setComparing, approve: setApproving };
  return (
    <Page title={t("nav.library")}>
      <Tabs
        items={[
          { key: "templates", label: t("library.templates"), children: <Templates {...acts} /> },
          { key: "clauses", label: t("library.clauses"), children: <Clauses {...acts} /> },
        ]}
      />
      <Changes of={comparing} onClose={() => setComparing(null)} />
      <AskReason
        open={approving !== null}
        title={t("library.approve")}
        confirm={t("library.approve")}
        label={t("maintenance.field.note")}
        hint={t("library.approveHint")}
        busy={approve.isPending}
        onAct={(note) => approving && approve.mutate({ ...approving, note })}
        onClose={() => setApproving(null)}
      />
    </Page>
  );
}

type Acts = { compare: (of: Of & { title: string }) => void; approve: (of: Of) => void };

function Approved({ of, row, approve }: { of: Of; row: LibraryTemplate | LibraryClause; approve: Acts["approve"] }) {
  const { t } = useText();
  if (row.approval)
    return (
      <>
        {row.approval.by_name} <span className="meta">{row.approval.note}</span>
        <div className="meta">
          <Instant at={row.approval.at} />
        </div>
      </>
    );
  return allows(row, "approve") ? (
    <Button size="small" onClick={() => approve(of)}>
      {t("library.approve")}
    </Button>
  ) : (
    <span className="meta">{t("library.notYet")}</span>
  );
}

function Compare({ of, title, compare }: { of: Of; title: string; compare: Acts["compare"] }) {
  const { t } = useText();
  if (of.version < 2) return null;
  return (
    <Button size="small" onClick={() => compare({ ...of, title })}>
      {t("library.changes", { v: of.version - 1 })}
    </Button>
  );
}

function Templates(acts: Acts) {
  const { t, pick } = useText();
  const query = useQuery(libraryTemplates);
  return (
    <Loaded query={query}>
      {(list) => (
        <Table<LibraryTemplate>
          rowKey={(x) => `${x.id}-${x.version}`}
          size="small"
          pagination={false}
          dataSource={list.items ?? []}
          columns={[
            { title: t("library.name"), render: (_, x) => <b>{pick(x.title.zh, x.title.en)}</b> },
            { title: t("library.version"), render: (_, x) => <span className="num">v{x.version}</span>, width: 70 },
            { title: t("library.form"), render: (_, x) => <Tag>{t(`library.sort.${x.form}`)}</Tag>, width: 100 },
            {
              title: t("library.reason"),
              render: (_, x) => pick(x.reason?.zh ?? "", x.reason?.en ?? "") || <span className="meta">—</span>,
            },
            { title: t("library.drafted"), render: (_, x) => <span className="num">{x.drafted_on || "—"}</span>, width: 110 },
            {
              title: t("library.approved"),
              width: 170,
              render: (_, x) => (
                <Approved of={{ kind: "templates", id: x.id, version: x.version }} row={x} approve={acts.approve} />
              ),
            },
            {
              title: t("ui.actions"),
              render: (_, x) => (
                <span className="row-actions">
                  <Button size="small" icon={<FilePdfOutlined />} href={previewAddress(x.id, x.version)} target="_blank">
                    {t("library.preview")}
                  </Button>
                  <Compare
                    of={{ kind: "templates", id: x.id, version: x.version }}
                    title={pick(x.title.zh, x.title.en)}
                    compare={acts.compare}
                  />
                </span>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Clauses(acts: Acts) {
  const { t, pick } = useText();
  const query = useQuery(libraryClauses);
  return (
    <Loaded query={query}>
      {(list) => (
        <Table<LibraryClause>
          rowKey={(x) => `${x.id}-${x.version}`}
          size="small"
          pagination={false}
          dataSource={list.items ?? []}
          expandable={{
            expandedRowRender: (x) => (
              <div className="clause-text">
                {(x.text ?? []).map((line) => (
                  <p key={line}>{line}</p>
                ))}
              </div>
            ),
          }}
          columns={[
            {
              title: t("library.name"),
              render: (_, x) => (
                <>
                  <b>{pick(x.title.zh, x.title.en)}</b> {x.risk && <Tag color="gold">{t("library.risk")}</Tag>}
                  {x.basis && <div className="meta">{x.basis}</div>}
                </>
              ),
            },
            { title: t("library.version"), render: (_, x) => <span className="num">v{x.version}</span>, width: 70 },
            { title: t("library.reason"), render: (_, x) => pick(x.reason.zh, x.reason.en) },
            {
              title: t("library.usedBy"),
              render: (_, x) => (
                <span className="meta">{(x.used_by ?? []).map((u) => `${u.id} v${u.version}`).join("、") || "—"}</span>
              ),
            },
            {
              title: t("library.approved"),
              width: 170,
              render: (_, x) => (
                <Approved of={{ kind: "clauses", id: x.id, version: x.version }} row={x} approve={acts.approve} />
              ),
            },
            {
              title: t("ui.actions"),
              render: (_, x) => (
                <Compare
                  of={{ kind: "clauses", id: x.id, version: x.version }}
                  title={pick(x.title.zh, x.title.en)}
                  compare={acts.compare}
                />
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Changes({ of, onClose }: { of: (Of & { title: string }) | null; onClose: () => void }) {
  return (
    <Drawer open={of !== null} size={860} title={of && `${of.title} v${of.version}`} onClose={onClose} destroyOnHidden>
      {of && <ChangesOf of={of} />}
    </Drawer>
  );
}

const marks = { same: " ", added: "+", removed: "−" } as const;

function ChangesOf({ of }: { of: Of }) {
  const { t, pick } = useText();
  const query = useQuery(changesQuery(of.kind, of.id, of.version, of.version - 1));
  return (
    <Loaded query={query}>
      {(c) => (
        <>
          <p>
            <b>{t("library.reason")}</b>：{pick(c.reason?.zh ?? "", c.reason?.en ?? "") || "—"}
          </p>
          <div className="diff">
            {(c.changes ?? []).map((x, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text, which repeat
              <div key={i} className={x.op}>
                <i aria-hidden>{marks[x.op]}</i>
                {x.text}
              </div>
            ))}
          </div>
          <p className="meta">{t("library.same")}</p>
        </>
      )}
    </Loaded>
  );
}
