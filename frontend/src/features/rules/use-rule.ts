import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { applyForm, checkRule, type Looked, type OpenDoc, type Problem, type RuleForm, type RuleKind } from "@/api/rules";

type Conflict = { text: string; version: number; changed_by?: string };

/** What the server says someone else saved meanwhile, if that is why a save was refused. */
export function conflictOf(error: unknown): Conflict | null {
  const problem = asProblem(error) as ReturnType<typeof asProblem> & { meta?: Partial<Conflict> };
  if (problem.code !== "ruleset.document_changed" || typeof problem.meta?.text !== "string") return null;
  return { text: problem.meta.text, version: problem.meta.version ?? 0, changed_by: problem.meta.changed_by };
}

/**
 * A document as it is being edited: its text, the same as a form, and what is wrong with it. The text is what counts; a changed field
 * is written into it by the server, which keeps comments. Answers to an older text than the present one are dropped.
 */
export function useRule(kind: RuleKind, key: string, opened: OpenDoc | undefined, start: string) {
  const client = useQueryClient();
  const [text, setText] = useState(start);
  const [form, setForm] = useState<RuleForm | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [checking, setChecking] = useState(false);
  const [ahead, setAhead] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const [saved, setSaved] = useState(start);
  const [version, setVersion] = useState(0);
  const turn = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const underway = useRef<AbortController>(undefined);

  const ask = (wait: number, call: (signal: AbortSignal) => Promise<Looked>, takeText: boolean) => {
    const mine = ++turn.current;
    clearTimeout(timer.current);
    underway.current?.abort();
    setChecking(true);
    timer.current = setTimeout(() => {
      const control = new AbortController();
      underway.current = control;
      call(control.signal).then(
        (got) => {
          if (mine !== turn.current) return;
          setChecking(false);
          setAhead(false);
          setFault(null);
          setProblems(got.problems ?? []);
          setForm(got.form ?? null);
          if (takeText) setText(got.text);
        },
        (error: unknown) => {
          if (mine !== turn.current || control.signal.aborted) return;
          setChecking(false);
          setAhead(false);
          setFault(error);
        },
      );
    }, wait);
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      underway.current?.abort();
    },
    [],
  );

  // What was opened; again after a save or when another document is shown, but never over what is being written.
  const shown = useRef({ key: "", id: "" });
  useEffect(() => {
    if (!opened) return;
    const id = `${opened.version} ${opened.change} ${opened.text}`;
    if (shown.current.key === opened.key && shown.current.id === id) return;
    const writing = shown.current.key === opened.key && text !== saved;
    shown.current = { key: opened.key, id };
    if (writing) return;
    turn.current++;
    setText(opened.text);
    setSaved(opened.text);
    setVersion(opened.version);
    setForm(opened.form ?? null);
    setProblems(opened.problems ?? []);
    setChecking(false);
    setAhead(false);
  }, [opened, text, saved]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new document is checked once, as it begins
  useEffect(() => {
    if (start !== "") ask(0, (signal) => checkRule({ key, kind, text: start }, signal), false);
  }, []);

  return {
    text,
    form,
    problems,
    checking,
    fault,
    version,
    dirty: text !== saved,
    /** The text was changed and the form does not know it yet. */
    ahead,
    write(next: string) {
      setText(next);
      setAhead(true);
      ask(350, (signal) => checkRule({ key, kind, text: next }, signal), false);
    },
    fill(next: RuleForm) {
      setForm(next);
      ask(250, (signal) => applyForm({ key, kind, text, form: next }, signal), true);
    },
    /** The server has it: what follows is about this version. */
    kept(asText: string, at: number, found: Problem[]) {
      turn.current++;
      setChecking(false);
      setAhead(false);
      setSaved(asText);
      setVersion(at);
      setProblems(found);
      void client.invalidateQueries({ queryKey: ["rules"] });
    },
    /** Goes on with another side's text or over it. */
    settle(conflict: Conflict, take: boolean) {
      setVersion(conflict.version);
      if (take) {
        setText(conflict.text);
        setSaved(conflict.text);
        ask(0, (signal) => checkRule({ key, kind, text: conflict.text }, signal), false);
      }
    },
  };
}

export type RuleControl = ReturnType<typeof useRule>;
