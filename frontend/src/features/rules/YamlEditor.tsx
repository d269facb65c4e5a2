import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { Problem, Vocabulary } from "@/api/rules";
import { useText } from "@/i18n";
import { cspNonce } from "@/nonce";
import { complete, offsetOf } from "./complete";

export type YamlHandle = { goTo: (line: number, column: number) => void };
type Props = {
  value: string;
  onChange: (text: string) => void;
  onSave: () => void;
  readOnly: boolean;
  problems: readonly Problem[];
  vocabulary: Vocabulary | undefined;
  label: string;
  ref?: Ref<YamlHandle>;
};

/** A change that came from outside, so that it is not told back. */
const quiet = Annotation.define<boolean>();

const yaml = StreamLanguage.define<{ quote: string }>({
  startState: () => ({ quote: "" }),
  token(stream, state) {
    if (state.quote) {
      if (stream.skipTo(state.quote)) {
        stream.next();
        state.quote = "";
      } else stream.skipToEnd();
      return "string";
    }
    if (stream.sol() && stream.match(/^---/)) return "meta";
    if (stream.match(/^\s*#.*/)) return "comment";
    if (stream.eatSpace()) return null;
    if (stream.match(/^[A-Za-z_][\w.-]*(?=:(\s|$))/)) return "propertyName";
    const ch = stream.next();
    if (ch === '"' || ch === "'") {
      if (stream.skipTo(ch)) stream.next();
      else {
        state.quote = ch;
        stream.skipToEnd();
      }
      return "string";
    }
    if (ch && "[]{},:|>-".includes(ch)) return "punctuation";
    if (ch && /\d/.test(ch) && stream.match(/^\d*(?=[\s,\]}]|$)/)) return "number";
    stream.match(/^(?:(?!\s#)[^\s,[\]{}])*/);
    return /^(true|false|null)$/.test(stream.current()) ? "bool" : null;
  },
  languageData: { commentTokens: { line: "#" } },
});

// Colours of the house, the same variables in both themes.
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent-text)" },
  { tag: tags.comment, color: "var(--text-3)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: tags.number, color: "var(--warn)" },
  { tag: tags.bool, color: "var(--warn)" },
  { tag: tags.punctuation, color: "var(--text-3)" },
]);

/** The rule as text: completion of what the language knows, faults where they are. */
export default function YamlEditor({ value, onChange, onSave, readOnly, problems, vocabulary, label, ref }: Props) {
  const { lang } = useText();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, onSave, vocabulary });
  latest.current = { onChange, onSave, vocabulary };
  const editable = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is passed on below
  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          cspNonce ? EditorView.cspNonce.of(cspNonce) : [],
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          yaml,
          syntaxHighlighting(colours),
          autocompletion({
            override: [
              (c) => {
                const v = latest.current.vocabulary;
                const found = v ? complete(c.state.doc.toString(), c.pos, v) : null;
                if (!found || (found.from === c.pos && !c.explicit)) return null;
                return {
                  from: found.from,
                  options: found.offers.map((o) => ({ label: o.label, displayLabel: o.label.trim(), detail: o.detail })),
                };
              },
            ],
          }),
          keymap.of([
            {
              key: "Mod-s",
              preventDefault: true,
              run: () => {
                latest.current.onSave();
                return true;
              },
            },
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
          editable.current.of([EditorState.readOnly.of(readOnly), EditorView.editable.of(true)]),
          EditorView.updateListener.of((u) => {
            if (u.docChanged && u.transactions.some((tr) => !tr.annotation(quiet)))
              latest.current.onChange(u.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  // The form wrote into the text, or another text was opened.
  useEffect(() => {
    const v = view.current;
    if (!v || v.state.doc.toString() === value) return;
    const was = v.state.selection.main.head;
    v.dispatch({
      changes: { from: 0, to: v.state.doc.length, insert: value },
      selection: { anchor: Math.min(was, value.length) },
      annotations: quiet.of(true),
    });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({
      effects: editable.current.reconfigure([EditorState.readOnly.of(readOnly), EditorView.editable.of(true)]),
    });
  }, [readOnly]);
  useEffect(() => {
    const v = view.current;
    if (!v) return;
    const text = v.state.doc.toString();
    const found: Diagnostic[] = problems
      .filter((p) => p.line > 0)
      .map((p) => {
        const from = Math.min(offsetOf(text, p.line, p.column), text.length);
        const word = /^[^\s,\]})]+/.exec(text.slice(from))?.[0].length ?? 0;
        return {
          from,
          to: Math.min(from + Math.max(word, 1), text.length),
          severity: p.failure ? "error" : "warning",
          message: lang === "en" ? p.detail_en : p.detail,
        };
      });
    v.dispatch(setDiagnostics(v.state, found));
  }, [problems, lang]);

  useImperativeHandle(ref, () => ({
    goTo(line, column) {
      const v = view.current;
      if (!v) return;
      const anchor = Math.min(offsetOf(v.state.doc.toString(), line, column), v.state.doc.length);
      v.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      v.focus();
    },
  }));

  return <div ref={host} className="yaml" lang="zh-CN" />;
}
