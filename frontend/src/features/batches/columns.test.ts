import { describe, expect, it } from "vitest";
import { choose, purposeOf, usesFor } from "./columns";

const preview = {
  header: true,
  columns: [
    { name: "编号", use: "" },
    { name: "手机", use: "phone" },
    { name: "称呼", use: "variable", variable: "姓名" },
  ],
};

describe("the columns of a file", () => {
  it("move a use to the column that is chosen", () => {
    expect(choose(preview, 0, "phone").columns).toEqual([{ use: "phone" }, { use: "" }, { use: "variable", variable: "姓名" }]);
  });
  it("keep the others as they are", () => {
    expect(choose(preview, 0, "variable:a:b")).toEqual({
      header: true,
      columns: [{ use: "variable", variable: "a:b" }, { use: "phone" }, { use: "variable", variable: "姓名" }],
    });
    expect(choose(preview, 2, "").columns?.[2]).toEqual({ use: "" });
  });
  it("offer a text only where rows have their own", () => {
    const say = ((key: string) => key) as never;
    expect(usesFor("template", ["姓名"], say).map((o) => o.value)).toEqual(["", "phone", "variable:姓名"]);
    expect(usesFor("text_per_row", [], say).map((o) => o.value)).toContain("text");
    expect(purposeOf({ use: "variable", variable: "姓名" })).toBe("variable:姓名");
  });
});
