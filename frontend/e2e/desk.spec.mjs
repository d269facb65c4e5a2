import assert from "node:assert/strict";
import { get } from "./ask.mjs";
import { choose, csv, dialog, submitBatch } from "./fields.mjs";
import { suite } from "./suite.mjs";

suite("desk", "the review desk by keyboard, escalations, takedowns and the watch", ({ stage, prepare, step, look }) => {
  let page; // a reviewer
  let lead;
  prepare(async () => {
    page = await stage.as("compliance");
    lead = await stage.as("compliancelead");
  });

  const first = async () => (await get(page, "/review/queue")).items.find((i) => !i.own && i.state === "open");

  step("takes the next batch and shows its texts to who holds it", async () => {
    await stage.open(page, "/review");
    await page.keyboard.press("]");
    await page.locator(".text-item .marked, .text-item mark, .text-item p").first().waitFor();
    await stage.settled(page);
    assert.match(page.url(), /batch=/);
    assert.equal(await page.getByText("短信正文未显示").count(), 0);
    await look(page, "desk");
  });

  step("keeps the texts from others until they name a purpose", async () => {
    await stage.open(lead, new URL(page.url()).pathname + new URL(page.url()).search);
    await lead.getByText("短信正文未显示").waitFor();
    await lead.getByRole("button", { name: "按用途查看" }).first().click();
    await dialog(lead).getByRole("textbox").fill("核对抽查");
    await dialog(lead).getByRole("button", { name: "按用途查看" }).click();
    await lead.getByText("短信正文未显示").waitFor({ state: "hidden" });
    assert.ok((await lead.locator(".text-item").first().innerText()).length > 20);
  });

  step("asks an authority by E, and nothing can be approved then", async () => {
    await page.bringToFront();
    await page.keyboard.press("j");
    await page.keyboard.press("e");
    await dialog(page).getByLabel("主管部门").fill("市场监督管理局");
    await page.keyboard.press("Escape");
    if (!(await dialog(page).count())) await page.keyboard.press("e");
    await dialog(page).getByLabel("主管部门").fill("市场监督管理局");
    await dialog(page).getByLabel("请示内容").fill("该活动是否属于医疗广告，可否发送？");
    await look(page, "desk-escalate");
    await dialog(page).getByRole("button", { name: "请示", exact: true }).click();
    await dialog(page).waitFor({ state: "hidden" });
    const asked = (await get(page, "/escalations")).items;
    assert.equal(asked.length, 1);
    assert.equal(asked[0].state, "asked");
    await stage.open(lead, "/escalations");
    await lead.getByText(asked[0].number).first().waitFor();
    await look(lead, "escalations");
    await lead.getByRole("button", { name: "撤回" }).first().click();
    await dialog(lead).getByRole("textbox").fill("客户已修改内容");
    await dialog(lead).getByRole("button", { name: "撤回" }).click();
    await dialog(lead).waitFor({ state: "hidden" });
    assert.equal((await get(lead, "/escalations")).items[0].state, "withdrawn");
  });

  step("hands over by H with a note that the colleague sees", async () => {
    const item = await first();
    await stage.open(page, `/review?batch=${item.batch_id}`);
    await stage.settled(page);
    await page.keyboard.press("h");
    await dialog(page).waitFor();
    await stage.settled(page); // the reviewers are known, and the dialog stands still
    await choose(dialog(page), "移交给", "赵国栋");
    await dialog(page).getByTitle("赵国栋").waitFor();
    await dialog(page).getByLabel("备注").fill("签名请再核对");
    await dialog(page).getByRole("button", { name: "移交" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await stage.open(lead, `/review?batch=${item.batch_id}`);
    await lead.getByText("签名请再核对").first().waitFor();
    await look(lead, "desk-handed-over");
    await lead.getByRole("button", { name: /^释放/ }).click();
    await stage.settled(lead);
  });

  step("shows an alert with its evidence, and a person lifts the stop that it set", async () => {
    const item = await first();
    const closer = { enabled: true, auto_stop: true, params: { least: 10, share: 10 }, reason: "比对后从严" };
    const set = await lead.request.put(`/api/v1/customers/${item.customer_id}/watch/refused`, { data: closer });
    assert.ok(set.ok(), await set.text());
    await stage.open(lead, "/watch?tab=rules");
    await lead.getByText("比对后从严").waitFor();
    await look(lead, "watch-rules");
    await stage.open(lead, "/watch");
    await lead.getByRole("button", { name: "立即检查" }).click();
    const row = lead.getByRole("row").filter({ hasText: item.customer_name }); // the demo has an alert of another customer
    await row.getByText("被拒比例异常").waitFor();
    await row.getByText("已自动停发").waitFor();
    await look(lead, "watch");
    await row.getByRole("button", { name: "解除停发" }).click();
    await dialog(lead).getByRole("textbox").fill("已与客户核实，属误填内容");
    await dialog(lead).getByRole("button", { name: "解除停发" }).click();
    await dialog(lead).waitFor({ state: "hidden" });
    await row.getByRole("button", { name: "关闭", exact: true }).click();
    await dialog(lead).getByRole("textbox").fill("客户已更正");
    await dialog(lead)
      .getByRole("button", { name: /^关 ?闭$/ })
      .last()
      .click();
    await dialog(lead).waitFor({ state: "hidden" });
    assert.equal((await get(lead, "/watch/alerts")).items[0].state, "closed");
  });

  step("takes illegal content down by X, with the totals before it", async () => {
    const item = await first();
    await stage.open(page, `/review?batch=${item.batch_id}`);
    await stage.settled(page);
    await page.keyboard.press("x");
    await dialog(page).getByText("立即停止该客户的一切发送").waitFor();
    await dialog(page).getByLabel("类别").click();
    await page.locator(".ant-select-dropdown").getByText("涉嫌电信网络诈骗").click();
    await dialog(page).getByLabel("发现").fill("冒充平台客服索要验证码");
    await look(page, "desk-takedown");
    await dialog(page).getByRole("button", { name: "违法处置" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await stage.open(lead, "/escalations?tab=takedowns");
    await lead.getByText("冒充平台客服索要验证码").waitFor();
    await look(lead, "takedowns");
    const [one] = (await get(lead, "/takedowns")).items;
    assert.equal(one.state, "stopped");
    const report = await page.request.get(`/api/v1/takedowns/${one.id}/report.pdf`);
    assert.equal(report.headers()["content-type"], "application/pdf");
    await stage.open(lead, "/escalations?tab=blacklist");
    await look(lead, "blacklist");
  });

  step("shows second reviews, exemptions and who did how much", async () => {
    for (const [tab, name, sign] of [
      ["rechecks", "rechecks", "抽检比例"],
      ["exemptions", "exemptions", "申请免审"],
      ["people", "reviewers", "近 30 天"],
    ]) {
      await stage.open(lead, `/quality?tab=${tab}`);
      await lead.getByText(sign).first().waitFor();
      await look(lead, name);
    }
  });

  step("refuses a whole bad batch by three keys, for a reason that is told in words", async () => {
    const bad = await submitBatch(await stage.as("sales"), {
      contract: "成都锦味餐饮管理有限公司",
      text: "【锦味餐饮】{姓名}您好，急用钱找我，无抵押贷款当天放款，加微信dk886612",
      file: csv("借款.csv", 40),
    });
    await stage.open(page, `/review?batch=${bad.split("/").pop()}`);
    await page.getByText("批准 0 · 拒绝 0 · 未定 40").waitFor();
    await page.getByRole("button", { name: /^拒绝 R/ }).waitFor();
    await page.keyboard.press("r");
    await page.getByText("非法放贷、套现").first().waitFor();
    await look(page, "desk-reasons");
    await page.keyboard.press("1");
    await page.keyboard.press("Enter");
    await page.getByText("审核已提交：批准 0 条，拒绝 40 条").waitFor();
  });
});
