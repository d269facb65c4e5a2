import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  EditOutlined,
  FieldTimeOutlined,
  MinusCircleOutlined,
  StopOutlined,
  SwapOutlined,
} from "@ant-design/icons";
import type { AmendmentState, EndingState } from "@/api/contract-life";
import { type TextKey, useText } from "@/i18n";
import type { Look } from "@/ui/states";

const look = (text: TextKey, tone: Look["tone"], icon: Look["icon"]) => ({ text, tone, icon });

const amendment: Readonly<Record<AmendmentState, Look>> = {
  draft: look("life.amendment.draft", "busy", EditOutlined),
  signed: look("life.amendment.signed", "busy", ClockCircleOutlined),
  agreed: look("life.amendment.agreed", "ok", CheckCircleOutlined),
  replaced: look("life.amendment.replaced", "idle", SwapOutlined),
  cancelled: look("life.amendment.cancelled", "idle", MinusCircleOutlined),
};

const ending: Readonly<Record<EndingState, Look>> = {
  requested: look("life.ending.requested", "busy", ClockCircleOutlined),
  running: look("life.ending.running", "warn", FieldTimeOutlined),
  done: look("life.ending.done", "idle", StopOutlined),
  cured: look("life.ending.cured", "ok", CheckCircleOutlined),
  withdrawn: look("life.ending.withdrawn", "idle", MinusCircleOutlined),
  rejected: look("life.ending.rejected", "idle", MinusCircleOutlined),
  replaced: look("life.ending.replaced", "idle", SwapOutlined),
  lapsed: look("life.ending.lapsed", "idle", MinusCircleOutlined),
};

/** The state of an amendment or of a termination: an icon and a word. */
export function LifeState(props: { amendment: AmendmentState } | { ending: EndingState }) {
  const { t } = useText();
  const { text, tone, icon: Icon } = "amendment" in props ? amendment[props.amendment] : ending[props.ending];
  return (
    <span className="state" data-tone={tone}>
      <Icon aria-hidden />
      {text && t(text)}
    </span>
  );
}
