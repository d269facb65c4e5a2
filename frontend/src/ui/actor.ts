import type { Say } from "@/i18n";

/** Who did it, for people: the house's own jobs are "the system". */
export const actorName = (name: string | undefined, t: Say): string =>
  !name || /^(job|system|worker|demo)\b|^[a-z]+:| worker$/.test(name) ? t("ui.system") : name;
