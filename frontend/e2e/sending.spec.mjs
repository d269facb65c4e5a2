import assert from "node:assert/strict";
import { button, choose, field } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("sending", "sending: channels, an emergency stop, carriers' orders and rules, replies", ({ stage, step, look }) => {
  step("the lead sees how the channels do and stops everything", async () => {
    const page = await stage.as("compliancelead");
    await stage.open(page, "/sending");
    await page
      .getByRole("row", { name: /loopback/ })
      .getByText("可用")
      .waitFor();
    await look(page, "sending");
    await button(page, "紧急停发").first().click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "原因").fill("监管部门来电");
    await button(dialog, "紧急停发").click();
    await page.getByText("生效中的停发").waitFor();
    await page.getByText("监管部门来电").waitFor();
    await page
      .getByRole("row", { name: /loopback/ })
      .getByText("已停用")
      .waitFor();
    await look(page, "sending-stopped");
  });

  step("a reviewer sees the stop and can't lift it; the lead does, with the grounds", async () => {
    const reviewer = await stage.as("compliance");
    await stage.open(reviewer, "/sending");
    await reviewer.getByText("监管部门来电").waitFor();
    assert.equal(await button(reviewer, "解除").count(), 0, "only the lead lifts");
    const page = await stage.as("compliancelead");
    const ours = page.getByRole("listitem").filter({ hasText: "监管部门来电" });
    await button(ours, "解除").click();
    const dialog = page.getByRole("dialog");
    await field(dialog, "原因").fill("已核实，内容合规");
    await button(dialog, "解除").click();
    await ours.waitFor({ state: "detached" });
  });

  step("a carrier's order is entered and lifted", async () => {
    const page = await stage.as("compliancelead");
    await page.getByRole("tab", { name: "运营商限流令" }).click();
    await button(page, "登记限流令").click();
    const dialog = page.getByRole("dialog");
    await choose(dialog, "运营商", "移动");
    await dialog.getByText("每日条数").click();
    await field(dialog, "条数").fill("50000");
    await field(dialog, "下达人").fill("省公司 王工");
    await field(dialog, "文号或方式").fill("电话 10:50");
    await field(dialog, "原因").fill("网络割接");
    await button(dialog, "确认").click();
    const row = page.getByRole("row", { name: /省公司 王工/ });
    await row.getByText("生效中").waitFor();
    await row.getByText("每日 50,000 条").waitFor();
    await look(page, "carrier-orders");
    await button(row, "解除").click();
    const ask = page.getByRole("dialog");
    await field(ask, "原因").fill("省公司通知恢复");
    await button(ask, "解除").click();
    await row.getByText("已结束").waitFor();
  });

  step("a version of a carrier's rules is published and a reviewer says that she has read it", async () => {
    const page = await stage.as("compliancelead");
    await page.getByRole("tab", { name: "运营商规范" }).click();
    await button(page, "发布新版").click();
    const dialog = page.getByRole("dialog");
    await choose(dialog, "运营商", "联通");
    await field(dialog, "标题").fill("行业短信接入规范");
    await field(dialog, "来源").fill("2026 年第 8 号");
    await field(dialog, "生效日期").fill("2026-10-01");
    await field(dialog, "生效日期").press("Enter");
    await field(dialog, "正文").fill("每个子码号每日不超过五万条。");
    await button(dialog, "发布新版").click();
    await page.getByText("行业短信接入规范").waitFor();
    const reviewer = await stage.as("compliance");
    await stage.open(reviewer, "/sending?tab=rules");
    await button(reviewer, "我已阅读并确认").click();
    await reviewer.getByText("您已确认").first().waitFor();
    await reviewer.getByText("1 人已确认").waitFor();
    await look(reviewer, "carrier-rules");
  });

  step("a customer finds its replies and none of the provider's channels", async () => {
    const page = await stage.as("customer");
    await stage.open(page, "/replies");
    await page.getByRole("heading", { name: "上行短信" }).waitFor();
    await look(page, "replies");
    assert.equal(await page.getByRole("link", { name: "发送通道" }).count(), 0, "channels are the provider's");
  });
});
