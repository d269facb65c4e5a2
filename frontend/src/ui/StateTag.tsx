import { useText } from "@/i18n";
import { type Look, type StateKind, type StateOf, states, unknownState } from "./states";

/** A state is an icon and a word; colour only repeats what they say. */
export function StateTag<K extends StateKind>({ kind, state }: { kind: K; state: StateOf<K> | string | undefined }) {
  const { t } = useText();
  if (!state) return <span className="meta">—</span>;
  const table: Readonly<Record<string, Look>> = states[kind];
  const look = table[String(state)] ?? unknownState;
  const Icon = look.icon;
  return (
    <span className="state" data-tone={look.tone}>
      <Icon aria-hidden />
      {look.text ? t(look.text) : String(state)}
    </span>
  );
}
