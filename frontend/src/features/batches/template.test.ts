import { expect, it } from "vitest";
import { example, filledBy, pieces } from "./template";

it("takes a template's text apart into words and variables, in reading order", () => {
  expect(pieces("订单{1}已于{2}发货")).toEqual([
    { text: "订单" },
    { variable: 0 },
    { text: "已于" },
    { variable: 1 },
    { text: "发货" },
  ]);
  expect(pieces("{1}，您好")).toEqual([{ variable: 0 }, { text: "，您好" }]);
  expect(pieces("没有变量")).toEqual([{ text: "没有变量" }]);
});

it("reads a message with one value of each type", () => {
  const variables = [
    { type: "digits" as const, name: "订单号" },
    { type: "date" as const, name: "日期" },
  ];
  expect(example({ text: "订单{1}已于{2}发货", variables }, "云帆商城")).toBe("【云帆商城】订单204816已于11月23日发货");
});

it("finds the column that fills a variable, or none", () => {
  const columns = [
    { name: "手机号", use: "phone" },
    { name: "单号", use: "variable", variable: "订单号" },
    { name: "备注", use: "" },
  ];
  expect(filledBy({ columns }, "订单号")).toBe(1);
  expect(filledBy({ columns }, "日期")).toBe(-1);
});
