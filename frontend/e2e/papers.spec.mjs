import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openStage } from "./stage.mjs";

describe("templates, clauses and working days", { concurrency: false }, () => {
  let stage;
  before(async () => {
    stage = await openStage();
  });
  after(async () => {
    if (!stage) return;
    const { code, verified } = await stage.close();
    assert.equal(code, 0, "the program stops in good order");
    assert.equal(verified.code, 0, verified.report);
  });

  it("a version tells why it was made and what it changed, and a person approves it", async () => {
    const lead = await stage.enter("saleslead");
    await lead.goto("/library");
    await lead.getByRole("tab", { name: "条款库" }).click();
    const row = lead.getByRole("row", { name: /责任限制/ }).first();
    await row.getByRole("button", { name: "与第 1 版比较" }).click();
    await lead.locator(".diff .added").getByText("不适用本款限额").waitFor();
    await lead
      .getByRole("button", { name: "Close" })
      .or(lead.getByRole("button", { name: "关闭" }))
      .first()
      .click();
    await lead.locator(".diff").waitFor({ state: "detached" });
    await row.getByRole("button", { name: "批准" }).click();
    const dialog = lead.getByRole("dialog");
    await dialog.getByLabel("说明").fill("与法务核对无误");
    await dialog.getByRole("button", { name: "批准" }).click();
    await row.getByText("与法务核对无误").waitFor();
    await stage.settled(lead);
  });

  it("the working days of this year are the State Council's; a year to come is told to be unknown", async () => {
    const lead = await stage.enter("saleslead");
    await lead.goto("/calendar");
    await lead.getByRole("row", { name: /2026-10-10.*上班/ }).waitFor();
    await lead.getByText("2027 年").click();
    await lead.getByText("安排尚未收录").waitFor();
    await stage.settled(lead);
  });
});
