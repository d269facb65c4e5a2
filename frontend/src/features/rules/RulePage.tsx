import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { createRule, type RuleKind, ruleDeskQuery, ruleQuery, rulesKey, saveRule } from "@/api/rules";
import { allows } from "@/api/types";
import { useText } from "@/i18n";
import { useRemember } from "@/session/recent";
import { ErrorNote } from "@/ui/ErrorNote";
import { Loaded } from "@/ui/Loading";
import { Page } from "@/ui/Page";
import { StateTag } from "@/ui/StateTag";
import { useUrlState } from "@/ui/url-state";
import { useAct } from "@/ui/use-act";
import { About } from "./About";
import { Conflict } from "./Conflict";
import { DeskBar } from "./DeskBar";
import { freshBank, freshRule } from "./fresh";
import { RuleActions } from "./RuleActions";
import { ChangeTag } from "./Tags";
import { conflictOf, useRule } from "./use-rule";
import { Workbench } from "./Workbench";
import "./rules.css";

/** One rule, bank or the settings: form and text side by side, the bench beside them, below it what it has done. */
export function RulePage() {
  const { t, pick } = useText();
  const { key = "" } = useParams({ strict: false });
  const query = useQuery(ruleQuery(key));
  const desk = useQuery(ruleDeskQuery);
  const doc = query.data;
  const kind = (doc?.kind ?? (key.split(":")[0] as RuleKind)) || "rule";
  const rule = useRule(kind, key, doc, "");
  const save = useAct(saveRule, { touches: [rulesKey], quiet: true });
  const may = allows(desk.data, "edit") && doc?.change !== "deleted";
  const title = rule.form?.rule?.title ?? rule.form?.bank?.title;
  const name = title ? pick(title.zh, title.en) : kind === "settings" ? t("rules.settings") : (doc?.id ?? "…");
  useRemember(
    doc && { to: `/rules/${encodeURIComponent(key)}`, title: name, kind: t(kind === "bank" ? "rules.bank" : "rules.one") },
  );
  useLeaveGuard(rule.dirty);
  const keep = (over?: number) => {
    const text = rule.text;
    save.mutate({ key, text, version: over ?? rule.version }, { onSuccess: (s) => rule.kept(text, s.version, s.problems ?? []) });
  };
  const conflict = conflictOf(save.error);
  return (
    <Page
      title={name}
      crumbs={[{ label: t("nav.rules"), to: "/rules" }]}
      aside={
        doc && (
          <>
            {rule.form?.rule && <StateTag kind="rule" state={rule.form.rule.state} />}
            <ChangeTag change={doc.change} waiting={doc.waiting} />
            {rule.dirty && (
              <span className="state" data-tone="warn">
                {t("rules.change.unsaved")}
              </span>
            )}
            <code className="mono meta">{doc.id}</code>
          </>
        )
      }
      actions={
        doc && (
          <RuleActions
            doc={doc}
            may={may}
            dirty={rule.dirty}
            saving={save.isPending}
            version={rule.version}
            onSave={() => keep()}
          />
        )
      }
    >
      {desk.data && <DeskBar desk={desk.data} />}
      {save.error && !conflict ? <ErrorNote error={save.error} onRetry={() => keep()} /> : null}
      {conflict && (
        <Conflict
          theirs={conflict.text}
          mine={rule.text}
          name={conflict.changed_by ?? ""}
          onTheirs={() => {
            rule.settle(conflict, true);
            save.reset();
          }}
          onMine={() => {
            rule.settle(conflict, false);
            keep(conflict.version);
          }}
        />
      )}
      <Loaded query={query}>
        {(d) => (
          <>
            <Workbench
              docKey={key}
              rule={rule}
              disabled={!may}
              locked={d.draft_state === "submitted"}
              onSave={() => rule.dirty && may && keep()}
            />
            <About doc={d} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** A new rule or bank: sound from the first moment, so that each change shows what it does. */
export function NewRulePage() {
  const { t } = useText();
  const navigate = useNavigate();
  const [params] = useUrlState();
  const kind = params.kind === "bank" ? "bank" : "rule";
  const rule = useRule(kind, "", undefined, kind === "bank" ? freshBank : freshRule);
  const create = useAct(createRule, {
    touches: [rulesKey],
    onDone: (s) => void navigate({ to: "/rules/$key", params: { key: s.key } as never, ignoreBlocker: true }),
  });
  const keep = () => create.mutate({ kind, text: rule.text });
  return (
    <Page
      title={t(kind === "bank" ? "rules.newBank" : "rules.newRule")}
      crumbs={[{ label: t("nav.rules"), to: "/rules" }]}
      sub={<span>{t("rules.newHint")}</span>}
      actions={<RuleActions may dirty saving={create.isPending} version={0} onSave={keep} />}
    >
      <Workbench docKey="" rule={rule} disabled={false} locked={false} onSave={keep} naming />
    </Page>
  );
}

/** The browser asks before a page with unsaved changes is closed. */
function useLeaveGuard(dirty: boolean) {
  useEffect(() => {
    if (!dirty) return;
    const stay = (e: BeforeUnloadEvent) => e.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [dirty]);
}
