import { expect, it } from "vitest";
import { contextOf } from "./FalseAlarm";

it.each([
  ["请谨防无抵押贷款骗局，拨打96110。", "无抵押贷款", "请谨防无抵押贷款骗局"],
  ["贷款", "贷款", "贷款"],
  ["没有这个词", "贷款", "贷款"],
  ["一二三四五六七八贷款九十一二三四五六", "贷款", "三四五六七八贷款九十一二三四"],
])("proposes the words round a hit in %s", (text, word, want) => expect(contextOf(text, word)).toBe(want));
