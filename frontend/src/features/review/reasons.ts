import type { TextKey } from "@/i18n";

/** Words for the reason codes that the starter rules use; a code without one is shown as it is. */
export const reasonNames: Readonly<Record<string, TextKey>> = {
  "CONTENT.KEYWORD": "review.reason.content_keyword",
  "CONTENT.FRAUD": "review.reason.content_fraud",
  "CONTENT.ILLEGAL": "review.reason.content_illegal",
  "LINK.NOT_FILED": "review.reason.link_not_filed",
  "MKT.NO_OPTOUT": "review.reason.mkt_no_optout",
  "SIGN.NOT_FILED": "review.reason.sign_not_filed",
  "SIGN.MISSING": "review.reason.sign_missing",
  "RECIPIENT.RANGE": "review.reason.recipient_range",
  "OTHER.REVIEW": "review.reason.other_review",
};
